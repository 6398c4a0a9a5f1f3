/* Convolution with AVX-512 VNNI. Filters are packed 16 at a time, four weights of each side by side; windows are
 * gathered into columns of bytes with 128 added, as VPDPBUSD wants its first operand. What that and the zero point add
 * to a sum is the same at every position: (128 + zero point) times the sum of the filter's weights. */
#include "lanes.h"

#if defined(ATTUNE_X86)

#include "../core/parallel.h"
#include "requantize_vnni.h"
#include "signs_vnni.h"
#include "windows.h"

/* Packed weights at a time. */
#define PACKED 65536
/* Positions multiplied at a time. */
#define POSITIONS 8
/* Elements of a filter; also room for one vector more. */
#define LARGEST_FILTER 4096
#define COLUMN (LARGEST_FILTER + 64)
/* Blocks of channels multiplied at a time. */
#define BLOCKS 3
#define LARGEST_BLOCKS 64

/* 16 filters. Some probed weights are 128 or -129: what a byte cannot hold of them stands in further steps. */
typedef struct conv_block {
    const int8_t *weights; /* [steps][16][4] */
    const int8_t *rests;   /* [rest_count][16][4] */
    const uint16_t *rest_steps;
    int32_t rest_count;
} conv_block;

typedef struct conv_task {
    const attune_call *call;
    int32_t steps;
    int32_t depth;       /* input channels of the group */
    int32_t input_first; /* the first of them */
    int32_t blocks;
    conv_block block[LARGEST_BLOCKS];
    attune_lanes lanes[LARGEST_BLOCKS];
    uint16_t rest_steps[PACKED / 64];
    int8_t packed[PACKED] __attribute__((aligned(64)));
} conv_task;

/* Up to POSITIONS columns and where their outputs go. */
typedef struct conv_columns {
    int8_t *outputs[POSITIONS];
    uint32_t elements[POSITIONS];
    int32_t lines[POSITIONS];
    int32_t xs[POSITIONS];
    uint8_t values[POSITIONS][COLUMN] __attribute__((aligned(64)));
} conv_columns;

/* --- Packing -------------------------------------------------------------------------------------------------------
 */

/* rows[i] dword j becomes rows[j] dword i. */
ATTUNE_INLINE_VNNI void transpose(__m512i *rows) {
    __m512i quads[16];
    for (int i = 0; i < 16; i += 4) {
        __m512i low = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
        __m512i high = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
        __m512i low2 = _mm512_unpacklo_epi32(rows[i + 2], rows[i + 3]);
        __m512i high2 = _mm512_unpackhi_epi32(rows[i + 2], rows[i + 3]);
        quads[i] = _mm512_unpacklo_epi64(low, low2);
        quads[i + 1] = _mm512_unpackhi_epi64(low, low2);
        quads[i + 2] = _mm512_unpacklo_epi64(high, high2);
        quads[i + 3] = _mm512_unpackhi_epi64(high, high2);
    }
    for (int j = 0; j < 4; j++) {
        __m512i even = _mm512_shuffle_i32x4(quads[j], quads[4 + j], 0x88);
        __m512i odd = _mm512_shuffle_i32x4(quads[j], quads[4 + j], 0xdd);
        __m512i even2 = _mm512_shuffle_i32x4(quads[8 + j], quads[12 + j], 0x88);
        __m512i odd2 = _mm512_shuffle_i32x4(quads[8 + j], quads[12 + j], 0xdd);
        rows[j] = _mm512_shuffle_i32x4(even, even2, 0x88);
        rows[8 + j] = _mm512_shuffle_i32x4(even, even2, 0xdd);
        rows[4 + j] = _mm512_shuffle_i32x4(odd, odd2, 0x88);
        rows[12 + j] = _mm512_shuffle_i32x4(odd, odd2, 0xdd);
    }
}

/* Reads weights at .. at + 63 of count filters from number first on; rests are what probes add beyond a byte.
 * Returns whether there are any. */
ATTUNE_INLINE_VNNI int rows_read(const attune_call *call, int32_t first, int32_t count, int32_t size, int32_t at,
                                 __m512i *rows, __m512i *rests) {
    const int8_t *weights = call->parameters.weights + (int64_t)first * size + at;
    int32_t left = size - at;
    __mmask64 used = left < 64 ? ((uint64_t)1 << left) - 1 : ~(uint64_t)0;
    if (!(call->mode & ATTUNE_RUN_PROBE_WEIGHTS)) {
        for (int i = 0; i < 16; i++) {
            rows[i] = i < count ? _mm512_maskz_loadu_epi8(used, weights + (int64_t)i * size) : _mm512_setzero_si512();
        }
        return 0;
    }
    uint32_t words[3][16] __attribute__((aligned(64)));
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    uint32_t element = (uint32_t)first * (uint32_t)size + (uint32_t)at;
    __m512i elements =
        _mm512_add_epi32(_mm512_set1_epi32((int32_t)element), _mm512_mullo_epi32(lane, _mm512_set1_epi32(size)));
    __m512i index = _mm512_srli_epi32(elements, 5);
    for (int i = 0; i < 3; i++) {
        _mm512_store_si512(words[i], vnni_words(call, _mm512_add_epi32(index, _mm512_set1_epi32(i))));
    }
    __m512i any = _mm512_setzero_si512();
    for (int i = 0; i < 16; i++) {
        uint32_t bit = (element + (uint32_t)i * (uint32_t)size) & 31;
        __mmask64 negative = vnni_sign_mask(words[0][i], words[1][i], words[2][i], bit);
        __mmask64 mask = i < count ? used : 0;
        rows[i] = _mm512_maskz_loadu_epi8(mask, weights + (i < count ? (int64_t)i * size : 0));
        rows[i] = vnni_probe(rows[i], mask, negative, &rests[i]);
        any = _mm512_or_si512(any, rests[i]);
    }
    return _mm512_test_epi32_mask(any, any) != 0;
}

/* Packs filters first .. first + count - 1 from place on; returns the bytes used. */
ATTUNE_TARGET_VNNI
static int32_t block_pack(conv_task *task, int32_t number, int32_t first, int32_t count, int32_t place) {
    const attune_call *call = task->call;
    const __m512i ones = _mm512_set1_epi8(1);
    int32_t size = attune_record_filter_size(call->record);
    int32_t stepped = call->mode & ATTUNE_RUN_PROBE_WEIGHTS ? 2 * task->steps : task->steps;
    int8_t *packed = task->packed + place;
    int8_t *rests = packed + task->steps * 64;
    uint16_t *rest_steps = task->rest_steps + place / 64;
    int32_t rest_count = 0;
    __m512i sums = _mm512_setzero_si512();
    for (int32_t at = 0; at < size; at += 64) {
        __m512i rows[16];
        __m512i rest[16];
        int32_t steps = attune_smaller(16, task->steps - at / 4);
        int any = rows_read(call, first, count, size, at, rows, rest);
        transpose(rows);
        for (int32_t i = 0; i < steps; i++) {
            _mm512_store_si512(packed + (at / 4 + i) * 64, rows[i]);
            sums = _mm512_dpbusd_epi32(sums, ones, rows[i]);
        }
        if (any) {
            transpose(rest);
            for (int32_t i = 0; i < steps; i++) {
                if (_mm512_test_epi32_mask(rest[i], rest[i]) != 0) {
                    _mm512_store_si512(rests + rest_count * 64, rest[i]);
                    rest_steps[rest_count++] = (uint16_t)(at / 4 + i);
                    sums = _mm512_dpbusd_epi32(sums, ones, rest[i]);
                }
            }
        }
    }
    int32_t offset[16] __attribute__((aligned(64)));
    __m512i factor = _mm512_set1_epi32(-(128 + call->record[ATTUNE_INPUT_ZERO]));
    _mm512_store_si512(offset, _mm512_mullo_epi32(sums, factor));
    attune_lanes_prepare(call, first, count, offset, &task->lanes[number]);
    task->block[number] = (conv_block){packed, rests, rest_steps, rest_count};
    return stepped * 64;
}

/* --- Columns -------------------------------------------------------------------------------------------------------
 */

/* Appends count inputs and garbage up to the next whole vector. */
ATTUNE_INLINE_VNNI uint8_t *append(uint8_t *column, const int8_t *input, int32_t count) {
    const __m512i top = _mm512_set1_epi8((char)0x80);
    int32_t i = 0;
    for (; i + 64 <= count; i += 64) {
        _mm512_storeu_si512(column + i, _mm512_xor_si512(_mm512_loadu_si512(input + i), top));
    }
    if (i < count) {
        __mmask64 used = ((uint64_t)1 << (count - i)) - 1;
        _mm512_storeu_si512(column + i, _mm512_xor_si512(_mm512_maskz_loadu_epi8(used, input + i), top));
    }
    return column + count;
}

ATTUNE_INLINE_VNNI uint8_t *append_zeros(uint8_t *column, int32_t zero, int32_t count) {
    const __m512i value = _mm512_set1_epi8((char)(zero + 128));
    for (int32_t i = 0; i < count; i += 64) {
        _mm512_storeu_si512(column + i, value);
    }
    return column + count;
}

/* Appends one row of the window, which begins at column x of the input row; the row is NULL outside the input. */
ATTUNE_INLINE_VNNI uint8_t *append_row(const conv_task *task, uint8_t *column, const int8_t *row, int32_t x) {
    const int32_t *record = task->call->record;
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t dilation = record[ATTUNE_DILATION_W];
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    int32_t depth = task->depth;
    if (row == 0) {
        return append_zeros(column, zero, kernel * depth);
    }
    if (dilation == 1 && depth == pixel) {
        int32_t left = x < 0 ? -x : 0;
        int32_t inside = attune_smaller(width - x, kernel) - left;
        if (left > 0) {
            column = append_zeros(column, zero, left * depth);
        }
        column = append(column, row + (x + left) * pixel, inside * depth);
        return append_zeros(column, zero, (kernel - left - inside) * depth);
    }
    for (int32_t k = 0; k < kernel; k++) {
        int32_t at = x + k * dilation;
        if (at >= 0 && at < width) {
            column = append(column, row + at * pixel + task->input_first, depth);
        } else {
            column = append_zeros(column, zero, depth);
        }
    }
    return column;
}

/* Appends the whole window where its rows are runs of at most 64 inputs: one masked load a row. */
ATTUNE_INLINE_VNNI void append_window(const conv_task *task, uint8_t *column, const int8_t *const *rows, int32_t x) {
    const int32_t *record = task->call->record;
    const __m512i top = _mm512_set1_epi8((char)0x80);
    const __m512i zeros = _mm512_set1_epi8((char)record[ATTUNE_INPUT_ZERO]);
    int32_t depth = task->depth;
    int32_t run = record[ATTUNE_KERNEL_W] * depth;
    int32_t left = x < 0 ? -x * depth : 0;
    int32_t right = attune_smaller((record[ATTUNE_INPUT_N + 2] - x) * depth, run);
    __mmask64 inside = (right == 64 ? ~(uint64_t)0 : ((uint64_t)1 << right) - 1) & ~(((uint64_t)1 << left) - 1);
    for (int32_t k = 0; k < record[ATTUNE_KERNEL_H]; k++) {
        /* What lies outside the row is not touched. */
        const void *from = (const void *)((uintptr_t)rows[k] + (uintptr_t)(intptr_t)(x * depth));
        __m512i inputs = _mm512_mask_loadu_epi8(zeros, rows[k] == 0 ? 0 : inside, from);
        _mm512_storeu_si512(column, _mm512_xor_si512(inputs, top));
        column += run;
    }
}

/* --- Multiplication ------------------------------------------------------------------------------------------------
 */

ATTUNE_INLINE_VNNI __m512i broadcast(const uint8_t *column, int32_t step) {
    int32_t bytes;
    __builtin_memcpy(&bytes, column + step * 4, 4);
    return _mm512_set1_epi32(bytes);
}

/* Written out, because compilers keep arrays of sums in memory. The sums of position p are a##p, b##p and c##p, one for
 * each block. */
#define EACH_POSITION(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)
#define ZERO(p) __m512i a##p = _mm512_setzero_si512(), b##p = a##p, c##p = a##p;
#define STEP(p)                                                                                                        \
    if (p < positions) {                                                                                               \
        __m512i inputs = broadcast(values + p * COLUMN, step);                                                         \
        a##p = _mm512_dpbusd_epi32(a##p, inputs, weights_a);                                                           \
        if (blocks > 1) {                                                                                              \
            b##p = _mm512_dpbusd_epi32(b##p, inputs, weights_b);                                                       \
        }                                                                                                              \
        if (blocks > 2) {                                                                                              \
            c##p = _mm512_dpbusd_epi32(c##p, inputs, weights_c);                                                       \
        }                                                                                                              \
    }
#define STORE(p)                                                                                                       \
    if (p < positions) {                                                                                               \
        sums[0][p] = a##p;                                                                                             \
        if (blocks > 1) {                                                                                              \
            sums[1][p] = b##p;                                                                                         \
        }                                                                                                              \
        if (blocks > 2) {                                                                                              \
            sums[2][p] = c##p;                                                                                         \
        }                                                                                                              \
    }

/* Multiplies `positions` columns with `blocks` blocks; both are constants where this is inlined. */
ATTUNE_INLINE_VNNI void multiply(const conv_block *block, int32_t steps, const uint8_t *values, const int positions,
                                 const int blocks, __m512i (*sums)[POSITIONS]) {
    const int8_t *at_a = block[0].weights;
    const int8_t *at_b = block[blocks > 1 ? 1 : 0].weights;
    const int8_t *at_c = block[blocks > 2 ? 2 : 0].weights;
    EACH_POSITION(ZERO)
    for (int32_t step = 0; step < steps; step++) {
        __m512i weights_a = _mm512_load_si512(at_a + step * 64);
        __m512i weights_b = _mm512_load_si512(at_b + step * 64);
        __m512i weights_c = _mm512_load_si512(at_c + step * 64);
        EACH_POSITION(STEP)
    }
    EACH_POSITION(STORE)
}

#define LOAD(p) __m512i a##p = sums[p < positions ? p : 0];
#define REST(p)                                                                                                        \
    if (p < positions) {                                                                                               \
        a##p = _mm512_dpbusd_epi32(a##p, broadcast(values + p * COLUMN, step), weights);                               \
    }
#define STORE_ONE(p)                                                                                                   \
    if (p < positions) {                                                                                               \
        sums[p] = a##p;                                                                                                \
    }

/* Adds what probed weights of one block have beyond a byte. */
ATTUNE_INLINE_VNNI void multiply_rests(const conv_block *block, const uint8_t *values, const int positions,
                                       __m512i *sums) {
    EACH_POSITION(LOAD)
    for (int32_t i = 0; i < block->rest_count; i++) {
        __m512i weights = _mm512_load_si512(block->rests + i * 64);
        int32_t step = block->rest_steps[i];
        EACH_POSITION(REST)
    }
    EACH_POSITION(STORE_ONE)
}

/* Turns the sums of one block into outputs. */
ATTUNE_INLINE_VNNI void sums_write(const attune_call *call, const attune_lanes *lanes, const vnni_clamp *clamp,
                                   const conv_columns *columns, int32_t used, const __m512i *sums) {
    if (attune_lanes_slow(call)) {
        int32_t raw[16] __attribute__((aligned(64)));
        for (int32_t p = 0; p < used; p++) {
            _mm512_store_si512(raw, sums[p]);
            attune_lanes_write(call, lanes, columns->lines[p], columns->xs[p], raw);
        }
        return;
    }
    vnni_lanes loaded = vnni_lanes_load(lanes);
    for (int32_t p = 0; p < used; p += 4) {
        vnni_write(call, lanes, &loaded, clamp, columns->outputs + p, columns->elements + p, used - p, sums + p);
    }
}

/* All blocks for the columns gathered. */
ATTUNE_TARGET_VNNI
static void columns_multiply(const conv_task *task, const vnni_clamp *clamp, const conv_columns *columns,
                             int32_t used) {
    const uint8_t *values = columns->values[0];
    for (int32_t first = 0; first < task->blocks; first += BLOCKS) {
        const conv_block *block = task->block + first;
        int32_t blocks = attune_smaller(task->blocks - first, BLOCKS);
        __m512i sums[BLOCKS][POSITIONS];
        if (used > 4) {
            if (blocks == 3) {
                multiply(block, task->steps, values, 8, 3, sums);
            } else if (blocks == 2) {
                multiply(block, task->steps, values, 8, 2, sums);
            } else {
                multiply(block, task->steps, values, 8, 1, sums);
            }
        } else {
            if (blocks == 3) {
                multiply(block, task->steps, values, 4, 3, sums);
            } else if (blocks == 2) {
                multiply(block, task->steps, values, 4, 2, sums);
            } else {
                multiply(block, task->steps, values, 4, 1, sums);
            }
        }
        for (int32_t b = 0; b < blocks; b++) {
            if (block[b].rest_count > 0 && used > 4) {
                multiply_rests(&block[b], values, 8, sums[b]);
            } else if (block[b].rest_count > 0) {
                multiply_rests(&block[b], values, 4, sums[b]);
            }
            sums_write(task->call, &task->lanes[first + b], clamp, columns, used, sums[b]);
        }
    }
}

/* Positions, counted from the first line of the call. */
ATTUNE_TARGET_VNNI
static void conv_slice(const void *context, int32_t first, int32_t count) {
    const conv_task *task = context;
    const attune_call *call = task->call;
    const int32_t *record = call->record;
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    int32_t channels = attune_record_channels(record);
    int32_t line = call->line_first + first / width;
    int32_t x = first % width;
    int8_t *output = attune_output_line(call, line) + x * channels;
    uint32_t element = ((uint32_t)line * (uint32_t)width + (uint32_t)x) * (uint32_t)channels;
    int runs = task->depth == record[ATTUNE_INPUT_N + 3] && record[ATTUNE_DILATION_W] == 1 &&
               record[ATTUNE_KERNEL_W] * task->depth <= 64;
    const int8_t *rows[ATTUNE_X86_LARGEST_KERNEL];
    conv_columns columns;
    vnni_clamp clamp = vnni_clamp_load(record);
    attune_rows_find(call, line, record[ATTUNE_KERNEL_H], rows);
    for (int32_t done = 0; done < count;) {
        int32_t used = attune_smaller(count - done, POSITIONS);
        for (int32_t p = 0; p < used; p++) {
            uint8_t *column = columns.values[p];
            int32_t left = x * record[ATTUNE_STRIDE_W] - record[ATTUNE_PAD_LEFT];
            if (runs) {
                append_window(task, column, rows, left);
            } else {
                for (int32_t k = 0; k < record[ATTUNE_KERNEL_H]; k++) {
                    column = append_row(task, column, rows[k], left);
                }
            }
            columns.lines[p] = line;
            columns.xs[p] = x;
            columns.outputs[p] = output;
            columns.elements[p] = element;
            output += channels;
            element += (uint32_t)channels;
            if (++x == width) {
                x = 0;
                line++;
                attune_rows_find(call, line, record[ATTUNE_KERNEL_H], rows);
                output = attune_output_line(call, line);
            }
        }
        for (int32_t p = used; p < (used > 4 ? 8 : 4); p++) {
            append_zeros(columns.values[p], 0, task->steps * 4);
        }
        columns_multiply(task, &clamp, &columns, used);
        done += used;
    }
}

int attune_conv_2d_vnni(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t filter = attune_record_filter_size(record);
    int32_t block_bytes = (filter + 3) / 4 * 64 * (call->mode & ATTUNE_RUN_PROBE_WEIGHTS ? 2 : 1);
    if (filter > LARGEST_FILTER || block_bytes > PACKED || record[ATTUNE_KERNEL_H] > ATTUNE_X86_LARGEST_KERNEL) {
        return 0;
    }
    conv_task task;
    task.call = call;
    task.steps = (filter + 3) / 4;
    task.depth = record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS];
    int32_t group_channels = attune_record_channels(record) / record[ATTUNE_GROUPS];
    int32_t positions = call->line_count * record[ATTUNE_OUTPUT_N + 2];
    for (int32_t group = 0; group < record[ATTUNE_GROUPS]; group++) {
        task.input_first = group * task.depth;
        for (int32_t at = 0; at < group_channels;) {
            int32_t place = 0;
            int32_t before = at;
            for (task.blocks = 0; task.blocks < LARGEST_BLOCKS && place + block_bytes <= PACKED && at < group_channels;
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
