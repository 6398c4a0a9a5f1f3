/* Fully connected layer with AVX2: products of int16, which are exact for probed weights too. */
#include "lanes.h"

#if defined(ATTUNE_X86)

#include "../core/channels.h"
#include "../core/filters.h"
#include "../core/parallel.h"
#include "requantize_avx2.h"

#define LARGEST_DEPTH 16384
/* Weights prepared at a time where they are probed or have a zero point. */
#define PART 256

typedef struct fully_task {
    const attune_call *call;
    int32_t depth;
    int32_t row;
    int16_t inputs[LARGEST_DEPTH + 16] __attribute__((aligned(64)));
} fully_task;

ATTUNE_INLINE_AVX2 __m256i words_load(const int16_t *words) {
    return _mm256_loadu_si256((const __m256i *)(const void *)words);
}

ATTUNE_INLINE_AVX2 int32_t total(__m256i x) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
    return _mm_cvtsi128_si32(sum);
}

/* Inputs beyond the last one are 0, so that what their weights are does not matter. */
ATTUNE_INLINE_AVX2 int32_t multiply_clean(const fully_task *task, const int8_t *weights) {
    __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    int32_t at = 0;
    for (; at + 32 <= task->depth; at += 32) {
        for (int i = 0; i < 2; i++) {
            __m256i taps = _mm256_cvtepi8_epi16(avx2_bytes(weights + at + 16 * i, 16));
            sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(taps, words_load(task->inputs + at + 16 * i)));
        }
    }
    for (; at < task->depth; at += 16) {
        __m256i taps = _mm256_cvtepi8_epi16(avx2_bytes(weights + at, attune_smaller(16, task->depth - at)));
        sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(taps, words_load(task->inputs + at)));
    }
    return total(_mm256_add_epi32(sums[0], sums[1]));
}

ATTUNE_INLINE_AVX2 int32_t multiply_prepared(const fully_task *task, int32_t first) {
    int16_t weights[PART];
    __m256i sum = _mm256_setzero_si256();
    for (int32_t at = 0; at < task->depth; at += PART) {
        int32_t part = attune_smaller(PART, task->depth - at);
        attune_filter_prepare(task->call, first + at, part, weights);
        for (int32_t i = part; i % 16 != 0; i++) {
            weights[i] = 0;
        }
        for (int32_t i = 0; i < part; i += 16) {
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(words_load(weights + i), words_load(task->inputs + at + i)));
        }
    }
    return total(sum);
}

/* Blocks of 16 units. */
ATTUNE_TARGET_AVX2
static void fully_slice(const void *context, int32_t first, int32_t count) {
    const fully_task *task = context;
    const attune_call *call = task->call;
    const int32_t *record = call->record;
    const int32_t offset[16] = {0};
    int32_t units = attune_record_channels(record);
    int prepared = (call->mode & ATTUNE_RUN_PROBE_WEIGHTS) || record[ATTUNE_WEIGHTS_ZERO] != 0;
    avx2_clamp clamp = avx2_clamp_load(record);
    for (int32_t block = first; block < first + count; block++) {
        int32_t unit = block * ATTUNE_LANES;
        int32_t used = attune_smaller(ATTUNE_LANES, units - unit);
        int32_t raw[16] __attribute__((aligned(64))) = {0};
        for (int32_t i = 0; i < used; i++) {
            int32_t at = (unit + i) * task->depth;
            raw[i] = prepared ? multiply_prepared(task, at) : multiply_clean(task, call->parameters.weights + at);
        }
        attune_lanes lanes;
        attune_lanes_prepare(call, unit, used, offset, &lanes);
        if (attune_lanes_slow(call)) {
            attune_lanes_write(call, &lanes, task->row, 0, raw);
            continue;
        }
        avx2_lanes loaded[2] = {avx2_lanes_load(&lanes, 0), avx2_lanes_load(&lanes, 1)};
        uint32_t element = (uint32_t)task->row * (uint32_t)units;
        avx2_write(call, &lanes, loaded, &clamp, attune_output_line(call, task->row), element, avx2_load(raw),
                   avx2_load(raw + 8));
    }
}

ATTUNE_TARGET_AVX2
static void row_read(fully_task *task) {
    const int8_t *input = attune_input_line(task->call, task->row);
    int32_t zero = task->call->record[ATTUNE_INPUT_ZERO];
    for (int32_t i = 0; i < task->depth; i++) {
        task->inputs[i] = (int16_t)(input[i] - zero);
    }
    for (int32_t i = task->depth; i < (task->depth + 15) / 16 * 16; i++) {
        task->inputs[i] = 0;
    }
}

int attune_fully_connected_avx2(const attune_call *call) {
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
