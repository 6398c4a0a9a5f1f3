/* Fully connected layer with AVX-512 VNNI. Weights are read once, in their own order; inputs have 128 added, as
 * VPDPBUSD wants its first operand. */
#include "lanes.h"

#if defined(ATTUNE_X86)

#include "../core/parallel.h"
#include "requantize_vnni.h"
#include "signs_vnni.h"

#define LARGEST_DEPTH 16384
/* Weights whose signs are made at a time: 16 words less the two that an unaligned first sign costs. */
#define SIGNS 448
/* Units multiplied at a time. */
#define GROUP 4

typedef struct fully_task {
    const attune_call *call;
    int32_t depth;
    int32_t row;
    int32_t input_sum; /* of the row's inputs minus their zero point */
    uint8_t inputs[LARGEST_DEPTH + 64] __attribute__((aligned(64)));
} fully_task;

ATTUNE_INLINE_VNNI int32_t total(__m512i x) {
    return _mm512_reduce_add_epi32(x);
}

/* Raw sums of four units and the sums of their weights. Units beyond the last one repeat the first. */
ATTUNE_INLINE_VNNI void group_multiply(const fully_task *task, int32_t first, int32_t count, int32_t *sums,
                                       int32_t *weight_sums) {
    const attune_call *call = task->call;
    const __m512i ones = _mm512_set1_epi8(1);
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    int probed = call->mode & ATTUNE_RUN_PROBE_WEIGHTS;
    uint32_t words[GROUP][16] __attribute__((aligned(64)));
    int32_t units[GROUP];
    __m512i products[GROUP];
    __m512i weights_total[GROUP];
    for (int i = 0; i < GROUP; i++) {
        units[i] = i < count ? first + i : first;
        products[i] = weights_total[i] = _mm512_setzero_si512();
    }
    for (int32_t at = 0; at < task->depth; at += 64) {
        int32_t left = task->depth - at;
        __mmask64 used = left < 64 ? ((uint64_t)1 << left) - 1 : ~(uint64_t)0;
        __m512i inputs = _mm512_load_si512(task->inputs + at);
        int32_t since = at % SIGNS;
        if (probed && since == 0) {
            for (int i = 0; i < GROUP; i++) {
                uint32_t element = (uint32_t)units[i] * (uint32_t)task->depth + (uint32_t)at;
                __m512i index = _mm512_add_epi32(lane, _mm512_set1_epi32((int32_t)(element >> 5)));
                _mm512_store_si512(words[i], vnni_words(call, index));
            }
        }
#pragma GCC unroll 4
        for (int i = 0; i < GROUP; i++) {
            const int8_t *source = call->parameters.weights + (int64_t)units[i] * task->depth + at;
            __m512i weights = _mm512_maskz_loadu_epi8(used, source);
            if (probed) {
                uint32_t bit = ((uint32_t)units[i] * (uint32_t)task->depth + (uint32_t)at) & 31;
                const uint32_t *word = words[i] + since / 32;
                __m512i rest;
                weights = vnni_probe(weights, used, vnni_sign_mask(word[0], word[1], word[2], bit), &rest);
                if (_mm512_test_epi32_mask(rest, rest) != 0) {
                    products[i] = _mm512_dpbusd_epi32(products[i], inputs, rest);
                    weights_total[i] = _mm512_dpbusd_epi32(weights_total[i], ones, rest);
                }
            }
            products[i] = _mm512_dpbusd_epi32(products[i], inputs, weights);
            weights_total[i] = _mm512_dpbusd_epi32(weights_total[i], ones, weights);
        }
    }
    for (int i = 0; i < GROUP; i++) {
        sums[i] = total(products[i]);
        weight_sums[i] = total(weights_total[i]);
    }
}

/* Blocks of 16 units. */
ATTUNE_TARGET_VNNI
static void fully_slice(const void *context, int32_t first, int32_t count) {
    const fully_task *task = context;
    const attune_call *call = task->call;
    const int32_t *record = call->record;
    int32_t units = attune_record_channels(record);
    vnni_clamp clamp = vnni_clamp_load(record);
    for (int32_t block = first; block < first + count; block++) {
        int32_t unit = block * ATTUNE_LANES;
        int32_t used = attune_smaller(ATTUNE_LANES, units - unit);
        int32_t raw[16] __attribute__((aligned(64))) = {0};
        int32_t offset[16] = {0};
        for (int32_t i = 0; i < used; i += GROUP) {
            group_multiply(task, unit + i, used - i, raw + i, offset + i);
        }
        for (int32_t i = 0; i < used; i++) {
            uint32_t inputs = (uint32_t)(128 + record[ATTUNE_INPUT_ZERO]) * (uint32_t)offset[i];
            uint32_t weights = (uint32_t)record[ATTUNE_WEIGHTS_ZERO] * (uint32_t)task->input_sum;
            offset[i] = (int32_t)(0 - inputs - weights);
        }
        attune_lanes lanes;
        attune_lanes_prepare(call, unit, used, offset, &lanes);
        if (attune_lanes_slow(call)) {
            attune_lanes_write(call, &lanes, task->row, 0, raw);
            continue;
        }
        vnni_lanes loaded = vnni_lanes_load(&lanes);
        int8_t *output = attune_output_line(call, task->row);
        uint32_t element = (uint32_t)task->row * (uint32_t)units;
        __m512i sums = _mm512_load_si512(raw);
        __m512i values = vnni_requantize(&loaded, sums, vnni_addend(call, &clamp, element + (uint32_t)unit));
        vnni_store(output + unit, used, _mm512_castsi512_si128(vnni_narrow(&clamp, values, values, values, values)));
    }
}

ATTUNE_TARGET_VNNI
static void row_read(fully_task *task) {
    const int8_t *input = attune_input_line(task->call, task->row);
    const __m512i top = _mm512_set1_epi8((char)0x80);
    const __m512i ones = _mm512_set1_epi8(1);
    __m512i sums = _mm512_setzero_si512();
    for (int32_t at = 0; at < task->depth; at += 64) {
        int32_t left = task->depth - at;
        __mmask64 used = left < 64 ? ((uint64_t)1 << left) - 1 : ~(uint64_t)0;
        __m512i inputs = _mm512_maskz_loadu_epi8(used, input + at);
        sums = _mm512_dpbusd_epi32(sums, ones, inputs);
        _mm512_store_si512(task->inputs + at, _mm512_xor_si512(inputs, top));
    }
    task->input_sum = total(sums) - task->depth * task->call->record[ATTUNE_INPUT_ZERO];
}

int attune_fully_connected_vnni(const attune_call *call) {
    fully_task task;
    task.call = call;
    task.depth = call->record[ATTUNE_INPUT_N + 3];
    if (task.depth > LARGEST_DEPTH) {
        return 0;
    }
    int32_t units = attune_record_channels(call->record);
    int64_t work = attune_x86_work(call, (int64_t)units * task.depth, 16);
    for (task.row = call->line_first; task.row < call->line_first + call->line_count; task.row++) {
        row_read(&task);
        attune_parallel(fully_slice, &task, (units + ATTUNE_LANES - 1) / ATTUNE_LANES, work);
    }
    return 1;
}

#endif
