/* Depthwise convolution, four channels at a time. The input rows of an output line are taken two by two: a column of
 * the input gives one block a pair of rows, each word the two rows' values of one channel. A position's window is then
 * one run of blocks, multiplied with a run of blocks of weights. Taps outside the input are left out of both. */
#include "signs.h"
#include "taps.h"

#if defined(ATTUNE_DSP)

#include <stddef.h>

enum { CHANNELS = 4 };

/* Generator words that are kept for the strips that share them. */
enum { SIGN_WORDS = 192 };

/* Input rows that one or two lines need. */
enum { LARGEST_KERNEL_H = 16, LARGEST_ROWS = LARGEST_KERNEL_H + 1 };

/* Weights of an output line for the rows in force. */
typedef struct depthwise_weights {
    uint32_t *blocks; /* [kernel w][row pairs] */
    int32_t first;    /* row of the kernel that meets the first row; may be negative */
    int32_t rows;     /* 0: not prepared */
} depthwise_weights;

/* Signs of some channels' weights; shifted, so that the first of them has bit 0. */
typedef struct depthwise_signs {
    int32_t first;              /* channel */
    int32_t end;                /* channels first .. end - 1 are there */
    uint32_t words[SIGN_WORDS]; /* [32 channels][kernel h * kernel w] */
} depthwise_signs;

typedef struct depthwise_strip {
    const attune_call *call;
    const int32_t *record;
    depthwise_signs *signs; /* NULL: clean, or not four by four */
    int32_t first;          /* output channel */
    int32_t count;          /* of channels, at most CHANNELS */
    dsp_outputs forms;
    dsp_finish finish;
    uint32_t minus_zero;
    int32_t start[CHANNELS];
    dsp_output outputs[CHANNELS];
    uint32_t *taps;               /* [kernel h * kernel w][channels / 2] pairs of neighbouring channels */
    uint32_t *values;             /* blocks [column][row pairs] */
    int32_t capacity;             /* blocks that fit there */
    depthwise_weights weights[2]; /* of the one or two lines that are made together */
    int32_t rows;                 /* of the input that they need */
    const int8_t *row[LARGEST_ROWS];
} depthwise_strip;

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

/* The signs of as many channels from the strip's on as fit. */
static void signs_fill(const depthwise_strip *strip) {
    const attune_call *call = strip->call;
    depthwise_signs *signs = strip->signs;
    int32_t taps = attune_record_filter_size(strip->record);
    int32_t all = attune_record_channels(strip->record);
    int32_t columns = smaller(SIGN_WORDS / taps, (all - strip->first + 31) / 32);
    int32_t count = smaller(columns * 32, all - strip->first);
    uint32_t element = (uint32_t)strip->first;
    uint32_t number = element >> 5;
    uint32_t word = attune_word(number, call->seed_low, call->seed_high);
    signs->first = strip->first;
    signs->end = strip->first + columns * 32;
    for (int32_t tap = 0; tap < taps; tap++, element += (uint32_t)all) {
        uint32_t shift = element & 31;
        uint32_t *place = signs->words + tap;
        if (number != element >> 5) {
            number = element >> 5;
            word = attune_word(number, call->seed_low, call->seed_high);
        }
        *place = word >> shift;
        for (int32_t column = 1; column < columns; column++) {
            word = attune_word(++number, call->seed_low, call->seed_high);
            *place |= word << 1 << (31 - shift);
            place += taps;
            *place = word >> shift;
        }
        if ((int32_t)shift + count > columns * 32) {
            word = attune_word(++number, call->seed_low, call->seed_high);
            *place |= word << (32 - shift);
        }
    }
}

/* Doubled or not, into pairs of neighbouring channels. */
DSP_INLINE void tap_store(uint32_t even, uint32_t odd, int twice, uint32_t *tap) {
    uint32_t low = dsp_low_halves(even, odd);
    uint32_t high = dsp_high_halves(even, odd);
    tap[0] = twice ? dsp_twice(low) : low;
    tap[1] = twice ? dsp_twice(high) : high;
}

#define TWICE                                                                                                          \
    "sadd16 %[word], %[word], %[word]\n"                                                                               \
    "sadd16 %[odd], %[odd], %[odd]\n"
/* Every tap; twice: TWICE or nothing. */
#define PROBE_TAPS(twice)                                                                                              \
    __asm__ volatile("1:\n"                                                                                            \
                     "ldr %[even], [%[bits]], #4\n"                                                                    \
                     "ldr %[word], [%[weights]]\n"                                                                     \
                     "lsr %[even], %[even], %[shift]\n"                                                                \
                     "add %[weights], %[weights], %[all]\n"                                                            \
                     "bfi %[pairs], %[even], #3, #4\n"                                                                 \
                     "ldrd %[even], %[odd], [%[pairs]]\n"                                                              \
                     "sxtab16 %[even], %[even], %[word]\n"                                                             \
                     "sxtab16 %[odd], %[odd], %[word], ror #8\n"                                                       \
                     "pkhbt %[word], %[even], %[odd], lsl #16\n"                                                       \
                     "pkhtb %[odd], %[odd], %[even], asr #16\n" twice "strd %[word], %[odd], [%[tap]], #8\n"           \
                     "cmp %[tap], %[end]\n"                                                                            \
                     "bne 1b\n"                                                                                        \
                     : [bits] "+r"(bits), [weights] "+r"(weights), [tap] "+r"(tap), [pairs] "+r"(pairs),               \
                       [even] "=&r"(even), [odd] "=&r"(odd), [word] "=&r"(word)                                        \
                     : [shift] "r"(shift), [all] "r"(all), [end] "r"(end)                                              \
                     : "cc", "memory")

static void taps_probe(const depthwise_strip *strip, int32_t taps, int twice) {
    const depthwise_signs *signs = strip->signs;
    int32_t all = attune_record_channels(strip->record);
    int32_t channel = strip->first - signs->first;
    int32_t shift = channel & 31;
    const uint32_t *bits = signs->words + channel / 32 * taps;
    const int8_t *weights = strip->call->parameters.weights + strip->first;
    const dsp_sign_pairs *pairs = attune_dsp_sign_pairs;
    uint32_t *tap = strip->taps;
    const uint32_t *end = tap + 2 * taps;
    uint32_t even, odd, word;
    if (twice) {
        PROBE_TAPS(TWICE);
    } else {
        PROBE_TAPS("");
    }
}

static void strip_prepare(depthwise_strip *strip) {
    int32_t taps = attune_record_filter_size(strip->record);
    int32_t all = attune_record_channels(strip->record);
    int fast = strip_outputs(strip);
    if (!fast) {
        strip->finish = DSP_FINISH_ACCUMULATORS;
        memset(strip->start, 0, sizeof strip->start);
    }
    int probed = strip->call->mode & ATTUNE_RUN_PROBE_WEIGHTS;
    if (strip->count == CHANNELS && strip->signs != NULL) {
        if (strip->first >= strip->signs->end) {
            signs_fill(strip);
        }
        taps_probe(strip, taps, fast);
    } else if (strip->count == CHANNELS && !probed) {
        const int8_t *weights = strip->call->parameters.weights + strip->first;
        for (int32_t tap = 0; tap < taps; tap++) {
            uint32_t word = dsp_load(weights);
            tap_store(dsp_even(word), dsp_odd(word), fast, strip->taps + 2 * tap);
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
    strip->weights[0].rows = strip->weights[1].rows = 0;
}

/* The blocks of weights for rows that begin at this row of the kernel; rows outside the kernel have the weight 0. */
static void rows_prepare(depthwise_strip *strip, depthwise_weights *weights, int32_t first) {
    static const uint32_t none[2];
    int32_t width = strip->record[ATTUNE_KERNEL_W];
    int32_t height = strip->record[ATTUNE_KERNEL_H];
    if (weights->first == first && weights->rows == strip->rows) {
        return;
    }
    weights->first = first;
    weights->rows = strip->rows;
    for (int32_t row = 0; row < strip->rows; row += 2) {
        uint32_t *block = weights->blocks + row / 2 * DSP_BLOCK_WORDS;
        int32_t skip = (strip->rows + 1) / 2 * DSP_BLOCK_WORDS;
        int32_t y = first + row;
        int32_t last = row + 1 == strip->rows;
        int above = y >= 0 && y < height;
        int below = y + 1 >= 0 && y + 1 < height && !last;
        const uint32_t *tap = above ? strip->taps + 2 * y * width : none;
        const uint32_t *next = below ? strip->taps + 2 * (y + 1) * width : none;
        int32_t tap_step = above ? 2 : 0;
        int32_t next_step = below ? 2 : 0;
        if (last) { /* as columns_fill_last has it */
            for (int32_t x = 0; x < width; x++) {
                block[0] = tap[0] & 0xffffu;
                block[1] = tap[0] >> 16;
                block[2] = tap[1] << 16;
                block[3] = tap[1] & 0xffff0000u;
                block += skip;
                tap += tap_step;
            }
            continue;
        }
        for (int32_t x = 0; x < width; x++) {
            block[0] = dsp_low_halves(tap[0], next[0]);
            block[1] = dsp_high_halves(tap[0], next[0]);
            block[2] = dsp_low_halves(tap[1], next[1]);
            block[3] = dsp_high_halves(tap[1], next[1]);
            block += skip;
            tap += tap_step;
            next += next_step;
        }
    }
}

/* --- Values ------------------------------------------------------------------------------------------------------- */

/* `count` blocks, `skip` bytes apart, of two rows whose columns are `pixel` bytes apart; the second row lies delta
 * bytes behind a. */
static __attribute__((noinline)) void columns_fill(uint32_t *block, int32_t skip, const int8_t *a, int32_t delta,
                                                   int32_t pixel, int32_t count, uint32_t minus_zero) {
    const int8_t *end = a + count * pixel;
    uint32_t odd;
    uint32_t even_below;
    __asm__ volatile("1:\n"
                     "ldr %[odd], [%[a]]\n"
                     "ldr r8, [%[a], %[delta]]\n"
                     "add %[a], %[a], %[pixel]\n"
                     "sxtab16 r4, %[zero], %[odd]\n"
                     "sxtab16 %[odd], %[zero], %[odd], ror #8\n"
                     "sxtab16 %[below], %[zero], r8\n"
                     "sxtab16 r8, %[zero], r8, ror #8\n"
                     "pkhtb r6, %[below], r4, asr #16\n"
                     "pkhbt r4, r4, %[below], lsl #16\n"
                     "pkhbt r5, %[odd], r8, lsl #16\n"
                     "pkhtb r8, r8, %[odd], asr #16\n"
                     "cmp %[a], %[end]\n"
                     "stm %[block], {r4, r5, r6, r8}\n"
                     "add %[block], %[block], %[skip]\n"
                     "bne 1b\n"
                     : [a] "+r"(a), [block] "+r"(block), [odd] "=&r"(odd), [below] "=&r"(even_below)
                     : [delta] "r"(delta), [pixel] "r"(pixel), [zero] "r"(minus_zero), [end] "r"(end), [skip] "r"(skip)
                     : "r4", "r5", "r6", "r8", "cc", "memory");
}

/* The same for a last row without another: its values stay as they are widened, channels 0 and 2, 1 and 3 together. */
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

/* `count` blocks of zeros, `skip` bytes apart. */
DSP_INLINE void columns_clear(uint32_t *block, int32_t skip, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        block[0] = block[1] = block[2] = block[3] = 0;
        block = (uint32_t *)(void *)((uint8_t *)block + skip);
    }
}

/* The blocks of `count` columns, `spacing` apart, the first of which may lie before the input and the last behind it.
 */
static void values_fill(const depthwise_strip *strip, int32_t first, int32_t spacing, int32_t count) {
    int32_t pixel = strip->record[ATTUNE_INPUT_N + 3];
    int32_t width = strip->record[ATTUNE_INPUT_N + 2];
    int32_t skip = (strip->rows + 1) / 2 * DSP_BLOCK_WORDS;
    int whole = strip->count == CHANNELS && strip->record[ATTUNE_GROUPS] == 1;
    int32_t before = 0;
    int32_t end = count;
    while (before < count && first + before * spacing < 0) {
        before++;
    }
    while (end > before && first + (end - 1) * spacing >= width) {
        end--;
    }
    int32_t place = (first + before * spacing) * pixel;
    for (int32_t row = 0; row < strip->rows; row += 2) {
        uint32_t *block = strip->values + row / 2 * DSP_BLOCK_WORDS;
        columns_clear(block, skip * 4, before);
        if (end > before) {
            int last = row + 1 == strip->rows;
            const int8_t *a = strip->row[row] + place;
            const int8_t *b = strip->row[last ? row : row + 1] + place;
            if (whole && last) {
                columns_fill_last(block + before * skip, skip * 4, a + strip->first, spacing * pixel, end - before,
                                  strip->minus_zero);
            } else if (whole) {
                columns_fill(block + before * skip, skip * 4, a + strip->first, (int32_t)(b - a), spacing * pixel,
                             end - before, strip->minus_zero);
            } else {
                columns_gather(strip, block + before * skip, skip * 4, a, b, spacing * pixel, end - before);
            }
        }
        columns_clear(block + end * skip, skip * 4, count - end);
    }
}

/* --- Positions ---------------------------------------------------------------------------------------------------- */

/* Outputs x .. x + count - 1 of a line, from the values that are there. Any number of blocks, any output. */
static void run_accumulators(const depthwise_strip *strip, const attune_channels *channels, int32_t line, int32_t x,
                             int32_t count, const uint32_t *weights, int32_t step, int32_t blocks) {
    for (int32_t i = 0; i < count; i++) {
        int32_t accumulators[CHANNELS] = {0};
        dsp_taps taps = {.values = strip->values + i * step,
                         .weights = weights,
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
        attune_dsp_write(strip->call, channels, line, x + i, accumulators);
    }
}

/* The signs are made for so many positions at a time. */
static void run_nodes(const depthwise_strip *strip, int32_t line, int32_t x, int32_t count, dsp_taps *taps) {
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

static void run_positions(const depthwise_strip *strip, const attune_channels *channels, int32_t line, int32_t x,
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

/* One line, or two that share their input rows. */
static void strip_lines(depthwise_strip *strip, const attune_channels *channels, int32_t line, int32_t lines) {
    const int32_t *record = strip->record;
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t stride = record[ATTUNE_STRIDE_W];
    int32_t dilation = record[ATTUNE_DILATION_H];
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    int32_t top = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    int32_t needed = record[ATTUNE_KERNEL_H] + lines - 1;
    int32_t first = 0;
    strip->rows = 0;
    for (int32_t row = 0; row < needed; row++) {
        int32_t y = top + row * dilation;
        if (y >= 0 && y < height) {
            first = strip->rows == 0 ? row : first;
            strip->row[strip->rows++] = attune_input_line(strip->call, batch * height + y);
        }
    }
    for (int32_t i = 0; i < lines; i++) {
        rows_prepare(strip, &strip->weights[i], first - i);
    }
    int32_t pairs = strip->rows > 0 ? (strip->rows + 1) / 2 : 1;
    int32_t most = record[ATTUNE_DILATION_W] == 1 ? (strip->capacity / pairs - kernel) / stride + 1 : 1;
    for (int32_t x = 0; x < width;) {
        int32_t count = smaller(most, width - x);
        values_fill(strip, x * stride - record[ATTUNE_PAD_LEFT], record[ATTUNE_DILATION_W],
                    (count - 1) * stride + kernel);
        for (int32_t i = 0; i < lines; i++) {
            run_positions(strip, channels, line + i, x, count, strip->weights[i].blocks);
        }
        x += count;
    }
}

static void strip_run(depthwise_strip *strip, const attune_channels *channels) {
    const attune_call *call = strip->call;
    const int32_t *record = strip->record;
    int32_t output_h = record[ATTUNE_OUTPUT_N + 1];
    int together = record[ATTUNE_STRIDE_H] == 1 && record[ATTUNE_DILATION_H] == 1 && record[ATTUNE_KERNEL_H] % 2 == 1;
    int32_t end = call->line_first + call->line_count;
    for (int32_t line = call->line_first; line < end;) {
        int32_t lines = together && line + 1 < end && (line + 1) % output_h != 0 ? 2 : 1;
        strip_lines(strip, channels, line, lines);
        line += lines;
    }
}

/* A strip whose outputs need attune_dsp_write has the parameters that it takes. */
static __attribute__((noinline)) void strip_run_accumulators(depthwise_strip *strip) {
    attune_channels channels;
    attune_channels_prepare(strip->call, strip->first, strip->count, &channels);
    strip_run(strip, &channels);
}

/* All strips. */
static void strips_run(depthwise_strip *strip, dsp_finish finish) {
    int32_t channels = attune_record_channels(strip->record);
    for (strip->first = 0; strip->first < channels; strip->first += CHANNELS) {
        strip->count = smaller(channels - strip->first, CHANNELS);
        strip->finish = finish;
        strip_prepare(strip);
        if (strip->finish == DSP_FINISH_ACCUMULATORS) {
            strip_run_accumulators(strip);
        } else {
            strip_run(strip, NULL);
        }
    }
}

static __attribute__((noinline)) void strips_run_probed(depthwise_strip *strip, dsp_finish finish) {
    depthwise_signs signs;
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
    if (record[ATTUNE_KERNEL_H] > LARGEST_KERNEL_H) {
        return 0;
    }
    depthwise_strip strip = {.call = call, .record = record, .minus_zero = dsp_pair(-zero, -zero)};
    strip.forms = attune_dsp_outputs(call);
    int32_t weights_words = blocks * DSP_BLOCK_WORDS;
    strip.weights[0].blocks = (uint32_t *)(void *)call->scratch;
    strip.weights[1].blocks = strip.weights[0].blocks + weights_words;
    strip.values = strip.weights[1].blocks + weights_words;
    int32_t bytes = attune_depthwise_conv_2d_scratch(record) - 2 * weights_words * 4 - taps * 8;
    strip.capacity = bytes / (DSP_BLOCK_WORDS * 4);
    strip.taps = strip.values + strip.capacity * DSP_BLOCK_WORDS;
    dsp_finish finish = blocks <= DSP_TAPS_BLOCKS ? attune_dsp_finish(call) : DSP_FINISH_ACCUMULATORS;
    if ((call->mode & ATTUNE_RUN_PROBE_WEIGHTS) && channels % CHANNELS == 0 && taps <= SIGN_WORDS) {
        strips_run_probed(&strip, finish);
    } else {
        strips_run(&strip, finish);
    }
    return 1;
}

#endif
