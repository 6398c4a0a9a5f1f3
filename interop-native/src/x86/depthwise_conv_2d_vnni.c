/* Depthwise convolution with AVX-512 VNNI, 16 channels at a time. Four rows of the input are interleaved, so that one
 * VPDPBUSD adds four taps of a kernel column; an interleaved column serves every window that covers it. As in
 * conv_2d_vnni.c, inputs have 128 added. */
#include "lanes.h"

#if defined(ATTUNE_X86)

#include "../core/parallel.h"
#include "requantize_vnni.h"
#include "signs_vnni.h"
#include "windows.h"

/* Vectors of interleaved input at a time: whole columns, each of one vector for four rows of the kernel. */
#define LARGEST_INPUT 256
/* Vectors of weights of 16 channels. */
#define LARGEST_WEIGHTS 32
/* Blocks of channels prepared at a time. */
#define BLOCKS 16
#define POSITIONS 4

/* 16 channels of four rows each. */
typedef struct __attribute__((aligned(64))) vnni_vector {
    int8_t bytes[64];
} vnni_vector;

typedef struct depthwise_block {
    vnni_vector weights[LARGEST_WEIGHTS]; /* [kernel w][quads] */
    vnni_vector rests[LARGEST_WEIGHTS];   /* of probed weights, what exceeds a byte */
    int32_t any_rest;
    attune_lanes lanes;
} depthwise_block;

typedef struct depthwise_task {
    const attune_call *call;
    int32_t quads; /* groups of four rows of the kernel */
    int32_t blocks;
    depthwise_block block[BLOCKS];
} depthwise_task;

/* Dword c becomes byte c of each row. */
ATTUNE_INLINE_VNNI __m512i interleave(__m128i row0, __m128i row1, __m128i row2, __m128i row3) {
    const __m512i dwords = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i bytes = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    __m512i rows = _mm512_inserti32x4(_mm512_castsi128_si512(row0), row1, 1);
    rows = _mm512_inserti32x4(_mm512_inserti32x4(rows, row2, 2), row3, 3);
    return _mm512_shuffle_epi8(_mm512_permutexvar_epi32(dwords, rows), bytes);
}

/* --- Weights -------------------------------------------------------------------------------------------------------
 */

/* One tap of count channels; zeros below the kernel. */
ATTUNE_INLINE_VNNI __m128i tap_read(const attune_call *call, int32_t first, int32_t count, int32_t ky, int32_t kx,
                                    __m128i *rest) {
    const int32_t *record = call->record;
    *rest = _mm_setzero_si128();
    if (ky >= record[ATTUNE_KERNEL_H]) {
        return *rest;
    }
    int32_t at = (ky * record[ATTUNE_KERNEL_W] + kx) * attune_record_channels(record) + first;
    __mmask16 used = (__mmask16)((1u << count) - 1);
    __m128i weights = _mm_maskz_loadu_epi8(used, call->parameters.weights + at);
    if (!(call->mode & ATTUNE_RUN_PROBE_WEIGHTS)) {
        return weights;
    }
    uint32_t negative = attune_sign_bits((uint32_t)at, call->seed_low, call->seed_high);
    __m512i wide;
    __m512i probed = vnni_probe(_mm512_zextsi128_si512(weights), used, negative, &wide);
    *rest = _mm512_castsi512_si128(wide);
    return _mm512_castsi512_si128(probed);
}

ATTUNE_TARGET_VNNI
static void block_prepare(const depthwise_task *task, depthwise_block *block, int32_t first, int32_t count) {
    const attune_call *call = task->call;
    const __m512i ones = _mm512_set1_epi8(1);
    __m512i sums = _mm512_setzero_si512();
    __m512i any = _mm512_setzero_si512();
    int32_t number = 0;
    for (int32_t kx = 0; kx < call->record[ATTUNE_KERNEL_W]; kx++) {
        for (int32_t quad = 0; quad < task->quads; quad++, number++) {
            __m128i taps[4];
            __m128i rests[4];
            for (int i = 0; i < 4; i++) {
                taps[i] = tap_read(call, first, count, quad * 4 + i, kx, &rests[i]);
            }
            __m512i weights = interleave(taps[0], taps[1], taps[2], taps[3]);
            sums = _mm512_dpbusd_epi32(sums, ones, weights);
            _mm512_store_si512(&block->weights[number], weights);
            if (call->mode & ATTUNE_RUN_PROBE_WEIGHTS) {
                __m512i rest = interleave(rests[0], rests[1], rests[2], rests[3]);
                sums = _mm512_dpbusd_epi32(sums, ones, rest);
                any = _mm512_or_si512(any, rest);
                _mm512_store_si512(&block->rests[number], rest);
            }
        }
    }
    int32_t offset[16] __attribute__((aligned(64)));
    __m512i factor = _mm512_set1_epi32(-(128 + call->record[ATTUNE_INPUT_ZERO]));
    _mm512_store_si512(offset, _mm512_mullo_epi32(sums, factor));
    attune_lanes_prepare(call, first, count, offset, &block->lanes);
    block->any_rest = _mm512_test_epi32_mask(any, any) != 0;
}

/* --- Input ---------------------------------------------------------------------------------------------------------
 */

/* Interleaves columns first .. first + count - 1 of four rows; vectors lie `quads` apart. */
ATTUNE_INLINE_VNNI void columns_fill(const attune_call *call, const attune_lanes *lanes, const int8_t *const *rows,
                                     int32_t first, int32_t count, int32_t quads, vnni_vector *columns) {
    const int32_t *record = call->record;
    const __m512i top = _mm512_set1_epi8((char)0x80);
    const __m512i outside = _mm512_set1_epi8((char)(record[ATTUNE_INPUT_ZERO] + 128));
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int8_t zeros[16];
    const int8_t *starts[4];
    int32_t strides[4];
    __mmask16 used = (__mmask16)((1u << lanes->count) - 1);
    for (int i = 0; i < 16; i++) {
        zeros[i] = (int8_t)record[ATTUNE_INPUT_ZERO];
    }
    for (int i = 0; i < 4; i++) {
        starts[i] = rows[i] == 0 ? zeros : rows[i] + lanes->first;
        strides[i] = rows[i] == 0 ? 0 : pixel;
    }
    int32_t left = first < 0 ? attune_smaller(-first, count) : 0;
    int32_t end = attune_smaller(width - first, count);
    int32_t i = 0;
    for (; i < left; i++) {
        _mm512_store_si512(&columns[i * quads], outside);
    }
    for (; i < end; i++) {
        __m128i inputs[4];
        for (int r = 0; r < 4; r++) {
            inputs[r] = _mm_maskz_loadu_epi8(used, starts[r] + (first + i) * strides[r]);
        }
        __m512i column = interleave(inputs[0], inputs[1], inputs[2], inputs[3]);
        _mm512_store_si512(&columns[i * quads], _mm512_xor_si512(column, top));
    }
    for (; i < count; i++) {
        _mm512_store_si512(&columns[i * quads], outside);
    }
}

/* The same where several output channels read one input channel. */
ATTUNE_TARGET_VNNI
static void columns_fill_multiplied(const attune_call *call, const attune_lanes *lanes, const int8_t *const *rows,
                                    int32_t first, int32_t count, int32_t quads, vnni_vector *columns) {
    const int32_t *record = call->record;
    const __m512i top = _mm512_set1_epi8((char)0x80);
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t channels[16];
    for (int32_t c = 0; c < lanes->count; c++) {
        channels[c] = (lanes->first + c) / record[ATTUNE_GROUPS];
    }
    for (int32_t i = 0; i < count; i++) {
        int8_t inputs[4][16];
        int32_t at = first + i;
        __builtin_memset(inputs, record[ATTUNE_INPUT_ZERO], sizeof inputs);
        for (int r = 0; r < 4 && at >= 0 && at < width; r++) {
            for (int32_t c = 0; c < lanes->count && rows[r] != 0; c++) {
                inputs[r][c] = rows[r][at * record[ATTUNE_INPUT_N + 3] + channels[c]];
            }
        }
        __m128i row[4];
        for (int r = 0; r < 4; r++) {
            row[r] = _mm_loadu_si128((const __m128i *)(const void *)inputs[r]);
        }
        __m512i column = interleave(row[0], row[1], row[2], row[3]);
        _mm512_store_si512(&columns[i * quads], _mm512_xor_si512(column, top));
    }
}

/* --- Multiplication ------------------------------------------------------------------------------------------------
 */

/* Adds POSITIONS neighbouring outputs whose windows begin at columns[0]. Sizes are constants where they are inlined. */
ATTUNE_INLINE_VNNI void multiply(const vnni_vector *columns, const vnni_vector *weights, const int kernel,
                                 const int stride, const int quads, __m512i *sums) {
#pragma GCC unroll 16
    for (int column = 0; column < (POSITIONS - 1) * stride + kernel; column++) {
#pragma GCC unroll 2
        for (int quad = 0; quad < quads; quad++) {
            __m512i inputs = _mm512_load_si512(&columns[column * quads + quad]);
#pragma GCC unroll 4
            for (int p = 0; p < POSITIONS; p++) {
                int kx = column - p * stride;
                if (kx >= 0 && kx < kernel) {
                    __m512i taps = _mm512_load_si512(&weights[kx * quads + quad]);
                    sums[p] = _mm512_dpbusd_epi32(sums[p], inputs, taps);
                }
            }
        }
    }
}

/* Any kernel. */
ATTUNE_INLINE_VNNI void multiply_general(const depthwise_task *task, const vnni_vector *columns,
                                         const vnni_vector *weights, __m512i *sums) {
    const int32_t *record = task->call->record;
    int32_t stride = record[ATTUNE_STRIDE_W] * task->quads;
    for (int32_t kx = 0; kx < record[ATTUNE_KERNEL_W]; kx++) {
        const vnni_vector *column = columns + kx * record[ATTUNE_DILATION_W] * task->quads;
        for (int32_t quad = 0; quad < task->quads; quad++) {
            __m512i taps = _mm512_load_si512(&weights[kx * task->quads + quad]);
#pragma GCC unroll 4
            for (int p = 0; p < POSITIONS; p++) {
                __m512i inputs = _mm512_load_si512(&column[p * stride + quad]);
                sums[p] = _mm512_dpbusd_epi32(sums[p], inputs, taps);
            }
        }
    }
}

/* Kernel, stride and quads in one number, where there is a loop of its own; else 0. */
static int32_t shape_find(const depthwise_task *task) {
    const int32_t *record = task->call->record;
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t stride = record[ATTUNE_STRIDE_W];
    int known = (kernel == 3 && task->quads == 1) || ((kernel == 5 || kernel == 7) && task->quads == 2);
    return known && stride <= 2 && record[ATTUNE_DILATION_W] == 1 ? kernel * 10 + stride : 0;
}

ATTUNE_INLINE_VNNI void multiply_shape(const depthwise_task *task, int32_t shape, const vnni_vector *columns,
                                       const vnni_vector *weights, __m512i *sums) {
    switch (shape) {
    case 31:
        multiply(columns, weights, 3, 1, 1, sums);
        break;
    case 32:
        multiply(columns, weights, 3, 2, 1, sums);
        break;
    case 51:
        multiply(columns, weights, 5, 1, 2, sums);
        break;
    case 52:
        multiply(columns, weights, 5, 2, 2, sums);
        break;
    case 71:
        multiply(columns, weights, 7, 1, 2, sums);
        break;
    case 72:
        multiply(columns, weights, 7, 2, 2, sums);
        break;
    default:
        multiply_general(task, columns, weights, sums);
        break;
    }
}

/* Outputs x .. x + count - 1 of a line, from columns that begin under output x. */
ATTUNE_TARGET_VNNI
static void piece_multiply(const depthwise_task *task, const depthwise_block *block, const vnni_clamp *clamp,
                           int32_t line, int32_t x, int32_t count, const vnni_vector *columns) {
    const attune_call *call = task->call;
    const int32_t *record = call->record;
    int32_t channels = attune_record_channels(record);
    int32_t shape = shape_find(task);
    int8_t *output = attune_output_line(call, line) + x * channels;
    uint32_t element = ((uint32_t)line * (uint32_t)record[ATTUNE_OUTPUT_N + 2] + (uint32_t)x) * (uint32_t)channels;
    vnni_lanes loaded = vnni_lanes_load(&block->lanes);
    for (int32_t done = 0; done < count; done += POSITIONS) {
        const vnni_vector *column = columns + done * record[ATTUNE_STRIDE_W] * task->quads;
        __m512i sums[POSITIONS];
        int8_t *outputs[POSITIONS];
        uint32_t elements[POSITIONS];
        int32_t used = attune_smaller(POSITIONS, count - done);
        for (int p = 0; p < POSITIONS; p++) {
            sums[p] = _mm512_setzero_si512();
            outputs[p] = output + (done + p) * channels;
            elements[p] = element + (uint32_t)(done + p) * (uint32_t)channels;
        }
        multiply_shape(task, shape, column, block->weights, sums);
        if (block->any_rest) {
            multiply_general(task, column, block->rests, sums);
        }
        if (attune_lanes_slow(call)) {
            int32_t raw[POSITIONS][16] __attribute__((aligned(64)));
            for (int p = 0; p < POSITIONS; p++) {
                _mm512_store_si512(raw[p], sums[p]);
            }
            for (int32_t p = 0; p < used; p++) {
                attune_lanes_write(call, &block->lanes, line, x + done + p, raw[p]);
            }
        } else {
            vnni_write(call, &block->lanes, &loaded, clamp, outputs, elements, used, sums);
        }
    }
}

/* Lines, counted from the first one of the call. */
ATTUNE_TARGET_VNNI
static void depthwise_slice(const void *context, int32_t first, int32_t count) {
    const depthwise_task *task = context;
    const attune_call *call = task->call;
    const int32_t *record = call->record;
    vnni_vector columns[LARGEST_INPUT];
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    int32_t stride = record[ATTUNE_STRIDE_W];
    int32_t window = (record[ATTUNE_KERNEL_W] - 1) * record[ATTUNE_DILATION_W] + 1;
    int32_t piece = attune_outputs_within(record, LARGEST_INPUT / task->quads, POSITIONS);
    vnni_clamp clamp = vnni_clamp_load(record);
    const int8_t *lines[ATTUNE_X86_LARGEST_KERNEL + 4];
    for (int32_t line = call->line_first + first; line < call->line_first + first + count; line++) {
        attune_rows_find(call, line, task->quads * 4, lines);
        for (int32_t x = 0; x < width; x += piece) {
            int32_t outputs = attune_smaller(piece, width - x);
            int32_t padded = (outputs + POSITIONS - 1) / POSITIONS * POSITIONS;
            int32_t column = x * stride - record[ATTUNE_PAD_LEFT];
            int32_t needed = (padded - 1) * stride + window;
            for (int32_t b = 0; b < task->blocks; b++) {
                const attune_lanes *lanes = &task->block[b].lanes;
                for (int32_t quad = 0; quad < task->quads; quad++) {
                    const int8_t *const *rows = lines + quad * 4;
                    if (record[ATTUNE_GROUPS] == 1) {
                        columns_fill(call, lanes, rows, column, needed, task->quads, columns + quad);
                    } else {
                        columns_fill_multiplied(call, lanes, rows, column, needed, task->quads, columns + quad);
                    }
                }
                piece_multiply(task, &task->block[b], &clamp, line, x, outputs, columns);
            }
        }
    }
}

int attune_depthwise_conv_2d_vnni(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t quads = (record[ATTUNE_KERNEL_H] + 3) / 4;
    if (record[ATTUNE_KERNEL_H] > ATTUNE_X86_LARGEST_KERNEL || record[ATTUNE_KERNEL_W] * quads > LARGEST_WEIGHTS ||
        attune_outputs_within(record, LARGEST_INPUT / quads, POSITIONS) == 0) {
        return 0;
    }
    depthwise_task task;
    task.call = call;
    task.quads = quads;
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
