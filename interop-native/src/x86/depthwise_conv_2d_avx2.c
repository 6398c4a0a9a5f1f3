/* Depthwise convolution with AVX2, 16 channels at a time. Two rows of the input are interleaved as int16, so that one
 * VPMADDWD adds two taps of a kernel column; an interleaved column serves every window that covers it. */
#include "lanes.h"

#if defined(ATTUNE_X86)

#include "../core/channels.h"
#include "../core/filters.h"
#include "../core/parallel.h"
#include "requantize_avx2.h"
#include "windows.h"

/* Vectors of interleaved input at a time: whole columns, each of one vector for two rows of the kernel. */
#define LARGEST_INPUT 256
/* Vectors of weights of 16 channels. */
#define LARGEST_WEIGHTS 64
/* Blocks of channels prepared at a time. */
#define BLOCKS 8
#define POSITIONS 4

/* 16 channels of two rows each. Channels 0 - 3 and 8 - 11 come first, as the unpacking instructions have it. */
typedef struct avx2_pair {
    __m256i low;
    __m256i high;
} avx2_pair;

typedef struct depthwise_block {
    avx2_pair weights[LARGEST_WEIGHTS]; /* [kernel w][pairs] */
    attune_lanes lanes;
} depthwise_block;

typedef struct depthwise_task {
    const attune_call *call;
    int32_t pairs; /* of rows of the kernel */
    int32_t blocks;
    depthwise_block block[BLOCKS];
} depthwise_task;

ATTUNE_INLINE_AVX2 avx2_pair interleave(__m256i row0, __m256i row1) {
    return (avx2_pair){_mm256_unpacklo_epi16(row0, row1), _mm256_unpackhi_epi16(row0, row1)};
}

/* --- Weights -------------------------------------------------------------------------------------------------------
 */

/* One tap of count channels; zeros below the kernel. */
ATTUNE_INLINE_AVX2 __m256i tap_read(const attune_call *call, int32_t first, int32_t count, int32_t ky, int32_t kx) {
    const int32_t *record = call->record;
    int16_t taps[16] = {0};
    if (ky < record[ATTUNE_KERNEL_H]) {
        int32_t at = (ky * record[ATTUNE_KERNEL_W] + kx) * attune_record_channels(record) + first;
        attune_filter_prepare(call, at, count, taps);
    }
    return _mm256_loadu_si256((const __m256i *)(const void *)taps);
}

ATTUNE_TARGET_AVX2
static void block_prepare(const depthwise_task *task, depthwise_block *block, int32_t first, int32_t count) {
    const attune_call *call = task->call;
    const int32_t offset[16] = {0};
    int32_t number = 0;
    for (int32_t kx = 0; kx < call->record[ATTUNE_KERNEL_W]; kx++) {
        for (int32_t pair = 0; pair < task->pairs; pair++) {
            __m256i upper = tap_read(call, first, count, pair * 2, kx);
            __m256i lower = tap_read(call, first, count, pair * 2 + 1, kx);
            block->weights[number++] = interleave(upper, lower);
        }
    }
    attune_lanes_prepare(call, first, count, offset, &block->lanes);
}

/* --- Input ---------------------------------------------------------------------------------------------------------
 */

/* Sixteen inputs of one column of a row less their zero point; 0 outside. */
ATTUNE_INLINE_AVX2 __m256i inputs_read(const attune_call *call, const attune_lanes *lanes, const int8_t *row,
                                       int32_t x) {
    const int32_t *record = call->record;
    if (row == 0) {
        return _mm256_setzero_si256();
    }
    const int8_t *pixel = row + x * record[ATTUNE_INPUT_N + 3];
    __m128i bytes;
    if (record[ATTUNE_GROUPS] == 1) {
        bytes = avx2_bytes(pixel + lanes->first, lanes->count);
    } else {
        int8_t values[16] = {0};
        for (int32_t i = 0; i < lanes->count; i++) {
            values[i] = pixel[(lanes->first + i) / record[ATTUNE_GROUPS]];
        }
        bytes = _mm_loadu_si128((const __m128i *)(const void *)values);
    }
    return _mm256_sub_epi16(_mm256_cvtepi8_epi16(bytes), _mm256_set1_epi16((int16_t)record[ATTUNE_INPUT_ZERO]));
}

/* Interleaves columns first .. first + count - 1 of two rows; vectors lie `pairs` apart. */
ATTUNE_INLINE_AVX2 void columns_fill(const attune_call *call, const attune_lanes *lanes, const int8_t *const *rows,
                                     int32_t first, int32_t count, int32_t pairs, avx2_pair *columns) {
    int32_t width = call->record[ATTUNE_INPUT_N + 2];
    for (int32_t i = 0; i < count; i++) {
        int32_t x = first + i;
        int inside = x >= 0 && x < width;
        __m256i upper = inside ? inputs_read(call, lanes, rows[0], x) : _mm256_setzero_si256();
        __m256i lower = inside ? inputs_read(call, lanes, rows[1], x) : _mm256_setzero_si256();
        columns[i * pairs] = interleave(upper, lower);
    }
}

/* --- Multiplication ------------------------------------------------------------------------------------------------
 */

/* POSITIONS neighbouring outputs whose windows begin at columns[0]; the channels come back in their order. */
ATTUNE_INLINE_AVX2 void multiply(const depthwise_task *task, const avx2_pair *columns, const avx2_pair *weights,
                                 __m256i (*sums)[2]) {
    const int32_t *record = task->call->record;
    int32_t stride = record[ATTUNE_STRIDE_W] * task->pairs;
    __m256i totals[POSITIONS][2];
#pragma GCC unroll 4
    for (int p = 0; p < POSITIONS; p++) {
        totals[p][0] = totals[p][1] = _mm256_setzero_si256();
    }
    for (int32_t kx = 0; kx < record[ATTUNE_KERNEL_W]; kx++) {
        const avx2_pair *column = columns + kx * record[ATTUNE_DILATION_W] * task->pairs;
        for (int32_t pair = 0; pair < task->pairs; pair++) {
            const avx2_pair *taps = &weights[kx * task->pairs + pair];
            __m256i low = taps->low;
            __m256i high = taps->high;
#pragma GCC unroll 4
            for (int p = 0; p < POSITIONS; p++) {
                const avx2_pair *inputs = column + p * stride + pair;
                totals[p][0] = _mm256_add_epi32(totals[p][0], _mm256_madd_epi16(low, inputs->low));
                totals[p][1] = _mm256_add_epi32(totals[p][1], _mm256_madd_epi16(high, inputs->high));
            }
        }
    }
#pragma GCC unroll 4
    for (int p = 0; p < POSITIONS; p++) {
        sums[p][0] = _mm256_permute2x128_si256(totals[p][0], totals[p][1], 0x20);
        sums[p][1] = _mm256_permute2x128_si256(totals[p][0], totals[p][1], 0x31);
    }
}

/* Outputs x .. x + count - 1 of a line, from columns that begin under output x. */
ATTUNE_TARGET_AVX2
static void piece_multiply(const depthwise_task *task, const depthwise_block *block, const avx2_clamp *clamp,
                           int32_t line, int32_t x, int32_t count, const avx2_pair *columns) {
    const attune_call *call = task->call;
    const int32_t *record = call->record;
    int32_t channels = attune_record_channels(record);
    int8_t *output = attune_output_line(call, line) + x * channels;
    uint32_t element = ((uint32_t)line * (uint32_t)record[ATTUNE_OUTPUT_N + 2] + (uint32_t)x) * (uint32_t)channels;
    avx2_lanes loaded[2] = {avx2_lanes_load(&block->lanes, 0), avx2_lanes_load(&block->lanes, 1)};
    for (int32_t done = 0; done < count; done += POSITIONS) {
        __m256i sums[POSITIONS][2];
        multiply(task, columns + done * record[ATTUNE_STRIDE_W] * task->pairs, block->weights, sums);
        for (int32_t p = done; p < done + POSITIONS && p < count; p++) {
            __m256i low = sums[p - done][0];
            __m256i high = sums[p - done][1];
            if (attune_lanes_slow(call)) {
                avx2_write_slow(call, &block->lanes, line, x + p, low, high);
            } else {
                avx2_write(call, &block->lanes, loaded, clamp, output + p * channels,
                           element + (uint32_t)p * (uint32_t)channels, low, high);
            }
        }
    }
}

/* Lines, counted from the first one of the call. */
ATTUNE_TARGET_AVX2
static void depthwise_slice(const void *context, int32_t first, int32_t count) {
    const depthwise_task *task = context;
    const attune_call *call = task->call;
    const int32_t *record = call->record;
    avx2_pair columns[LARGEST_INPUT];
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    int32_t stride = record[ATTUNE_STRIDE_W];
    int32_t window = (record[ATTUNE_KERNEL_W] - 1) * record[ATTUNE_DILATION_W] + 1;
    int32_t piece = attune_outputs_within(record, LARGEST_INPUT / task->pairs, POSITIONS);
    avx2_clamp clamp = avx2_clamp_load(record);
    const int8_t *lines[ATTUNE_X86_LARGEST_KERNEL + 2];
    for (int32_t line = call->line_first + first; line < call->line_first + first + count; line++) {
        attune_rows_find(call, line, task->pairs * 2, lines);
        for (int32_t x = 0; x < width; x += piece) {
            int32_t outputs = attune_smaller(piece, width - x);
            int32_t padded = (outputs + POSITIONS - 1) / POSITIONS * POSITIONS;
            int32_t column = x * stride - record[ATTUNE_PAD_LEFT];
            int32_t needed = (padded - 1) * stride + window;
            for (int32_t b = 0; b < task->blocks; b++) {
                const attune_lanes *lanes = &task->block[b].lanes;
                for (int32_t pair = 0; pair < task->pairs; pair++) {
                    const int8_t *const *rows = lines + pair * 2;
                    columns_fill(call, lanes, rows, column, needed, task->pairs, columns + pair);
                }
                piece_multiply(task, &task->block[b], &clamp, line, x, outputs, columns);
            }
        }
    }
}

int attune_depthwise_conv_2d_avx2(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t pairs = (record[ATTUNE_KERNEL_H] + 1) / 2;
    if (record[ATTUNE_KERNEL_H] > ATTUNE_X86_LARGEST_KERNEL || record[ATTUNE_KERNEL_W] * pairs > LARGEST_WEIGHTS ||
        attune_outputs_within(record, LARGEST_INPUT / pairs, POSITIONS) == 0) {
        return 0;
    }
    depthwise_task task;
    task.call = call;
    task.pairs = pairs;
    int32_t channels = attune_record_channels(record);
    int64_t positions = (int64_t)call->line_count * record[ATTUNE_OUTPUT_N + 2];
    for (int32_t at = 0; at < channels;) {
        int32_t before = at;
        for (task.blocks = 0; task.blocks < BLOCKS && at < channels; task.blocks++) {
            int32_t count = attune_smaller(ATTUNE_LANES, channels - at);
            block_prepare(&task, &task.block[task.blocks], at, count);
            at += count;
        }
        int64_t work = positions * attune_record_filter_size(record) * (at - before);
        attune_parallel(depthwise_slice, &task, call->line_count, attune_x86_work(call, work, 4));
    }
    return 1;
}

#endif
