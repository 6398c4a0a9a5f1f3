/* Convolution with AVX2: products of int16, which are exact for probed weights too. Filters are packed 16 at a time,
 * two weights of each side by side; windows are gathered into columns of inputs less their zero point. */
#include "lanes.h"

#if defined(ATTUNE_X86)

#include "../core/channels.h"
#include "../core/filters.h"
#include "../core/parallel.h"
#include "requantize_avx2.h"
#include "windows.h"

/* Packed weights at a time. */
#define PACKED 65536
/* Positions multiplied at a time. */
#define POSITIONS 4
/* Elements of a filter; columns have room for one vector more. */
#define LARGEST_FILTER 4096
#define COLUMN (LARGEST_FILTER + 32)
#define LARGEST_BLOCKS 64

typedef struct conv_task {
    const attune_call *call;
    int32_t steps;       /* pairs of weights of a filter */
    int32_t depth;       /* input channels of the group */
    int32_t input_first; /* the first of them */
    int32_t blocks;
    const int16_t *weights[LARGEST_BLOCKS]; /* [steps][16][2] */
    attune_lanes lanes[LARGEST_BLOCKS];
    int16_t packed[PACKED] __attribute__((aligned(64)));
} conv_task;

typedef struct conv_column {
    int16_t values[COLUMN];
} conv_column;

/* --- Packing -------------------------------------------------------------------------------------------------------
 */

/* Packs filters first .. first + count - 1; returns the words used. */
static int32_t block_pack(conv_task *task, int32_t number, int32_t first, int32_t count, int32_t place) {
    const int32_t offset[16] = {0};
    int32_t size = attune_record_filter_size(task->call->record);
    int16_t filter[LARGEST_FILTER + 1];
    int16_t *packed = task->packed + place;
    for (int32_t i = 0; i < ATTUNE_LANES; i++) {
        int32_t filled = i < count ? size : 0;
        attune_filter_prepare(task->call, (first + i) * size, filled, filter);
        for (int32_t k = filled; k < task->steps * 2; k++) {
            filter[k] = 0;
        }
        for (int32_t step = 0; step < task->steps; step++) {
            __builtin_memcpy(packed + step * 32 + i * 2, filter + step * 2, 4);
        }
    }
    attune_lanes_prepare(task->call, first, count, offset, &task->lanes[number]);
    task->weights[number] = packed;
    return task->steps * 32;
}

/* --- Columns -------------------------------------------------------------------------------------------------------
 */

/* Appends count inputs less their zero point, and garbage after them. */
ATTUNE_INLINE_AVX2 int16_t *append(int16_t *column, const int8_t *input, int32_t count, __m256i zero) {
    int32_t i = 0;
    for (; i < count; i += 16) {
        __m256i words = _mm256_cvtepi8_epi16(avx2_bytes(input + i, attune_smaller(16, count - i)));
        _mm256_storeu_si256((__m256i *)(void *)(column + i), _mm256_sub_epi16(words, zero));
    }
    return column + count;
}

ATTUNE_INLINE_AVX2 int16_t *append_zeros(int16_t *column, int32_t count) {
    for (int32_t i = 0; i < count; i += 16) {
        _mm256_storeu_si256((__m256i *)(void *)(column + i), _mm256_setzero_si256());
    }
    return column + count;
}

/* Appends one row of the window, which begins at column x of the input row; the row is NULL outside the input. */
ATTUNE_INLINE_AVX2 int16_t *append_row(const conv_task *task, int16_t *column, const int8_t *row, int32_t x) {
    const int32_t *record = task->call->record;
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t dilation = record[ATTUNE_DILATION_W];
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int32_t depth = task->depth;
    __m256i zero = _mm256_set1_epi16((int16_t)record[ATTUNE_INPUT_ZERO]);
    if (row == 0) {
        return append_zeros(column, kernel * depth);
    }
    if (dilation == 1 && depth == pixel) {
        int32_t left = x < 0 ? -x : 0;
        int32_t inside = attune_smaller(width - x, kernel) - left;
        column = append_zeros(column, left * depth);
        column = append(column, row + (x + left) * pixel, inside * depth, zero);
        return append_zeros(column, (kernel - left - inside) * depth);
    }
    for (int32_t k = 0; k < kernel; k++) {
        int32_t at = x + k * dilation;
        if (at >= 0 && at < width) {
            column = append(column, row + at * pixel + task->input_first, depth, zero);
        } else {
            column = append_zeros(column, depth);
        }
    }
    return column;
}

/* --- Multiplication ------------------------------------------------------------------------------------------------
 */

ATTUNE_INLINE_AVX2 __m256i broadcast(const int16_t *column, int32_t step) {
    int32_t pair;
    __builtin_memcpy(&pair, column + step * 2, 4);
    return _mm256_set1_epi32(pair);
}

/* Written out, because compilers keep arrays of sums in memory. */
#define EACH_POSITION(DO) DO(0) DO(1) DO(2) DO(3)
#define ZERO(p) __m256i a##p = _mm256_setzero_si256(), b##p = a##p;
#define STEP(p)                                                                                                        \
    if (p < positions) {                                                                                               \
        __m256i inputs = broadcast(columns[p].values, step);                                                           \
        a##p = _mm256_add_epi32(a##p, _mm256_madd_epi16(inputs, low));                                                 \
        b##p = _mm256_add_epi32(b##p, _mm256_madd_epi16(inputs, high));                                                \
    }
#define STORE(p)                                                                                                       \
    if (p < positions) {                                                                                               \
        sums[p][0] = a##p;                                                                                             \
        sums[p][1] = b##p;                                                                                             \
    }

/* Multiplies `positions` columns, a constant where this is inlined, with one block. */
ATTUNE_INLINE_AVX2 void multiply(const int16_t *weights, int32_t steps, const conv_column *columns, const int positions,
                                 __m256i (*sums)[2]) {
    EACH_POSITION(ZERO)
    for (int32_t step = 0; step < steps; step++) {
        const __m256i *pair = (const __m256i *)(const void *)(weights + step * 32);
        __m256i low = _mm256_load_si256(pair);
        __m256i high = _mm256_load_si256(pair + 1);
        EACH_POSITION(STEP)
    }
    EACH_POSITION(STORE)
}

/* Positions, counted from the first line of the call. */
ATTUNE_TARGET_AVX2
static void conv_slice(const void *context, int32_t first, int32_t count) {
    const conv_task *task = context;
    const attune_call *call = task->call;
    const int32_t *record = call->record;
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    int32_t channels = attune_record_channels(record);
    int32_t line = call->line_first + first / width;
    int32_t x = first % width;
    const int8_t *rows[ATTUNE_X86_LARGEST_KERNEL];
    conv_column columns[POSITIONS];
    avx2_clamp clamp = avx2_clamp_load(record);
    attune_rows_find(call, line, record[ATTUNE_KERNEL_H], rows);
    for (int32_t done = 0; done < count;) {
        int32_t lines[POSITIONS];
        int32_t xs[POSITIONS];
        int32_t used = attune_smaller(count - done, POSITIONS);
        for (int32_t p = 0; p < used; p++) {
            int16_t *column = columns[p].values;
            int32_t left = x * record[ATTUNE_STRIDE_W] - record[ATTUNE_PAD_LEFT];
            for (int32_t k = 0; k < record[ATTUNE_KERNEL_H]; k++) {
                column = append_row(task, column, rows[k], left);
            }
            append_zeros(column, 1);
            lines[p] = line;
            xs[p] = x;
            if (++x == width) {
                x = 0;
                line++;
                attune_rows_find(call, line, record[ATTUNE_KERNEL_H], rows);
            }
        }
        for (int32_t b = 0; b < task->blocks; b++) {
            const attune_lanes *lanes = &task->lanes[b];
            __m256i sums[POSITIONS][2];
            avx2_lanes loaded[2] = {avx2_lanes_load(lanes, 0), avx2_lanes_load(lanes, 1)};
            if (used == POSITIONS) {
                multiply(task->weights[b], task->steps, columns, POSITIONS, sums);
            } else {
                for (int32_t p = 0; p < used; p++) {
                    multiply(task->weights[b], task->steps, columns + p, 1, sums + p);
                }
            }
            for (int32_t p = 0; p < used; p++) {
                if (attune_lanes_slow(call)) {
                    avx2_write_slow(call, lanes, lines[p], xs[p], sums[p][0], sums[p][1]);
                } else {
                    int8_t *output = attune_output_line(call, lines[p]) + xs[p] * channels;
                    uint32_t element = ((uint32_t)lines[p] * (uint32_t)width + (uint32_t)xs[p]) * (uint32_t)channels;
                    avx2_write(call, lanes, loaded, &clamp, output, element, sums[p][0], sums[p][1]);
                }
            }
        }
        done += used;
    }
}

int attune_conv_2d_avx2(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t filter = attune_record_filter_size(record);
    int32_t block_words = (filter + 1) / 2 * 32;
    if (filter > LARGEST_FILTER || record[ATTUNE_KERNEL_H] > ATTUNE_X86_LARGEST_KERNEL) {
        return 0;
    }
    conv_task task;
    task.call = call;
    task.steps = (filter + 1) / 2;
    task.depth = record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS];
    int32_t group_channels = attune_record_channels(record) / record[ATTUNE_GROUPS];
    int32_t positions = call->line_count * record[ATTUNE_OUTPUT_N + 2];
    for (int32_t group = 0; group < record[ATTUNE_GROUPS]; group++) {
        task.input_first = group * task.depth;
        for (int32_t at = 0; at < group_channels;) {
            int32_t place = 0;
            int32_t before = at;
            for (task.blocks = 0; task.blocks < LARGEST_BLOCKS && place + block_words <= PACKED && at < group_channels;
                 task.blocks++) {
                int32_t count = attune_smaller(ATTUNE_LANES, group_channels - at);
                place += block_pack(&task, task.blocks, group * group_channels + at, count, place);
                at += count;
            }
            int64_t work = (int64_t)positions * filter * (at - before);
            attune_parallel(conv_slice, &task, positions, attune_x86_work(call, work, 16));
        }
    }
    return 1;
}

#endif
