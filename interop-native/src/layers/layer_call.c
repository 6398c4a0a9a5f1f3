/* Running one layer: everything is checked and resolved here, so that kernels need no checks. */
#include "layer.h"
#include "backend.h"
#include "weighted.h"

#include <stddef.h>

#define WEIGHTED_MODES                                                                                                 \
    (ATTUNE_RUN_PROBE_WEIGHTS | ATTUNE_RUN_PROBE_BIASES | ATTUNE_RUN_PROBE_NODES | ATTUNE_RUN_STATISTICS |             \
     ATTUNE_RUN_ACCUMULATORS)

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

/* Bytes of a tensor of this shape in a buffer of so many lines. */
static int64_t buffer_bytes(const int32_t *shape, int32_t lines) {
    return lines == 0 ? elements(shape) : (int64_t)lines * shape[2] * shape[3];
}

void attune_call_ranges(const int32_t *record, const int32_t *binding, int32_t mode, attune_call_range *ranges) {
    int64_t channels = attune_record_channels(record);
    int32_t element = mode & ATTUNE_RUN_ACCUMULATORS ? 4 : 1;
    int constant = record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2;
    int binary = record[ATTUNE_INPUT2] >= 0 && !constant;
    int statistics = mode & ATTUNE_RUN_STATISTICS;
    const attune_call_range found[ATTUNE_CALL_RANGES] = {
        [ATTUNE_CALL_INPUT] = {binding[ATTUNE_BIND_INPUT],
                               buffer_bytes(record + ATTUNE_INPUT_N, binding[ATTUNE_BIND_INPUT_LINES]), 1, 0},
        [ATTUNE_CALL_INPUT2] = {binding[ATTUNE_BIND_INPUT2],
                                binary ? buffer_bytes(record + ATTUNE_INPUT2_N, binding[ATTUNE_BIND_INPUT2_LINES]) : 0,
                                1, 0},
        [ATTUNE_CALL_OUTPUT] = {binding[ATTUNE_BIND_OUTPUT],
                                buffer_bytes(record + ATTUNE_OUTPUT_N, binding[ATTUNE_BIND_OUTPUT_LINES]) * element,
                                element, 1},
        [ATTUNE_CALL_SCRATCH] = {binding[ATTUNE_BIND_SCRATCH], scratch_bytes(record), 16, 1},
        [ATTUNE_CALL_STATISTICS] = {binding[ATTUNE_BIND_STATISTICS], statistics ? 16 * channels : 0, 8, 1},
        [ATTUNE_CALL_WEIGHTS] = {binding[ATTUNE_BIND_WEIGHTS], channels * attune_record_filter_size(record), 1, 0},
        [ATTUNE_CALL_BIAS] = {binding[ATTUNE_BIND_BIAS], 4 * channels, 4, 0},
        [ATTUNE_CALL_RESCALE] = {binding[ATTUNE_BIND_RESCALE], 4 * channels, 4, 0},
    };
    for (int i = 0; i < ATTUNE_CALL_RANGES; i++) {
        ranges[i] = found[i];
        if (i >= ATTUNE_CALL_WEIGHTS && (!attune_record_has_weights(record) || found[i].offset == -1)) {
            ranges[i].bytes = 0;
        }
    }
}

static int in_place_allowed(const int32_t *record) {
    return record[ATTUNE_OPERATOR] == ATTUNE_RESHAPE || record[ATTUNE_OPERATOR] == ATTUNE_REQUANTIZE;
}

int attune_ranges_apart(const attune_call_range *a, const attune_call_range *b) {
    return a->bytes == 0 || b->bytes == 0 || a->offset + a->bytes <= b->offset || b->offset + b->bytes <= a->offset;
}

static int32_t ranges_check(const attune_memory *memory, const int32_t *record, const attune_call_range *ranges) {
    for (int i = 0; i < ATTUNE_CALL_RANGES; i++) {
        if (ranges[i].bytes > 0) {
            int32_t status = attune_arena_range(memory, ranges[i].offset, ranges[i].bytes, ranges[i].alignment);
            if (status != ATTUNE_OK) {
                return status;
            }
        }
    }
    for (int i = 0; i < ATTUNE_CALL_RANGES; i++) {
        for (int j = i + 1; j < ATTUNE_CALL_RANGES; j++) {
            int in_place = i == ATTUNE_CALL_INPUT && j == ATTUNE_CALL_OUTPUT && ranges[i].offset == ranges[j].offset &&
                           in_place_allowed(record);
            if ((ranges[i].written || ranges[j].written) && !in_place && !attune_ranges_apart(&ranges[i], &ranges[j])) {
                return ATTUNE_ERROR_ARGUMENT;
            }
        }
    }
    return ATTUNE_OK;
}

void attune_portable_run(const attune_call *call) {
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
    case ATTUNE_MEDIAN_2D:
        attune_median_2d_s8(call);
        break;
    }
}

/* Lines that a buffer holds; 0 stands for all of them. ATTUNE_ERROR_ARGUMENT where it has more lines than the tensor.
 */
static int32_t ring_find(const int32_t *shape, int32_t lines, int32_t *ring) {
    *ring = lines == 0 ? shape[0] * shape[1] : lines;
    return lines >= 0 && lines <= shape[0] * shape[1] ? ATTUNE_OK : ATTUNE_ERROR_ARGUMENT;
}

/* The threshold in force; the record's is checked already. */
static int32_t threshold_find(const int32_t *record, const int32_t *binding, int32_t *threshold) {
    int32_t bound = binding[ATTUNE_BIND_THRESHOLD];
    *threshold = bound == -1 ? record[ATTUNE_THRESHOLD] : bound;
    return record[ATTUNE_OPERATOR] != ATTUNE_MEDIAN_2D || (bound >= -1 && bound <= 255) ? ATTUNE_OK
                                                                                        : ATTUNE_ERROR_ARGUMENT;
}

int32_t attune_call_find(attune_memory *memory, int32_t record, int32_t binding, int32_t mode, attune_call *call) {
    attune_call_range ranges[ATTUNE_CALL_RANGES];
    const int32_t *bound;
    int32_t status = attune_record_find(memory, record, &call->record);
    if (status == ATTUNE_OK) {
        status = mode_check(call->record, mode);
    }
    if (status == ATTUNE_OK) {
        status = attune_binding_find(memory, binding, &bound);
    }
    if (status == ATTUNE_OK) {
        status = ring_find(call->record + ATTUNE_INPUT_N, bound[ATTUNE_BIND_INPUT_LINES], &call->input_ring);
    }
    if (status == ATTUNE_OK) {
        status = ring_find(call->record + ATTUNE_INPUT2_N, bound[ATTUNE_BIND_INPUT2_LINES], &call->input2_ring);
    }
    if (status == ATTUNE_OK) {
        status = ring_find(call->record + ATTUNE_OUTPUT_N, bound[ATTUNE_BIND_OUTPUT_LINES], &call->output_ring);
    }
    if (status == ATTUNE_OK) {
        status = threshold_find(call->record, bound, &call->threshold);
    }
    if (status == ATTUNE_OK) {
        attune_call_ranges(call->record, bound, mode, ranges);
        status = ranges_check(memory, call->record, ranges);
    }
    if (status == ATTUNE_OK && attune_record_has_weights(call->record)) {
        status = attune_parameters_find(memory, call->record, bound, &call->parameters);
    }
    if (status != ATTUNE_OK) {
        return status;
    }
    for (int i = 0; i < ATTUNE_CALL_RANGES; i++) {
        if (ranges[i].bytes > 0) {
            attune_touch(memory, ranges[i].offset, ranges[i].bytes);
        }
    }
    call->mode = mode;
    call->input = (const int8_t *)memory->arena + ranges[ATTUNE_CALL_INPUT].offset;
    call->output = memory->arena + ranges[ATTUNE_CALL_OUTPUT].offset;
    if (ranges[ATTUNE_CALL_INPUT2].bytes > 0) {
        call->input2 = (const int8_t *)memory->arena + ranges[ATTUNE_CALL_INPUT2].offset;
    } else if (call->record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2) {
        call->input2 = (const int8_t *)memory->model + call->record[ATTUNE_WEIGHTS];
    }
    if (ranges[ATTUNE_CALL_SCRATCH].bytes > 0) {
        call->scratch = memory->arena + ranges[ATTUNE_CALL_SCRATCH].offset;
    }
    if (ranges[ATTUNE_CALL_STATISTICS].bytes > 0) {
        call->sums = (int64_t *)(void *)(memory->arena + ranges[ATTUNE_CALL_STATISTICS].offset);
    }
    return ATTUNE_OK;
}

void attune_call_run(const attune_call *call) {
    if (!attune_backend_run(call)) {
        attune_portable_run(call);
    }
}

int32_t attune_layer_run(int32_t arena, int32_t record, int32_t binding, int32_t mode, uint32_t seed_low,
                         uint32_t seed_high) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    attune_call call = {.seed_low = seed_low, .seed_high = seed_high};
    int32_t status = attune_call_find(memory, record, binding, mode, &call);
    if (status != ATTUNE_OK) {
        return status;
    }
    call.line_count = call.record[ATTUNE_OUTPUT_N] * call.record[ATTUNE_OUTPUT_N + 1];
    int32_t inputs = call.record[ATTUNE_INPUT_N] * call.record[ATTUNE_INPUT_N + 1];
    int32_t inputs2 = call.record[ATTUNE_INPUT2_N] * call.record[ATTUNE_INPUT2_N + 1];
    if (call.input_ring < inputs || call.input2_ring < inputs2 || call.output_ring < call.line_count) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_call_run(&call);
    return ATTUNE_OK;
}
