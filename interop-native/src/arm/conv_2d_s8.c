/* Convolution. Filters become a stream of int16 pairs in scratch; the windows of two neighbouring positions become two
 * interleaved columns of inputs minus their zero point, behind it. A window is a row of segments, stretches that lie
 * together in the input and in the filter; four values k..k+3 of a segment are the pairs (k, k+2), (k+1, k+3), as
 * SXTB16 makes them, and what is left at its end are the pairs (k, k+1), (k+2, 0). */
#include "products.h"
#include "signs.h"

#if defined(ATTUNE_DSP)

#include <stddef.h>

/* Weights widened at a time; a multiple of 4. */
#define PART 64
/* Generator words at a time. */
#define SIGN_WORDS 96
/* The same where they are shared by the filters of a tile. */
#define SIGN_BATCH 32
/* Groups whose signs are made at a time. */
#define SIGN_GROUPS 32

typedef struct conv_window {
    const attune_call *call;
    const int32_t *record;
    int32_t depth;       /* input channels of a group */
    int32_t taps;        /* segments of a window row: 1, or one a tap */
    int32_t length;      /* of a segment */
    int32_t pairs;       /* of a window */
    int32_t input_first; /* first input channel of the group */
    uint32_t minus_zero; /* twice the negative zero point, as a pair */
    dsp_outputs outputs;
    uint32_t *column;
} conv_window;

/* Generator words of the probed filters of a tile. */
typedef struct conv_signs {
    uint32_t words[SIGN_BATCH];
    int32_t count; /* words that are there */
    int32_t used;
    int32_t left; /* words behind them */
    uint32_t next;
} conv_signs;

typedef struct conv_tile {
    int32_t first; /* output channel */
    int32_t count;
    int32_t groups; /* of four */
    dsp_finish finish;
    uint32_t *stream;
} conv_tile;

static int32_t segment_pairs(int32_t length) {
    return (length + 1) / 2;
}

static conv_window window_find(const attune_call *call) {
    const int32_t *record = call->record;
    conv_window window = {.call = call, .record = record};
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    window.depth = record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS];
    int together = record[ATTUNE_DILATION_W] == 1 && record[ATTUNE_GROUPS] == 1;
    window.taps = together ? 1 : record[ATTUNE_KERNEL_W];
    window.length = together ? record[ATTUNE_KERNEL_W] * window.depth : window.depth;
    window.pairs = record[ATTUNE_KERNEL_H] * window.taps * segment_pairs(window.length);
    window.minus_zero = dsp_pair(-zero, -zero);
    window.outputs = attune_dsp_outputs(call);
    window.column = (uint32_t *)(void *)call->scratch;
    return window;
}

/* --- Filters ------------------------------------------------------------------------------------------------------ */

/* A pair of weights, or of twice the weights. */
DSP_INLINE uint32_t weight_pair(uint32_t pair, int twice) {
    return twice ? dsp_twice(pair) : pair;
}

/* One filter into every fourth word of the stream. */
static void filter_prepare(const conv_window *window, int32_t channel, int twice, uint32_t *stream) {
    int32_t size = attune_record_filter_size(window->record);
    int16_t part[PART];
    for (int32_t segment = 0; segment < size; segment += window->length) {
        for (int32_t at = 0; at < window->length; at += PART) {
            int32_t count = window->length - at < PART ? window->length - at : PART;
            attune_filter_prepare(window->call, channel * size + segment + at, count, part);
            int32_t k = 0;
            for (; k + 4 <= count; k += 4) {
                *stream = weight_pair(dsp_pair(part[k], part[k + 2]), twice);
                stream[DSP_GROUP] = weight_pair(dsp_pair(part[k + 1], part[k + 3]), twice);
                stream += 2 * DSP_GROUP;
            }
            for (; k < count; k += 2) {
                *stream = weight_pair(dsp_pair(part[k], k + 1 < count ? part[k + 1] : 0), twice);
                stream += DSP_GROUP;
            }
        }
    }
}

/* One clean filter whose segments have any length. */
static void filter_prepare_clean(const int8_t *weights, int32_t size, int32_t length, uint32_t *stream) {
    const int8_t *end = weights + size;
    while (weights != end) {
        const int8_t *stop = weights + (length & ~3);
        for (; weights != stop; weights += 4) {
            uint32_t word = dsp_load(weights);
            stream[0] = dsp_twice(dsp_even(word));
            stream[DSP_GROUP] = dsp_twice(dsp_odd(word));
            stream += 2 * DSP_GROUP;
        }
        for (int32_t left = length & 3; left > 0; left -= 2) {
            *stream = dsp_pair(weights[0] * 2, left > 1 ? weights[1] * 2 : 0);
            stream += DSP_GROUP;
            weights += left > 1 ? 2 : 1;
        }
    }
}

/* Four weights with their signs. */
DSP_INLINE void probed_word(const int8_t *weights, dsp_sign_pairs signs, uint32_t *stream) {
    uint32_t word = dsp_load(weights);
    stream[0] = dsp_twice(dsp_widen_even(signs.even, word));
    stream[DSP_GROUP] = dsp_twice(dsp_widen_odd(signs.odd, word));
}

/* Four weights of a filter, whose signs are at a place of the table. */
#define PROBED(place)                                                                                                  \
    "uxtab %[even], %[table], " place "\n"                                                                             \
    "ldr %[word], [%[weights]], #4\n"                                                                                  \
    "ldrd %[even], %[odd], [%[even]]\n"                                                                                \
    "sxtab16 %[even], %[even], %[word]\n"                                                                              \
    "sxtab16 %[odd], %[odd], %[word], ror #8\n"                                                                        \
    "sadd16 %[even], %[even], %[even]\n"                                                                               \
    "sadd16 %[odd], %[odd], %[odd]\n"                                                                                  \
    "str %[even], [%[stream]], #16\n"                                                                                  \
    "str %[odd], [%[stream]], #16\n"
/* Eight, and on to the next filter behind the last. */
#define PROBED_BYTE(ror)                                                                                               \
    PROBED("%[lower]" ror)                                                                                             \
    PROBED("%[upper]" ror)                                                                                             \
    "cmp %[weights], %[filter]\n"                                                                                      \
    "bne 2f\n"                                                                                                         \
    "sub %[stream], %[stream], %[back]\n"                                                                              \
    "add %[filter], %[filter], %[size]\n"                                                                              \
    "2:\n"

/* Four probed filters of size weights, a multiple of 8: they have whole words of signs. */
static __attribute__((noinline)) void filters_prepare_words(const attune_call *call, conv_signs *signs,
                                                            const int8_t *weights, int32_t size, uint32_t *stream) {
    const int8_t *filter = weights + size; /* end of the filter */
    int32_t back = size * 8 - 4;           /* bytes from behind a filter to the next one's first word */
    for (int32_t left = size / 8, count; left > 0; left -= count) {
        if (signs->used == signs->count) {
            signs->count = signs->left < SIGN_BATCH ? signs->left : SIGN_BATCH;
            attune_dsp_words(call, signs->next, signs->count, signs->words);
            signs->next += (uint32_t)signs->count;
            signs->left -= signs->count;
            signs->used = 0;
        }
        count = signs->count - signs->used < left ? signs->count - signs->used : left;
        const uint32_t *words = signs->words + signs->used;
        signs->used += count;
        uint32_t lower, upper, even, odd, word;
        __asm__ volatile(
            "1:\n"
            "ldr %[upper], [%[words]], #4\n"
            "lsl %[lower], %[upper], #3\n"
            "and %[lower], %[lower], %[places]\n"
            "lsr %[upper], %[upper], #1\n"
            "and %[upper], %[upper], %[places]\n" PROBED_BYTE("") PROBED_BYTE(", ror #8") PROBED_BYTE(", ror #16")
                PROBED_BYTE(", ror #24") "cmp %[words], %[end]\n"
                                         "bne 1b\n"
            : [weights] "+r"(weights), [stream] "+r"(stream), [filter] "+r"(filter), [words] "+r"(words),
              [lower] "=&r"(lower), [upper] "=&r"(upper), [even] "=&r"(even), [odd] "=&r"(odd), [word] "=&r"(word)
            : [table] "r"(attune_dsp_sign_pairs), [size] "r"(size), [back] "r"(back), [end] "r"(words + count),
              [places] "i"(DSP_SIGN_PLACES)
            : "cc", "memory");
    }
}

/* Four probed filters whose segments have any length, as far as their signs fit; returns whether they do. */
static __attribute__((noinline)) int filters_prepare_segments(const attune_call *call, int32_t channel, int32_t size,
                                                              int32_t length, uint32_t *stream) {
    uint32_t words[SIGN_WORDS + 1];
    const uint8_t *bytes = (const uint8_t *)words;
    const dsp_sign_pairs *pairs = attune_dsp_sign_pairs;
    const int8_t *weights = call->parameters.weights + channel * size;
    uint32_t element = (uint32_t)(channel * size);
    uint32_t at = element & 31; /* bit of words */
    int32_t count = ((int32_t)at + DSP_GROUP * size + 31) / 32;
    if (count > SIGN_WORDS) {
        return 0;
    }
    attune_dsp_words(call, element >> 5, count, words);
    for (int32_t i = 0; i < DSP_GROUP; i++) {
        uint32_t *place = stream + i;
        for (const int8_t *end = weights + size; weights != end;) {
            const int8_t *stop = weights + length;
            while (stop - weights >= 4) {
                uint32_t bits = dsp_load(bytes + (at >> 3)) >> (at & 7);
                int32_t whole = (int32_t)(stop - weights) & ~3;
                const int8_t *part = weights + (whole < 24 ? whole : 24);
                at += (uint32_t)(part - weights);
#pragma GCC unroll 1
                while (weights != part) {
                    pairs = dsp_signs_insert(pairs, bits);
                    probed_word(weights, *pairs, place);
                    place += 2 * DSP_GROUP;
                    weights += 4;
                    bits >>= 4;
                }
            }
#pragma GCC unroll 1
            for (int32_t left = (int32_t)(stop - weights); left > 0; left -= 2) {
                uint32_t bits = dsp_load(bytes + (at >> 3)) >> (at & 7);
                int32_t first = weights[0] + 1 - 2 * (int32_t)(bits & 1);
                int32_t second = left > 1 ? weights[1] + 1 - (int32_t)(bits & 2) : 0;
                *place = dsp_pair(2 * first, 2 * second);
                place += DSP_GROUP;
                weights += left > 1 ? 2 : 1;
                at += left > 1 ? 2 : 1;
            }
        }
    }
    return 1;
}

/* Four clean filters of size bytes, a multiple of 4 and of whole segments. */
static void filters_prepare_clean(const int8_t *weights, int32_t size, uint32_t *stream) {
    const int8_t *weights1 = weights + size;
    const int8_t *weights2 = weights1 + size;
    const int8_t *weights3 = weights2 + size;
    for (int32_t k = 0; k < size; k += 4) {
        uint32_t word0 = dsp_load(weights + k);
        uint32_t word1 = dsp_load(weights1 + k);
        uint32_t word2 = dsp_load(weights2 + k);
        uint32_t word3 = dsp_load(weights3 + k);
        uint32_t odd0 = dsp_odd(word0);
        uint32_t odd1 = dsp_odd(word1);
        uint32_t odd2 = dsp_odd(word2);
        uint32_t odd3 = dsp_odd(word3);
        word0 = dsp_even(word0);
        word1 = dsp_even(word1);
        word2 = dsp_even(word2);
        word3 = dsp_even(word3);
        stream[0] = dsp_twice(word0);
        stream[1] = dsp_twice(word1);
        stream[2] = dsp_twice(word2);
        stream[3] = dsp_twice(word3);
        stream[4] = dsp_twice(odd0);
        stream[5] = dsp_twice(odd1);
        stream[6] = dsp_twice(odd2);
        stream[7] = dsp_twice(odd3);
        stream += 8;
    }
}

/* The filters of channels first .. first + count - 1, count <= 4. Returns 0 if a channel has no output form and
 * `accumulators` is not set. */
static int group_prepare(const conv_window *window, conv_signs *signs, int32_t first, int32_t count, int accumulators,
                         uint32_t *stream) {
    uint32_t *weights = stream + DSP_GROUP;
    dsp_output *outputs = (dsp_output *)(void *)(weights + DSP_GROUP * window->pairs);
    int32_t size = attune_record_filter_size(window->record);
    for (int32_t i = 0; i < DSP_GROUP; i++) {
        int32_t bias = 0;
        if (!accumulators && !attune_dsp_output(&window->outputs, first + i, &bias, &outputs[i])) {
            return 0;
        }
        stream[i] = (uint32_t)bias;
    }
    const attune_call *call = window->call;
    int probed = call->mode & ATTUNE_RUN_PROBE_WEIGHTS;
    const int8_t *source = call->parameters.weights + first * size;
    if (!accumulators && !probed && window->length % 4 == 0) {
        filters_prepare_clean(source, size, weights);
        return 1;
    }
    if (!accumulators && probed && window->length % 4 == 0 && size % 8 == 0 && first % DSP_GROUP == 0) {
        filters_prepare_words(call, signs, source, size, weights);
        return 1;
    }
    if (!accumulators && probed && filters_prepare_segments(call, first, size, window->length, weights)) {
        return 1;
    }
    if (!accumulators && !probed) {
        for (int32_t i = 0; i < DSP_GROUP; i++) {
            filter_prepare_clean(call->parameters.weights + (first + i) * size, size, window->length, weights + i);
        }
        return 1;
    }
    for (int32_t i = 0; i < DSP_GROUP; i++) {
        if (i < count) {
            filter_prepare(window, first + i, !accumulators, weights + i);
        } else {
            for (int32_t pair = 0; pair < window->pairs; pair++) {
                weights[pair * DSP_GROUP + i] = 0;
            }
        }
    }
    return 1;
}

/* As many channels from first on as fit: whole groups that all have an output form, or some whose accumulators go
 * through attune_dsp_write. */
static void tile_prepare(const conv_window *window, int32_t first, int32_t channels, int32_t capacity,
                         conv_tile *tile) {
    int32_t words = DSP_STREAM_WORDS(window->pairs);
    dsp_finish finish = attune_dsp_finish(window->call);
    if (finish == DSP_FINISH_NODES && capacity > SIGN_GROUPS) {
        capacity = SIGN_GROUPS;
    }
    tile->first = first;
    tile->groups = 0;
    tile->finish = finish;
    if (finish != DSP_FINISH_ACCUMULATORS) {
        int32_t whole = channels / DSP_GROUP;
        int32_t fit = whole < capacity ? whole : capacity;
        int32_t size = attune_record_filter_size(window->record);
        conv_signs signs;
        signs.count = signs.used = 0;
        signs.left = fit * (size / 8);
        signs.next = (uint32_t)(first * size) >> 5;
        while (tile->groups < fit && group_prepare(window, &signs, first + tile->groups * DSP_GROUP, DSP_GROUP, 0,
                                                   tile->stream + tile->groups * words)) {
            tile->groups++;
        }
        tile->count = tile->groups * DSP_GROUP;
        if (tile->groups > 0) {
            return;
        }
        channels = channels < DSP_GROUP ? channels : DSP_GROUP;
    }
    tile->finish = DSP_FINISH_ACCUMULATORS;
    int32_t largest = capacity * DSP_GROUP < ATTUNE_CHANNEL_BLOCK ? capacity * DSP_GROUP : ATTUNE_CHANNEL_BLOCK;
    tile->count = channels < largest ? channels : largest;
    for (; tile->groups * DSP_GROUP < tile->count; tile->groups++) {
        int32_t done = tile->groups * DSP_GROUP;
        int32_t count = tile->count - done < DSP_GROUP ? tile->count - done : DSP_GROUP;
        group_prepare(window, NULL, first + done, count, 1, tile->stream + tile->groups * words);
    }
}

/* --- Columns ------------------------------------------------------------------------------------------------------ */

/* A segment of one column; its words lie in every second place. */
DSP_INLINE uint32_t *column_segment(uint32_t *column, const int8_t *input, int32_t length, uint32_t minus_zero) {
    const int8_t *end = input + (length & ~3);
    while (input != end) {
        uint32_t word = dsp_load(input);
        column[0] = dsp_widen_even(minus_zero, word);
        column[2] = dsp_widen_odd(minus_zero, word);
        input += 4;
        column += 4;
    }
    int32_t zero = -(int16_t)minus_zero;
    for (int32_t left = length & 3; left > 0; left -= 2) {
        column[0] = dsp_pair(input[0] - zero, left > 1 ? input[1] - zero : 0);
        input += 2;
        column += 2;
    }
    return column;
}

/* A segment of both columns. */
DSP_INLINE uint32_t *column_segments(uint32_t *column, const int8_t *input, const int8_t *input2, int32_t length,
                                     uint32_t minus_zero) {
    const int8_t *end = input + (length & ~3);
    if (input != end) {
        __asm__ volatile("1:\n"
                         "ldr r6, [%[input]], #4\n"
                         "ldr r8, [%[input2]], #4\n"
                         "sxtab16 r4, %[zero], r6\n"
                         "sxtab16 r6, %[zero], r6, ror #8\n"
                         "sxtab16 r5, %[zero], r8\n"
                         "sxtab16 r8, %[zero], r8, ror #8\n"
                         "cmp %[input], %[end]\n"
                         "stm %[column]!, {r4, r5, r6, r8}\n"
                         "bne 1b\n"
                         : [input] "+r"(input), [input2] "+r"(input2), [column] "+r"(column)
                         : [zero] "r"(minus_zero), [end] "r"(end)
                         : "r4", "r5", "r6", "r8", "cc", "memory");
    }
    int32_t zero = -(int16_t)minus_zero;
    for (int32_t left = length & 3; left > 0; left -= 2) {
        column[0] = dsp_pair(input[0] - zero, left > 1 ? input[1] - zero : 0);
        column[1] = dsp_pair(input2[0] - zero, left > 1 ? input2[1] - zero : 0);
        input += 2;
        input2 += 2;
        column += 2;
    }
    return column;
}

/* A segment of which only the values from..end - 1 lie in the input. */
static uint32_t *column_segment_edge(uint32_t *column, const int8_t *input, int32_t length, int32_t from, int32_t end,
                                     int32_t zero) {
    for (int32_t k = 0; k < length; k += 4) {
        int32_t values[4];
        for (int32_t i = 0; i < 4; i++) {
            values[i] = k + i >= from && k + i < end ? input[k + i] - zero : 0;
        }
        int whole = k + 4 <= length;
        column[0] = whole ? dsp_pair(values[0], values[2]) : dsp_pair(values[0], values[1]);
        column += 2;
        if (k + 2 < length) {
            column[0] = whole ? dsp_pair(values[1], values[3]) : dsp_pair(values[2], 0);
            column += 2;
        }
    }
    return column;
}

/* The column of any one position. */
static void column_fill(const conv_window *window, int32_t line, int32_t x, uint32_t *column) {
    const int32_t *record = window->record;
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    int32_t top = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    int32_t left = x * record[ATTUNE_STRIDE_W] - record[ATTUNE_PAD_LEFT];
    int32_t across = window->length / window->depth; /* taps of a segment */
    for (int32_t k = 0; k < record[ATTUNE_KERNEL_H]; k++) {
        int32_t y = top + k * record[ATTUNE_DILATION_H];
        int outside = y < 0 || y >= height;
        const int8_t *row = outside ? window->call->input : attune_input_line(window->call, batch * height + y);
        for (int32_t tap = 0; tap < window->taps; tap++) {
            int32_t at = left + tap * record[ATTUNE_DILATION_W];
            const int8_t *input = row + at * pixel + window->input_first;
            if (!outside && at >= 0 && at + across <= width) {
                column = column_segment(column, input, window->length, window->minus_zero);
            } else {
                int32_t from = at < 0 ? -at * window->depth : 0;
                int32_t end = outside ? 0 : (width - at) * window->depth;
                column = column_segment_edge(column, input, window->length, from, end, record[ATTUNE_INPUT_ZERO]);
            }
        }
    }
}

/* Window rows that are looked up once a line. */
enum { LINE_ROWS = 16 };

/* The rows of a line's windows. */
typedef struct conv_line {
    int32_t line;
    int32_t rows;    /* 0: looked up for each position */
    int32_t x_first; /* windows x_first .. x_end - 1 lie inside the input */
    int32_t x_end;
    const int8_t *row[LINE_ROWS]; /* of the window at x = 0; NULL outside the input */
} conv_line;

static conv_line line_find(const conv_window *window, int32_t line) {
    const int32_t *record = window->record;
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t stride = record[ATTUNE_STRIDE_W];
    int32_t pad = record[ATTUNE_PAD_LEFT];
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    int32_t top = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    conv_line found = {.line = line};
    if (window->taps != 1 || record[ATTUNE_KERNEL_H] > LINE_ROWS || width < record[ATTUNE_KERNEL_W]) {
        return found;
    }
    found.rows = record[ATTUNE_KERNEL_H];
    found.x_first = (pad + stride - 1) / stride;
    found.x_end = (width - record[ATTUNE_KERNEL_W] + pad) / stride + 1;
    for (int32_t k = 0; k < found.rows; k++) {
        int32_t y = top + k * record[ATTUNE_DILATION_H];
        found.row[k] = y < 0 || y >= height ? NULL
                                            : attune_input_line(window->call, batch * height + y) -
                                                  pad * record[ATTUNE_INPUT_N + 3] + window->input_first;
    }
    return found;
}

/* The columns of positions x and x2 of a line. */
DSP_INLINE void columns_fill(const conv_window *window, const conv_line *line, int32_t x, int32_t x2) {
    if (x < line->x_first || x2 >= line->x_end) {
        column_fill(window, line->line, x, window->column);
        column_fill(window, line->line, x2, window->column + 1);
        return;
    }
    int32_t step = window->record[ATTUNE_STRIDE_W] * window->record[ATTUNE_INPUT_N + 3];
    int32_t first = x * step;
    int32_t second = x2 * step;
    uint32_t *column = window->column;
    for (int32_t k = 0; k < line->rows; k++) {
        const int8_t *row = line->row[k];
        if (row != NULL) {
            column = column_segments(column, row + first, row + second, window->length, window->minus_zero);
        } else {
            for (int32_t pair = segment_pairs(window->length); pair > 0; pair--) {
                column[0] = column[1] = 0;
                column += 2;
            }
        }
    }
}

/* --- Tiles -------------------------------------------------------------------------------------------------------- */

/* The signs of two positions' outputs of a tile, group by group. */
static void signs_fill(const conv_window *window, const conv_tile *tile, int32_t line, int32_t x, int32_t both,
                       uint32_t *signs) {
    int32_t row = attune_record_channels(window->record);
    for (int32_t i = 0; i <= both; i++) {
        uint32_t element = (uint32_t)((line * window->record[ATTUNE_OUTPUT_N + 2] + x + i) * row + tile->first);
        uint32_t bits = 0;
        for (int32_t group = 0; group < tile->groups; group++) {
            bits = group == 0 || (element & 31) == 0 ? dsp_sign_bits(window->call, element) : bits >> 4;
            signs[2 * group + i] = attune_dsp_signs[bits & 15];
            element += 4;
        }
    }
}

static void tile_line(const conv_window *window, const conv_tile *tile, const attune_channels *channels, int32_t line) {
    const int32_t *record = window->record;
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    int32_t row_channels = attune_record_channels(record);
    int32_t accumulators[2][ATTUNE_CHANNEL_BLOCK];
    int32_t raw = tile->finish == DSP_FINISH_ACCUMULATORS;
    const conv_line rows = line_find(window, line);
    dsp_products products = {tile->stream,
                             window->column,
                             window->column + window->pairs * 2,
                             window->pairs,
                             NULL,
                             0,
                             tile->stream + tile->groups * DSP_STREAM_WORDS(window->pairs),
                             NULL};
    for (int32_t x = 0; x < width; x += 2) {
        int32_t both = x + 1 < width;
        columns_fill(window, &rows, x, x + both);
        if (raw) {
            products.output = accumulators[0];
            products.step = sizeof accumulators[0];
            attune_dsp_products_accumulators(&products);
            for (int32_t i = 0; i <= both; i++) {
                attune_dsp_write(window->call, channels, line, x + i, accumulators[i]);
            }
            continue;
        }
        products.output = attune_output_line(window->call, line) + x * row_channels + tile->first;
        products.step = both * row_channels;
        if (tile->finish == DSP_FINISH_NODES) {
            uint32_t signs[2 * SIGN_GROUPS];
            signs_fill(window, tile, line, x, both, signs);
            products.signs = signs;
            attune_dsp_products_nodes(&products);
        } else if (tile->finish == DSP_FINISH_RELU) {
            attune_dsp_products_relu(&products);
        } else {
            attune_dsp_products_linear(&products);
        }
    }
}

static void tile_run(const conv_window *window, const conv_tile *tile) {
    const attune_call *call = window->call;
    attune_channels channels;
    if (tile->finish == DSP_FINISH_ACCUMULATORS) {
        attune_channels_prepare(call, tile->first, tile->count, &channels);
    }
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        tile_line(window, tile, &channels, line);
    }
}

int attune_dsp_conv_2d_s8(const attune_call *call) {
    const int32_t *record = call->record;
    conv_window window = window_find(call);
    int32_t group_channels = attune_record_channels(record) / record[ATTUNE_GROUPS];
    int32_t column_bytes = (window.pairs * 8 + 15) & ~15;
    int32_t group_bytes = DSP_STREAM_WORDS(window.pairs) * 4;
    int32_t capacity = (attune_conv_2d_scratch(record) - column_bytes) / group_bytes;
    conv_tile tile = {.stream = (uint32_t *)(void *)(call->scratch + column_bytes)};
    for (int32_t group = 0; group < record[ATTUNE_GROUPS]; group++) {
        int32_t end = (group + 1) * group_channels;
        window.input_first = group * window.depth;
        for (int32_t first = group * group_channels; first < end; first += tile.count) {
            tile_prepare(&window, first, end - first, capacity, &tile);
            tile_run(&window, &tile);
        }
    }
    return 1;
}

#endif
