/* Gradient of a depthwise layer's weights, four channels at a time. Two output lines go together: a block has for each
 * of four channels the errors of both lines, or the inputs that a tap meets in both. The errors of a line stay, as
 * weights of attune_dsp_taps_accumulators do, while the taps of a row pass. */
#include "../taps.h"
#include "gradient.h"

#include <stddef.h>

#if defined(ATTUNE_DSP)

enum {
    LANES = DSP_BLOCK_WORDS,
    LARGEST_TAPS = 64,
    LARGEST_KERNEL = 16,
    BLOCK_BYTES = 16,
    INPUT_BLOCKS = 112,
};

typedef struct tap_strip {
    const attune_error_gradient *gradient;
    const int32_t *record;
    int32_t channel; /* of the error */
    int32_t channels;
    int32_t lanes;                /* channels that the strip has */
    int32_t input_channel[LANES]; /* of each lane */
    uint32_t errors[DSP_TAPS_BLOCKS * LANES];
    uint32_t inputs[INPUT_BLOCKS * LANES];
    int32_t kept[LARGEST_KERNEL];      /* number of the pair of rows that is there, of each row of taps; -1: none */
    int32_t sums[LARGEST_TAPS][LANES]; /* [kernel h][kernel w] */
} tap_strip;

/* Columns of an output line, and the inputs that they meet: input column x * stride + left. */
typedef struct column_run {
    int32_t x;
    int32_t count;
} column_run;

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* Blocks of two rows, either of which may be NULL; columns `pixel` bytes apart. */
static void blocks_fill(uint32_t *block, const int8_t *row, const int8_t *below, int32_t pixel, int32_t count,
                        uint32_t minus_zero) {
    if (row != NULL && below != NULL) {
        attune_dsp_blocks_fill(block, BLOCK_BYTES, row, (int32_t)(below - row), pixel, count, minus_zero);
        return;
    }
    const int8_t *at = row != NULL ? row : below;
    for (; count > 0; count--) {
        uint32_t word = dsp_load(at);
        uint32_t even = dsp_widen_even(minus_zero, word);
        uint32_t odd = dsp_widen_odd(minus_zero, word);
        if (row != NULL) {
            block[0] = even & 0xffffu;
            block[1] = odd & 0xffffu;
            block[2] = even >> 16;
            block[3] = odd >> 16;
        } else {
            block[0] = even << 16;
            block[1] = odd << 16;
            block[2] = even & 0xffff0000u;
            block[3] = odd & 0xffff0000u;
        }
        block += LANES;
        at += pixel;
    }
}

/* The same of channels that are not neighbours. */
static void blocks_gather(const tap_strip *strip, uint32_t *block, const int8_t *row, const int8_t *below,
                          int32_t pixel, int32_t count) {
    int32_t zero = strip->record[ATTUNE_INPUT_ZERO];
    for (; count > 0; count--) {
#pragma GCC unroll 4
        for (int32_t i = 0; i < LANES; i++) {
            int32_t channel = strip->input_channel[i];
            int32_t low = row == NULL ? 0 : row[channel] - zero;
            int32_t high = below == NULL ? 0 : below[channel] - zero;
            block[i] = dsp_pair(low, high);
        }
        block += LANES;
        row = row == NULL ? NULL : row + pixel;
        below = below == NULL ? NULL : below + pixel;
    }
}

/* Blocks of input columns column, column + stride, ...; zeros outside. */
static void inputs_fill(const tap_strip *strip, uint32_t *inputs, const int8_t *row, const int8_t *below,
                        int32_t column, int32_t count) {
    const int32_t *record = strip->record;
    int32_t stride = record[ATTUNE_STRIDE_W];
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    int32_t first = column < 0 ? smaller((-column + stride - 1) / stride, count) : 0;
    int32_t room = width - 1 - column;
    int32_t end = room < 0 ? first : smaller(room / stride + 1, count);
    end = end < first ? first : end;
    memset(inputs, 0, (size_t)(first * BLOCK_BYTES));
    memset(inputs + end * LANES, 0, (size_t)((count - end) * BLOCK_BYTES));
    if (end > first) {
        int32_t place = (column + first * stride) * pixel;
        if (strip->gradient->chosen != NULL) {
            blocks_gather(strip, inputs + first * LANES, row == NULL ? NULL : row + place,
                          below == NULL ? NULL : below + place, stride * pixel, end - first);
            return;
        }
        place += strip->channel;
        blocks_fill(inputs + first * LANES, row == NULL ? NULL : row + place, below == NULL ? NULL : below + place,
                    stride * pixel, end - first, dsp_pair(-zero, -zero));
    }
}

/* A row of an image, or NULL outside. */
static const int8_t *input_row(const tap_strip *strip, const int8_t *image, int32_t y) {
    const int32_t *shape = strip->record + ATTUNE_INPUT_N;
    return y < 0 || y >= shape[1] ? NULL : image + y * (shape[2] * shape[3]);
}

/* Adds taps of a row, `stride` apart, over a run of columns whose inputs are there. */
static void taps_add(tap_strip *strip, const uint32_t *inputs, int32_t tap, int32_t taps, const column_run *run) {
    int32_t stride = strip->record[ATTUNE_STRIDE_W];
    int32_t *sums = strip->sums[tap];
    const dsp_taps products = {.values = inputs,
                               .weights = strip->errors,
                               .step = BLOCK_BYTES,
                               .blocks = run->count,
                               .start = sums,
                               .output = sums,
                               .output_step = stride * (int32_t)sizeof strip->sums[0],
                               .output_end = sums + taps * stride * LANES};
    attune_dsp_taps_add(&products);
}

/* A row of taps over a run of columns. Taps whose columns are whole strides apart share their inputs. */
static void row_add(tap_strip *strip, const int8_t *row, const int8_t *below, int32_t ky, const column_run *run) {
    const int32_t *record = strip->record;
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t stride = record[ATTUNE_STRIDE_W];
    for (int32_t kx = 0; kx < kernel && kx < stride; kx++) {
        int32_t taps = (kernel - kx + stride - 1) / stride;
        int32_t column = run->x * stride - record[ATTUNE_PAD_LEFT] + kx;
        inputs_fill(strip, strip->inputs, row, below, column, run->count + taps - 1);
        taps_add(strip, strip->inputs, ky * kernel + kx, taps, run);
    }
}

/* The same where a later pair of lines meets the rows again, in another row of taps: number is that of the pair. */
static void row_add_kept(tap_strip *strip, const int8_t *row, const int8_t *below, int32_t ky, const column_run *run,
                         int32_t number) {
    const int32_t *record = strip->record;
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t count = run->count + kernel - 1;
    int32_t slot = number % record[ATTUNE_KERNEL_H];
    uint32_t *inputs = strip->inputs + slot * count * LANES;
    if (strip->kept[slot] != number) {
        inputs_fill(strip, inputs, row, below, run->x - record[ATTUNE_PAD_LEFT], count);
        strip->kept[slot] = number;
    }
    taps_add(strip, inputs, ky * kernel, kernel, run);
}

static int keeps(const tap_strip *strip, const column_run *run) {
    const int32_t *record = strip->record;
    return record[ATTUNE_STRIDE_H] == 1 && record[ATTUNE_STRIDE_W] == 1 && record[ATTUNE_DILATION_H] == 1 &&
           record[ATTUNE_KERNEL_H] <= LARGEST_KERNEL &&
           (run->count + record[ATTUNE_KERNEL_W] - 1) * record[ATTUNE_KERNEL_H] <= INPUT_BLOCKS;
}

/* A line, and with `both` the next one, over a run of columns. */
static void lines_add(tap_strip *strip, int32_t line, int both, const column_run *run, int keep) {
    const int32_t *record = strip->record;
    int32_t row_bytes = record[ATTUNE_OUTPUT_N + 2] * strip->channels;
    const int8_t *error = strip->gradient->error + line * row_bytes + run->x * strip->channels + strip->channel;
    blocks_fill(strip->errors, error, both ? error + row_bytes : NULL, strip->channels, run->count, 0);
    const int32_t *shape = record + ATTUNE_INPUT_N;
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    const int8_t *image = strip->gradient->input + batch * (shape[1] * shape[2] * shape[3]);
    int32_t y = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    for (int32_t ky = 0; ky < record[ATTUNE_KERNEL_H]; ky++, y += record[ATTUNE_DILATION_H]) {
        const int8_t *row = input_row(strip, image, y);
        const int8_t *below = both ? input_row(strip, image, y + record[ATTUNE_STRIDE_H]) : NULL;
        if (row == NULL && below == NULL) {
            continue;
        }
        if (keep && both) {
            row_add_kept(strip, row, below, ky, run, line + ky);
        } else {
            row_add(strip, row, below, ky, run);
        }
    }
}

/* All lines over a run of columns, two by two; both of an image. */
static void run_add(tap_strip *strip, const column_run *run) {
    const attune_error_gradient *gradient = strip->gradient;
    int32_t height = strip->record[ATTUNE_OUTPUT_N + 1];
    int keep = keeps(strip, run);
    for (int32_t line = gradient->line; line < gradient->end;) {
        int both = line + 1 < gradient->end && (line + 1) % height != 0;
        if (!both || line % height == 0 || line == gradient->line) {
            for (int32_t i = 0; i < LARGEST_KERNEL && i < strip->record[ATTUNE_KERNEL_H]; i++) {
                strip->kept[i] = -1;
            }
        }
        lines_add(strip, line, both, run, keep);
        line += both ? 2 : 1;
    }
}

static void strip_add(tap_strip *strip) {
    const attune_error_gradient *gradient = strip->gradient;
    int32_t width = strip->record[ATTUNE_OUTPUT_N + 2];
    int32_t taps = attune_record_filter_size(strip->record);
    int32_t runs = (width + DSP_TAPS_BLOCKS - 1) / DSP_TAPS_BLOCKS;
    memset(strip->sums, 0, (size_t)taps * sizeof strip->sums[0]);
    column_run run = {.count = (width + runs - 1) / runs};
    for (; run.x < width; run.x += run.count) {
        run.count = smaller(run.count, width - run.x);
        run_add(strip, &run);
    }
    float units[LANES];
    attune_error_units(gradient, strip->channel, strip->lanes, units);
    for (int32_t i = 0; i < strip->lanes; i++) {
        float *weights = gradient->weights + attune_error_row(gradient, strip->channel + i);
        for (int32_t tap = 0; tap < taps; tap++) {
            *weights += units[i] * (float)strip->sums[tap][i];
            weights += gradient->tile_count;
        }
    }
}

int32_t attune_dsp_gradient_taps(const attune_error_gradient *gradient) {
    const int32_t *record = gradient->record;
    if (record[ATTUNE_GROUPS] != 1 || record[ATTUNE_DILATION_W] != 1 || record[ATTUNE_KERNEL_W] > LARGEST_KERNEL ||
        attune_record_filter_size(record) > LARGEST_TAPS) {
        return 0;
    }
    tap_strip strip;
    strip.gradient = gradient;
    strip.record = record;
    strip.channels = attune_record_channels(record);
    /* A strip of fewer channels reads errors behind its own. */
    int64_t behind = (int64_t)attune_record_positions(record) * (record[ATTUNE_INPUT_N + 3] - strip.channels);
    int32_t count = behind >= LANES ? gradient->count : gradient->count & ~(LANES - 1);
    for (int32_t c = 0; c < count; c += LANES) {
        strip.channel = gradient->first + c;
        strip.lanes = smaller(LANES, gradient->count - c);
        for (int32_t i = 0; i < LANES && gradient->chosen != NULL; i++) {
            strip.input_channel[i] = gradient->chosen[strip.channel + smaller(i, strip.lanes - 1)];
        }
        strip_add(&strip);
    }
    return count;
}

#endif
