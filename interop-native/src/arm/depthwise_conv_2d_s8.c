/* Depthwise convolution, four channels at a time. The input rows of an output line are taken two by two: a column of
 * the input gives one block a pair of rows, each word the two rows' values of one channel. A position's window is then
 * one run of blocks, multiplied with a run of blocks of weights. Taps outside the input are left out of both. */
#include "../core/scratch.h"
#include "depthwise_conv_2d.h"
#include "kernels.h"
#include "signs.h"

#if defined(ATTUNE_DSP)

#include <stddef.h>

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* --- Values ------------------------------------------------------------------------------------------------------- */

/* Blocks of a last row without another: its values stay as they are widened, channels 0 and 2, 1 and 3 together. */
static void columns_fill_last(uint32_t *block, int32_t skip, const int8_t *a, int32_t pixel, int32_t count,
                              uint32_t minus_zero) {
    const int8_t *end = a + count * pixel;
    do {
        uint32_t word = dsp_load(a);
        block[0] = block[2] = dsp_widen_even(minus_zero, word);
        block[1] = block[3] = dsp_widen_odd(minus_zero, word);
        block = (uint32_t *)(void *)((uint8_t *)block + skip);
        a += pixel;
    } while (a != end);
}

/* The same for channels that are fewer, or share an input. */
static void columns_gather(const dsp_strip *strip, uint32_t *block, int32_t skip, const int8_t *a, const int8_t *b,
                           int32_t pixel, int32_t count) {
    int32_t zero = strip->record[ATTUNE_INPUT_ZERO];
    int32_t multiplier = strip->record[ATTUNE_GROUPS];
    for (int32_t x = 0; x < count; x++) {
        for (int32_t i = 0; i < DSP_STRIP_CHANNELS; i++) {
            int32_t channel = (strip->first + i) / multiplier;
            block[i] = i < strip->count ? dsp_pair(a[channel] - zero, b[channel] - zero) : 0;
        }
        block = (uint32_t *)(void *)((uint8_t *)block + skip);
        a += pixel;
        b += pixel;
    }
}

static int columns_equal(const dsp_strip_columns *a, const dsp_strip_columns *b) {
    return a->skip == b->skip && a->first == b->first && a->end == b->end && a->count == b->count;
}

/* The blocks of `count` columns, `spacing` apart, the first of which may lie before the input and the last after it.
 */
static void values_fill(dsp_strip *strip, int32_t first, int32_t spacing, int32_t count) {
    int32_t pixel = strip->record[ATTUNE_INPUT_N + 3];
    int32_t width = strip->record[ATTUNE_INPUT_N + 2];
    int32_t skip = (strip->rows + 1) / 2 * DSP_BLOCK_WORDS;
    int whole = strip->count == DSP_STRIP_CHANNELS && strip->record[ATTUNE_GROUPS] == 1;
    int32_t before = 0;
    int32_t end = count;
    while (before < count && first + before * spacing < 0) {
        before++;
    }
    while (end > before && first + (end - 1) * spacing >= width) {
        end--;
    }
    int32_t place = (first + before * spacing) * pixel;
    const dsp_strip_columns columns = {skip, before, end, count};
    if (!columns_equal(&columns, &strip->cleared)) {
        memset(strip->values, 0, (size_t)(before * skip) * 4);
        memset(strip->values + end * skip, 0, (size_t)((count - end) * skip) * 4);
        strip->cleared = columns;
    }
    for (int32_t row = 0; row < strip->rows; row += 2) {
        uint32_t *block = strip->values + row / 2 * DSP_BLOCK_WORDS;
        if (end > before) {
            int last = row + 1 == strip->rows;
            const int8_t *a = strip->row[row] + place;
            const int8_t *b = strip->row[last ? row : row + 1] + place;
            if (whole && last) {
                columns_fill_last(block + before * skip, skip * 4, a + strip->first, spacing * pixel, end - before,
                                  strip->minus_zero);
            } else if (whole) {
                attune_dsp_blocks_fill(block + before * skip, skip * 4, a + strip->first, (int32_t)(b - a),
                                       spacing * pixel, end - before, strip->minus_zero);
            } else {
                columns_gather(strip, block + before * skip, skip * 4, a, b, spacing * pixel, end - before);
            }
        }
    }
}

/* --- Positions ---------------------------------------------------------------------------------------------------- */

/* Outputs x .. x + count - 1 of a line, from the values that are there. Any number of blocks, any output. */
static void run_accumulators(const dsp_strip *strip, const attune_channels *channels, int32_t line, int32_t x,
                             int32_t count, const uint32_t *weights, int32_t step, int32_t blocks) {
    for (int32_t i = 0; i < count; i++) {
        int32_t accumulators[DSP_STRIP_CHANNELS] = {0};
        dsp_taps taps = {.values = strip->values + i * step,
                         .weights = weights,
                         .start = accumulators,
                         .output = accumulators,
                         .output_step = sizeof accumulators,
                         .output_end = accumulators + DSP_STRIP_CHANNELS};
        for (int32_t done = 0; done < blocks; done += taps.blocks) {
            taps.blocks = smaller(blocks - done, DSP_TAPS_BLOCKS);
            attune_dsp_taps_accumulators(&taps);
            taps.values += taps.blocks * DSP_BLOCK_WORDS;
            taps.weights += taps.blocks * DSP_BLOCK_WORDS;
        }
        attune_dsp_write(strip->call, channels, line, x + i, accumulators);
    }
}

/* The signs are made for so many positions at a time. */
static void run_nodes(const dsp_strip *strip, int32_t line, int32_t x, int32_t count, dsp_taps *taps) {
    enum { POSITIONS = 32 };
    uint32_t signs[POSITIONS];
    int32_t row = attune_record_channels(strip->record);
    uint32_t element = (uint32_t)((line * strip->record[ATTUNE_OUTPUT_N + 2] + x) * row + strip->first);
    for (int32_t part; count > 0; count -= part) {
        part = smaller(count, POSITIONS);
        for (int32_t i = 0; i < part; i++) {
            signs[i] = attune_dsp_signs[dsp_sign_bits(strip->call, element) & 15];
            element += (uint32_t)row;
        }
        taps->signs = signs;
        taps->output_end = (int8_t *)taps->output + part * row;
        attune_dsp_taps_nodes(taps);
        taps->output = taps->output_end;
        taps->values += part * (taps->step / 4);
    }
}

/* The same for errors. */
static void run_errors(dsp_strip *strip, int32_t line, int32_t x, int32_t count, const uint32_t *weights) {
    const int32_t *record = strip->record;
    dsp_tap_errors *errors = &strip->errors;
    int32_t pairs = (strip->rows + 1) / 2;
    int8_t *output = attune_error_line(strip->call, line) + x * errors->output_step + strip->first;
    errors->output = output;
    errors->output_end = output + count * errors->output_step;
    dsp_taps taps;
    taps.values = strip->values;
    taps.weights = weights;
    taps.step = record[ATTUNE_STRIDE_W] * pairs * (DSP_BLOCK_WORDS * 4);
    taps.blocks = record[ATTUNE_KERNEL_W] * pairs;
    taps.start = strip->start;
    taps.outputs = errors;
    attune_dsp_taps_errors(&taps);
}

static void run_positions(const dsp_strip *strip, const attune_channels *channels, int32_t line, int32_t x,
                          int32_t count, const uint32_t *weights) {
    int32_t pairs = (strip->rows + 1) / 2;
    int32_t blocks = strip->record[ATTUNE_KERNEL_W] * pairs;
    int32_t step = strip->record[ATTUNE_STRIDE_W] * pairs * DSP_BLOCK_WORDS;
    int32_t row = attune_record_channels(strip->record);
    if (strip->finish == DSP_FINISH_ACCUMULATORS) {
        run_accumulators(strip, channels, line, x, count, weights, step, blocks);
        return;
    }
    int8_t *output = attune_output_line(strip->call, line) + x * row + strip->first;
    dsp_taps taps = {.values = strip->values,
                     .weights = weights,
                     .step = step * 4,
                     .blocks = blocks,
                     .start = strip->start,
                     .outputs = strip->outputs,
                     .output = output,
                     .output_step = row,
                     .output_end = output + count * row};
    if (strip->finish == DSP_FINISH_NODES) {
        run_nodes(strip, line, x, count, &taps);
        return;
    }
    if (strip->finish == DSP_FINISH_RELU) {
        attune_dsp_taps_relu(&taps);
    } else {
        attune_dsp_taps_linear(&taps);
    }
}

/* Finds the input rows that the windows of a line meet, of as many as they have. Returns the number of the first. */
static int32_t rows_find(dsp_strip *strip, int32_t line, int32_t needed) {
    const attune_call *call = strip->call;
    const int32_t *record = strip->record;
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t dilation = record[ATTUNE_DILATION_H];
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    int32_t top = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    int32_t first = top < 0 ? (-top + dilation - 1) / dilation : 0;
    int32_t end = height > top ? (height - top + dilation - 1) / dilation : 0;
    end = smaller(end, needed);
    strip->rows = end > first ? end - first : 0;
    int32_t input_line = batch * height + top + first * dilation;
    if (call->input_ring == record[ATTUNE_INPUT_N] * height) {
        int32_t row = record[ATTUNE_INPUT_N + 2] * record[ATTUNE_INPUT_N + 3];
        const int8_t *at = call->input + input_line * row;
        for (int32_t i = 0; i < strip->rows; i++, at += dilation * row) {
            strip->row[i] = at;
        }
    } else {
        for (int32_t i = 0; i < strip->rows; i++, input_line += dilation) {
            strip->row[i] = attune_input_line(call, input_line);
        }
    }
    return strip->rows > 0 ? first : 0;
}

/* One line, or two that share their input rows. */
static void strip_lines(dsp_strip *strip, const attune_channels *channels, int32_t line, int32_t lines) {
    const int32_t *record = strip->record;
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t stride = record[ATTUNE_STRIDE_W];
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    int32_t first = rows_find(strip, line, record[ATTUNE_KERNEL_H] + lines - 1);
    for (int32_t i = 0; i < lines; i++) {
        attune_dsp_strip_rows(strip, &strip->weights[i], first - i);
    }
    int32_t pairs = strip->rows > 0 ? (strip->rows + 1) / 2 : 1;
    int32_t most = record[ATTUNE_DILATION_W] == 1 ? (strip->capacity / pairs - kernel) / stride + 1 : 1;
    for (int32_t x = 0; x < width;) {
        int32_t count = smaller(most, width - x);
        values_fill(strip, x * stride - record[ATTUNE_PAD_LEFT], record[ATTUNE_DILATION_W],
                    (count - 1) * stride + kernel);
        for (int32_t i = 0; i < lines; i++) {
            if (strip->finish == DSP_FINISH_ERRORS) {
                run_errors(strip, line + i, x, count, strip->weights[i].blocks);
            } else {
                run_positions(strip, channels, line + i, x, count, strip->weights[i].blocks);
            }
        }
        x += count;
    }
}

/* Whether two lines may be made together: errors of a channel follow each other, so these must not come in pieces. */
static int lines_together(const dsp_strip *strip) {
    const int32_t *record = strip->record;
    if (record[ATTUNE_STRIDE_H] != 1 || record[ATTUNE_DILATION_H] != 1 || record[ATTUNE_KERNEL_H] % 2 == 0) {
        return 0;
    }
    int32_t pairs = (record[ATTUNE_KERNEL_H] + 2) / 2;
    int32_t columns = (record[ATTUNE_OUTPUT_N + 2] - 1) * record[ATTUNE_STRIDE_W] + record[ATTUNE_KERNEL_W];
    return strip->call->errors == NULL || (record[ATTUNE_DILATION_W] == 1 && columns * pairs <= strip->capacity);
}

static void strip_run(dsp_strip *strip, const attune_channels *channels) {
    const attune_call *call = strip->call;
    const int32_t *record = strip->record;
    int32_t output_h = record[ATTUNE_OUTPUT_N + 1];
    int together = lines_together(strip);
    int32_t end = call->line_first + call->line_count;
    for (int32_t line = call->line_first; line < end;) {
        int32_t lines = together && line + 1 < end && (line + 1) % output_h != 0 ? 2 : 1;
        strip_lines(strip, channels, line, lines);
        line += lines;
    }
    if (strip->finish == DSP_FINISH_ERRORS) {
        memcpy(call->errors->carry + strip->first, strip->errors.carries, sizeof strip->errors.carries);
    }
}

/* A strip whose outputs need attune_dsp_write has the parameters that it takes. */
static __attribute__((noinline)) void strip_run_accumulators(dsp_strip *strip) {
    attune_channels channels;
    attune_channels_prepare(strip->call, strip->first, strip->count, &channels);
    strip_run(strip, &channels);
}

/* All strips. */
static void strips_run(dsp_strip *strip, dsp_finish finish) {
    int32_t channels = attune_record_channels(strip->record);
    for (strip->first = 0; strip->first < channels; strip->first += DSP_STRIP_CHANNELS) {
        strip->count = smaller(channels - strip->first, DSP_STRIP_CHANNELS);
        strip->finish = finish;
        attune_dsp_strip_prepare(strip);
        if (strip->finish == DSP_FINISH_ACCUMULATORS) {
            strip_run_accumulators(strip);
        } else {
            strip_run(strip, NULL);
        }
    }
}

static __attribute__((noinline)) void strips_run_probed(dsp_strip *strip, dsp_finish finish) {
    dsp_strip_signs signs;
    signs.end = 0;
    strip->signs = &signs;
    strips_run(strip, finish);
}

int attune_dsp_depthwise_conv_2d_s8(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t channels = attune_record_channels(record);
    int32_t taps = attune_record_filter_size(record);
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    int32_t pairs = (record[ATTUNE_KERNEL_H] + 1) / 2;
    int32_t blocks = pairs * record[ATTUNE_KERNEL_W];
    if (record[ATTUNE_KERNEL_H] > DSP_LARGEST_KERNEL_H) {
        return 0;
    }
    dsp_strip strip = {.call = call, .record = record, .minus_zero = dsp_pair(-zero, -zero)};
    strip.forms = attune_dsp_outputs(call);
    int32_t weights_words = blocks * DSP_BLOCK_WORDS;
    strip.weights[0].blocks = (uint32_t *)(void *)call->scratch;
    strip.weights[1].blocks = strip.weights[0].blocks + weights_words;
    strip.values = strip.weights[1].blocks + weights_words;
    int32_t bytes = attune_depthwise_conv_2d_scratch(record) - 2 * weights_words * 4 - taps * 8;
    strip.capacity = bytes / (DSP_BLOCK_WORDS * 4);
    strip.taps = strip.values + strip.capacity * DSP_BLOCK_WORDS;
    dsp_finish finish = blocks <= DSP_TAPS_BLOCKS ? attune_dsp_finish(call) : DSP_FINISH_ACCUMULATORS;
    if ((call->mode & ATTUNE_RUN_PROBE_WEIGHTS) && channels % DSP_STRIP_CHANNELS == 0 && taps <= DSP_STRIP_SIGN_WORDS) {
        strips_run_probed(&strip, finish);
    } else {
        strips_run(&strip, finish);
    }
    return 1;
}

#endif
