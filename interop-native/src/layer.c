/* Running one layer: everything is checked and resolved here, so that kernels need no checks. */
#include "backend.h"
#include "weighted.h"

#include <stddef.h>

#define WEIGHTED_MODES                                                                                                 \
    (ATTUNE_RUN_PROBE_WEIGHTS | ATTUNE_RUN_PROBE_BIASES | ATTUNE_RUN_PROBE_NODES | ATTUNE_RUN_STATISTICS |             \
     ATTUNE_RUN_ACCUMULATORS)

/* Bytes of the arena that a call uses. bytes = 0: not used. */
typedef struct arena_range {
    int32_t offset;
    int64_t bytes;
    int32_t alignment;
    int32_t written;
} arena_range;

enum { INPUT, INPUT2, OUTPUT, SCRATCH, STATISTICS, WEIGHTS, BIAS, RESCALE, RANGES };

static int64_t elements(const int32_t *shape) {
    return (int64_t)shape[0] * shape[1] * shape[2] * shape[3];
}

static int32_t scratch_bytes(const int32_t *record) {
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        return attune_conv_2d_scratch(record);
    case ATTUNE_DEPTHWISE_CONV_2D:
        return attune_depthwise_conv_2d_scratch(record);
    default:
        return 0;
    }
}

int32_t attune_layer_check(int32_t arena, int32_t record) {
    const attune_memory *memory = attune_memory_find(arena);
    const int32_t *words;
    return memory == NULL ? ATTUNE_ERROR_HANDLE : attune_record_find(memory, record, &words);
}

int32_t attune_layer_scratch(int32_t arena, int32_t record) {
    const attune_memory *memory = attune_memory_find(arena);
    const int32_t *words;
    int32_t status = memory == NULL ? ATTUNE_ERROR_HANDLE : attune_record_find(memory, record, &words);
    return status == ATTUNE_OK ? scratch_bytes(words) : status;
}

/* Whether sums of squares of the accumulators fit in int64 whatever the data. */
static int statistics_fit(const int32_t *record) {
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    int32_t weights_zero = record[ATTUNE_WEIGHTS_ZERO];
    int64_t input = zero < 0 ? 127 - zero : 128 + zero;
    int64_t weight = (weights_zero < 0 ? 127 - weights_zero : 128 + weights_zero) + 1;
    int64_t largest = input * weight * attune_record_filter_size(record);
    return attune_record_positions(record) <= INT64_MAX / (largest * largest);
}

static int32_t mode_check(const int32_t *record, int32_t mode) {
    if (mode & ~(attune_record_has_weights(record) ? WEIGHTED_MODES : 0)) {
        return ATTUNE_ERROR_MODE;
    }
    return mode & ATTUNE_RUN_STATISTICS && !statistics_fit(record) ? ATTUNE_ERROR_RANGE : ATTUNE_OK;
}

static void ranges_find(const int32_t *record, const int32_t *binding, int32_t mode, arena_range *ranges) {
    int64_t channels = attune_record_channels(record);
    int32_t element = mode & ATTUNE_RUN_ACCUMULATORS ? 4 : 1;
    int constant = record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2;
    int binary = record[ATTUNE_INPUT2] >= 0 && !constant;
    int statistics = mode & ATTUNE_RUN_STATISTICS;
    const arena_range found[RANGES] = {
        [INPUT] = {binding[ATTUNE_BIND_INPUT], elements(record + ATTUNE_INPUT_N), 1, 0},
        [INPUT2] = {binding[ATTUNE_BIND_INPUT2], binary ? elements(record + ATTUNE_INPUT2_N) : 0, 1, 0},
        [OUTPUT] = {binding[ATTUNE_BIND_OUTPUT], elements(record + ATTUNE_OUTPUT_N) * element, element, 1},
        [SCRATCH] = {binding[ATTUNE_BIND_SCRATCH], scratch_bytes(record), 16, 1},
        [STATISTICS] = {binding[ATTUNE_BIND_STATISTICS], statistics ? 16 * channels : 0, 8, 1},
        [WEIGHTS] = {binding[ATTUNE_BIND_WEIGHTS], channels * attune_record_filter_size(record), 1, 0},
        [BIAS] = {binding[ATTUNE_BIND_BIAS], 4 * channels, 4, 0},
        [RESCALE] = {binding[ATTUNE_BIND_RESCALE], 4 * channels, 4, 0},
    };
    for (int i = 0; i < RANGES; i++) {
        ranges[i] = found[i];
        if (i >= WEIGHTS && (!attune_record_has_weights(record) || found[i].offset == -1)) {
            ranges[i].bytes = 0;
        }
    }
}

static int in_place_allowed(const int32_t *record) {
    return record[ATTUNE_OPERATOR] == ATTUNE_RESHAPE || record[ATTUNE_OPERATOR] == ATTUNE_REQUANTIZE;
}

/* Whether what is written at a lies apart from what is used at b. */
static int apart(const arena_range *a, const arena_range *b) {
    return a->bytes == 0 || b->bytes == 0 || a->offset + a->bytes <= b->offset || b->offset + b->bytes <= a->offset;
}

static int32_t ranges_check(const attune_memory *memory, const int32_t *record, const arena_range *ranges) {
    for (int i = 0; i < RANGES; i++) {
        if (ranges[i].bytes > 0) {
            int32_t status = attune_arena_range(memory, ranges[i].offset, ranges[i].bytes, ranges[i].alignment);
            if (status != ATTUNE_OK) {
                return status;
            }
        }
    }
    for (int i = 0; i < RANGES; i++) {
        for (int j = i + 1; j < RANGES; j++) {
            int in_place =
                i == INPUT && j == OUTPUT && ranges[i].offset == ranges[j].offset && in_place_allowed(record);
            if ((ranges[i].written || ranges[j].written) && !in_place && !apart(&ranges[i], &ranges[j])) {
                return ATTUNE_ERROR_ARGUMENT;
            }
        }
    }
    return ATTUNE_OK;
}

static void dispatch(const attune_call *call) {
    switch (call->record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        attune_conv_2d_s8(call);
        break;
    case ATTUNE_DEPTHWISE_CONV_2D:
        attune_depthwise_conv_2d_s8(call);
        break;
    case ATTUNE_FULLY_CONNECTED:
        attune_fully_connected_s8(call);
        break;
    case ATTUNE_ADD:
        attune_add_s8(call);
        break;
    case ATTUNE_MUL:
        attune_mul_s8(call);
        break;
    case ATTUNE_AVERAGE_POOL_2D:
        attune_average_pool_2d_s8(call);
        break;
    case ATTUNE_MAX_POOL_2D:
        attune_max_pool_2d_s8(call);
        break;
    case ATTUNE_MEAN:
        attune_mean_s8(call);
        break;
    case ATTUNE_PAD:
        attune_pad_s8(call);
        break;
    case ATTUNE_SOFTMAX:
        attune_softmax_s8(call);
        break;
    case ATTUNE_RESHAPE:
        attune_reshape_s8(call);
        break;
    case ATTUNE_REQUANTIZE:
        attune_requantize_s8(call);
        break;
    case ATTUNE_UPSAMPLE:
        attune_upsample_s8(call);
        break;
    }
}

int32_t attune_layer_run(int32_t arena, int32_t record, int32_t binding, int32_t mode, uint32_t seed_low,
                         uint32_t seed_high) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    attune_call call = {.mode = mode, .seed_low = seed_low, .seed_high = seed_high};
    arena_range ranges[RANGES];
    const int32_t *bound;
    int32_t status = attune_record_find(memory, record, &call.record);
    if (status == ATTUNE_OK) {
        status = mode_check(call.record, mode);
    }
    if (status == ATTUNE_OK) {
        status = attune_binding_find(memory, binding, &bound);
    }
    if (status == ATTUNE_OK) {
        ranges_find(call.record, bound, mode, ranges);
        status = ranges_check(memory, call.record, ranges);
    }
    if (status == ATTUNE_OK && attune_record_has_weights(call.record)) {
        status = attune_parameters_find(memory, call.record, bound, &call.parameters);
    }
    if (status != ATTUNE_OK) {
        return status;
    }
    for (int i = 0; i < RANGES; i++) {
        if (ranges[i].bytes > 0) {
            attune_touch(memory, ranges[i].offset, ranges[i].bytes);
        }
    }
    call.input = (const int8_t *)memory->arena + ranges[INPUT].offset;
    call.output = memory->arena + ranges[OUTPUT].offset;
    if (ranges[INPUT2].bytes > 0) {
        call.input2 = (const int8_t *)memory->arena + ranges[INPUT2].offset;
    } else if (call.record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2) {
        call.input2 = (const int8_t *)memory->model + call.record[ATTUNE_WEIGHTS];
    }
    if (ranges[SCRATCH].bytes > 0) {
        call.scratch = memory->arena + ranges[SCRATCH].offset;
    }
    if (ranges[STATISTICS].bytes > 0) {
        call.sums = (int64_t *)(void *)(memory->arena + ranges[STATISTICS].offset);
    }
    call.line_count = call.record[ATTUNE_OUTPUT_N] * call.record[ATTUNE_OUTPUT_N + 1];
    call.input_ring = call.record[ATTUNE_INPUT_N] * call.record[ATTUNE_INPUT_N + 1];
    call.input2_ring = call.record[ATTUNE_INPUT2_N] * call.record[ATTUNE_INPUT2_N + 1];
    call.output_ring = call.line_count;
    if (!attune_backend_run(&call)) {
        dispatch(&call);
    }
    return ATTUNE_OK;
}
