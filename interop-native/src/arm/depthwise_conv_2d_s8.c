/* Depthwise convolution, four channels at a time. The input rows of an output line are taken two by two: a column of
 * the input gives one block a pair of rows, each word the two rows' values of one channel. A position's window is then
 * one run of blocks, multiplied with a run of blocks of weights. Taps outside the input are left out of both. */
#include "taps.h"

#if defined(__ARM_FEATURE_DSP)

#include <stddef.h>

enum { CHANNELS = 4 };

typedef struct depthwise_strip {
    const attune_call *call;
    const int32_t *record;
    int32_t first; /* output channel */
    int32_t count; /* of channels, at most CHANNELS */
    dsp_outputs forms;
    dsp_finish finish;
    uint32_t minus_zero;
    int32_t start[CHANNELS];
    dsp_output outputs[CHANNELS];
    uint32_t *taps;    /* [kernel h * kernel w][channels / 2] pairs of neighbouring channels */
    uint32_t *weights; /* blocks [kernel w][row pairs] for the rows in force */
    uint32_t *values;  /* blocks [column][row pairs] */
    int32_t capacity;  /* blocks that fit there */
    int32_t row_first; /* rows of the kernel in force: row_first..row_end - 1 */
    int32_t row_end;
    const int8_t *rows[16]; /* the input's, of one output line */
} depthwise_strip;

enum { LARGEST_KERNEL_H = 16 };

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* --- Weights ------------------------------------------------------------------------------------------------------ */

static int strip_outputs(depthwise_strip *strip) {
    if (strip->finish == DSP_FINISH_ACCUMULATORS || strip->count < CHANNELS) {
        return 0;
    }
    for (int32_t i = 0; i < CHANNELS; i++) {
        if (!attune_dsp_output(&strip->forms, strip->first + i, &strip->start[i], &strip->outputs[i])) {
            return 0;
        }
    }
    return 1;
}

static void strip_prepare(depthwise_strip *strip) {
    int32_t taps = attune_record_filter_size(strip->record);
    int32_t all = attune_record_channels(strip->record);
    int fast = strip_outputs(strip);
    if (!fast) {
        strip->finish = DSP_FINISH_ACCUMULATORS;
        memset(strip->start, 0, sizeof strip->start);
    }
    if (strip->count == CHANNELS && !(strip->call->mode & ATTUNE_RUN_PROBE_WEIGHTS)) {
        const int8_t *weights = strip->call->parameters.weights + strip->first;
        for (int32_t tap = 0; tap < taps; tap++) {
            uint32_t word = dsp_load(weights);
            uint32_t even = dsp_even(word);
            uint32_t odd = dsp_odd(word);
            uint32_t low = dsp_low_halves(even, odd);
            uint32_t high = dsp_high_halves(even, odd);
            strip->taps[2 * tap] = fast ? dsp_twice(low) : low;
            strip->taps[2 * tap + 1] = fast ? dsp_twice(high) : high;
            weights += all;
        }
    } else {
        for (int32_t tap = 0; tap < taps; tap++) {
            int16_t values[CHANNELS] = {0};
            attune_filter_prepare(strip->call, tap * all + strip->first, strip->count, values);
            int32_t factor = fast ? 2 : 1;
            strip->taps[2 * tap] = dsp_pair(values[0] * factor, values[1] * factor);
            strip->taps[2 * tap + 1] = dsp_pair(values[2] * factor, values[3] * factor);
        }
    }
    strip->row_first = strip->row_end = 0;
}

/* The blocks of weights for these rows of the kernel. */
static void rows_prepare(depthwise_strip *strip, int32_t first, int32_t end) {
    int32_t width = strip->record[ATTUNE_KERNEL_W];
    uint32_t *block = strip->weights;
    strip->row_first = first;
    strip->row_end = end;
    for (int32_t x = 0; x < width; x++) {
        for (int32_t y = first; y < end; y += 2) {
            const uint32_t *tap = strip->taps + 2 * (y * width + x);
            const uint32_t *below = tap + 2 * width;
            uint32_t low = y + 1 < end ? below[0] : 0;
            uint32_t high = y + 1 < end ? below[1] : 0;
            block[0] = dsp_low_halves(tap[0], low);
            block[1] = dsp_high_halves(tap[0], low);
            block[2] = dsp_low_halves(tap[1], high);
            block[3] = dsp_high_halves(tap[1], high);
            block += DSP_BLOCK_WORDS;
        }
    }
}

/* --- Values ------------------------------------------------------------------------------------------------------- */

/* `count` blocks, `skip` bytes apart, of two rows whose columns are `pixel` bytes apart; b lies delta bytes behind a.
 */
static void columns_fill(uint32_t *block, int32_t skip, const int8_t *a, int32_t delta, int32_t pixel, int32_t count,
                         uint32_t minus_zero) {
    const int8_t *end = a + count * pixel;
    do {
        register uint32_t ch0 __asm__("r4");
        register uint32_t ch1 __asm__("r5");
        register uint32_t ch2 __asm__("r6");
        register uint32_t ch3 __asm__("r8");
        uint32_t word = dsp_load(a);
        uint32_t below = dsp_load(a + delta);
        uint32_t even = dsp_widen_even(minus_zero, word);
        uint32_t odd = dsp_widen_odd(minus_zero, word);
        uint32_t even_below = dsp_widen_even(minus_zero, below);
        uint32_t odd_below = dsp_widen_odd(minus_zero, below);
        ch0 = dsp_low_halves(even, even_below);
        ch1 = dsp_low_halves(odd, odd_below);
        ch2 = dsp_high_halves(even, even_below);
        ch3 = dsp_high_halves(odd, odd_below);
        __asm__ volatile("stm %0, {%1, %2, %3, %4}" : : "r"(block), "r"(ch0), "r"(ch1), "r"(ch2), "r"(ch3) : "memory");
        block = (uint32_t *)(void *)((uint8_t *)block + skip);
        a += pixel;
    } while (a != end);
}

/* The same for channels that are fewer, or share an input. */
static void columns_gather(const depthwise_strip *strip, uint32_t *block, int32_t skip, const int8_t *a,
                           const int8_t *b, int32_t pixel, int32_t count) {
    int32_t zero = strip->record[ATTUNE_INPUT_ZERO];
    int32_t multiplier = strip->record[ATTUNE_GROUPS];
    for (int32_t x = 0; x < count; x++) {
        for (int32_t i = 0; i < CHANNELS; i++) {
            int32_t channel = (strip->first + i) / multiplier;
            block[i] = i < strip->count ? dsp_pair(a[channel] - zero, b[channel] - zero) : 0;
        }
        block = (uint32_t *)(void *)((uint8_t *)block + skip);
        a += pixel;
        b += pixel;
    }
}

/* Columns first.. of the input, `spacing` apart. */
static void values_fill(const depthwise_strip *strip, int32_t first, int32_t spacing, int32_t count) {
    int32_t pixel = strip->record[ATTUNE_INPUT_N + 3];
    int32_t rows = strip->row_end - strip->row_first;
    int32_t skip = (rows + 1) / 2 * DSP_BLOCK_WORDS * 4;
    int whole = strip->count == CHANNELS && strip->record[ATTUNE_GROUPS] == 1;
    for (int32_t row = 0; row < rows; row += 2) {
        const int8_t *a = strip->rows[row] + first * pixel;
        const int8_t *b = strip->rows[row + 1 < rows ? row + 1 : row] + first * pixel; /* its weights are 0 */
        uint32_t *block = strip->values + row / 2 * DSP_BLOCK_WORDS;
        if (whole) {
            columns_fill(block, skip, a + strip->first, (int32_t)(b - a), spacing * pixel, count, strip->minus_zero);
        } else {
            columns_gather(strip, block, skip, a, b, spacing * pixel, count);
        }
    }
}

/* --- Positions ---------------------------------------------------------------------------------------------------- */

typedef struct depthwise_run {
    int32_t line;
    int32_t x;     /* first output */
    int32_t count; /* of outputs */
    int32_t tap;   /* first column of the kernel */
    int32_t taps;
    int32_t column; /* in values */
    int32_t step;   /* columns from one output to the next */
} depthwise_run;

/* Any number of blocks, any output. */
static void run_accumulators(const depthwise_strip *strip, const attune_channels *channels, const depthwise_run *run) {
    int32_t pairs = (strip->row_end - strip->row_first + 1) / 2;
    for (int32_t i = 0; i < run->count; i++) {
        int32_t accumulators[CHANNELS] = {0};
        int32_t blocks = run->taps * pairs;
        dsp_taps taps = {.values = strip->values + (run->column + i * run->step) * pairs * DSP_BLOCK_WORDS,
                         .weights = strip->weights + run->tap * pairs * DSP_BLOCK_WORDS,
                         .start = accumulators,
                         .output = accumulators,
                         .output_step = sizeof accumulators,
                         .output_end = accumulators + CHANNELS};
        for (int32_t done = 0; done < blocks; done += taps.blocks) {
            taps.blocks = smaller(blocks - done, DSP_TAPS_BLOCKS);
            attune_dsp_taps_accumulators(&taps);
            taps.values += taps.blocks * DSP_BLOCK_WORDS;
            taps.weights += taps.blocks * DSP_BLOCK_WORDS;
        }
        attune_dsp_write(strip->call, channels, run->line, run->x + i, accumulators);
    }
}

static void run_positions(const depthwise_strip *strip, const attune_channels *channels, const depthwise_run *run) {
    int32_t pairs = (strip->row_end - strip->row_first + 1) / 2;
    int32_t row = attune_record_channels(strip->record);
    if (strip->finish == DSP_FINISH_ACCUMULATORS) {
        run_accumulators(strip, channels, run);
        return;
    }
    int8_t *output = attune_output_line(strip->call, run->line) + run->x * row + strip->first;
    dsp_taps taps = {strip->values + run->column * pairs * DSP_BLOCK_WORDS,
                     strip->weights + run->tap * pairs * DSP_BLOCK_WORDS,
                     run->step * pairs * DSP_BLOCK_WORDS * 4,
                     run->taps * pairs,
                     strip->start,
                     strip->outputs,
                     output,
                     row,
                     output + run->count * row};
    if (strip->finish == DSP_FINISH_RELU) {
        attune_dsp_taps_relu(&taps);
    } else {
        attune_dsp_taps_linear(&taps);
    }
}

/* A position whose window misses the input. */
static __attribute__((noinline)) void position_empty(const depthwise_strip *strip, int32_t line, int32_t x) {
    static const int32_t accumulators[CHANNELS];
    attune_channels channels;
    attune_channels_prepare(strip->call, strip->first, strip->count, &channels);
    attune_dsp_write(strip->call, &channels, line, x, accumulators);
}

/* Taps begin .. end - 1 of size lie inside an input of the given extent, where tap 0 is at start. */
static void taps_inside(int32_t start, int32_t dilation, int32_t size, int32_t extent, int32_t *begin, int32_t *end) {
    *begin = start < 0 ? (-start + dilation - 1) / dilation : 0;
    *end = start + (size - 1) * dilation < extent ? size : start < extent ? (extent - 1 - start) / dilation + 1 : 0;
}

/* Outputs x.. of a line, as many as the values' place allows; returns how many. */
static int32_t line_part(depthwise_strip *strip, const attune_channels *channels, int32_t line, int32_t x) {
    const int32_t *record = strip->record;
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t stride = record[ATTUNE_STRIDE_W];
    int32_t dilation = record[ATTUNE_DILATION_W];
    int32_t pairs = (strip->row_end - strip->row_first + 1) / 2;
    int32_t left = x * stride - record[ATTUNE_PAD_LEFT];
    int32_t count = 1;
    if (dilation == 1) {
        count = (strip->capacity / pairs - kernel) / stride + 1;
        count = smaller(count, record[ATTUNE_OUTPUT_N + 2] - x);
    }
    int32_t tap, tap_end;
    taps_inside(left, dilation, kernel, width, &tap, &tap_end);
    if (count == 1) {
        int32_t taps = tap_end > tap ? tap_end - tap : 0;
        if (taps > 0) {
            values_fill(strip, left + tap * dilation, dilation, taps);
            const depthwise_run run = {line, x, 1, tap, taps, 0, 0};
            run_positions(strip, channels, &run);
        } else {
            position_empty(strip, line, x);
        }
        return 1;
    }
    int32_t first = left < 0 ? 0 : left;
    int32_t end = smaller(left + (count - 1) * stride + kernel, width);
    values_fill(strip, first, 1, end - first);
    for (int32_t i = 0; i < count;) {
        int32_t at = left + i * stride;
        taps_inside(at, 1, kernel, width, &tap, &tap_end);
        depthwise_run run = {line, x + i, 1, tap, tap_end - tap, at + tap - first, stride};
        if (tap == 0 && tap_end == kernel) {
            run.count = smaller((width - kernel - at) / stride + 1, count - i);
        }
        run_positions(strip, channels, &run);
        i += run.count;
    }
    return count;
}

static void strip_line(depthwise_strip *strip, const attune_channels *channels, int32_t line) {
    const int32_t *record = strip->record;
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t dilation = record[ATTUNE_DILATION_H];
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    int32_t top = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    int32_t row_first, row_end;
    taps_inside(top, dilation, record[ATTUNE_KERNEL_H], height, &row_first, &row_end);
    if (row_end <= row_first) {
        for (int32_t x = 0; x < record[ATTUNE_OUTPUT_N + 2]; x++) {
            position_empty(strip, line, x);
        }
        return;
    }
    if (row_first != strip->row_first || row_end != strip->row_end) {
        rows_prepare(strip, row_first, row_end);
    }
    for (int32_t row = row_first; row < row_end; row++) {
        strip->rows[row - row_first] = attune_input_line(strip->call, batch * height + top + row * dilation);
    }
    for (int32_t x = 0; x < record[ATTUNE_OUTPUT_N + 2];) {
        x += line_part(strip, channels, line, x);
    }
}

/* A strip whose outputs need attune_dsp_write has the parameters that it takes. */
static __attribute__((noinline)) void strip_run_accumulators(depthwise_strip *strip) {
    const attune_call *call = strip->call;
    attune_channels channels;
    attune_channels_prepare(call, strip->first, strip->count, &channels);
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        strip_line(strip, &channels, line);
    }
}

int attune_dsp_depthwise_conv_2d_s8(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t channels = attune_record_channels(record);
    int32_t taps = attune_record_filter_size(record);
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    int32_t pairs = (record[ATTUNE_KERNEL_H] + 1) / 2;
    int32_t blocks = pairs * record[ATTUNE_KERNEL_W];
    if (record[ATTUNE_KERNEL_H] > LARGEST_KERNEL_H) {
        return 0;
    }
    depthwise_strip strip = {.call = call, .record = record, .minus_zero = dsp_pair(-zero, -zero)};
    strip.forms = attune_dsp_outputs(call);
    strip.weights = (uint32_t *)(void *)call->scratch;
    strip.values = strip.weights + blocks * DSP_BLOCK_WORDS;
    int32_t bytes = attune_depthwise_conv_2d_scratch(record) - blocks * DSP_BLOCK_WORDS * 4 - taps * 8;
    strip.capacity = bytes / (DSP_BLOCK_WORDS * 4);
    strip.taps = strip.values + strip.capacity * DSP_BLOCK_WORDS;
    dsp_finish finish = blocks <= DSP_TAPS_BLOCKS ? attune_dsp_finish(call) : DSP_FINISH_ACCUMULATORS;
    for (strip.first = 0; strip.first < channels; strip.first += CHANNELS) {
        strip.count = smaller(channels - strip.first, CHANNELS);
        strip.finish = finish;
        strip_prepare(&strip);
        if (strip.finish == DSP_FINISH_ACCUMULATORS) {
            strip_run_accumulators(&strip);
            continue;
        }
        for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
            strip_line(&strip, NULL, line);
        }
    }
    return 1;
}

#endif
