/* Everything about a call is checked and resolved here, so that kernels need no checks. */
#include "layer_call.h"

#include "../kernels/checks.h"
#include "../kernels/operators.h"
#include "backend.h"
#include "mask.h"
#include "record_check.h"

#include <stddef.h>

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
    int32_t alone = ATTUNE_RUN_STATISTICS | ATTUNE_RUN_ACCUMULATORS; /* no mask beside these */
    if (mode & ~(attune_operator_find(record)->modes | ATTUNE_RUN_MASK) || (mode & ATTUNE_RUN_MASK && mode & alone)) {
        return ATTUNE_ERROR_MODE;
    }
    return mode & ATTUNE_RUN_STATISTICS && !statistics_fit(record) ? ATTUNE_ERROR_RANGE : ATTUNE_OK;
}

/* Bytes of a tensor of this shape in a buffer of so many lines. */
static int64_t buffer_bytes(const int32_t *shape, int32_t lines) {
    return lines == 0 ? attune_shape_elements(shape) : (int64_t)lines * shape[2] * shape[3];
}

void attune_call_ranges(const int32_t *record, const int32_t *bound, int32_t mode, attune_range *ranges) {
    const attune_operator_rules *rules = attune_operator_find(record);
    int32_t element = mode & ATTUNE_RUN_ACCUMULATORS ? 4 : 1;
    int tensor2 = rules->properties & ATTUNE_BINARY && !(record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2);
    int64_t input = buffer_bytes(record + ATTUNE_INPUT_N, bound[ATTUNE_BIND_INPUT_LINES]);
    int64_t input2 = tensor2 ? buffer_bytes(record + ATTUNE_INPUT2_N, bound[ATTUNE_BIND_INPUT2_LINES]) : 0;
    int64_t output = buffer_bytes(record + ATTUNE_OUTPUT_N, bound[ATTUNE_BIND_OUTPUT_LINES]) * element;
    int64_t scratch = rules->scratch == NULL ? 0 : rules->scratch(record);
    int64_t statistics = mode & ATTUNE_RUN_STATISTICS ? 16 * (int64_t)attune_record_channels(record) : 0;
    int64_t lines = attune_record_lines(record, ATTUNE_OUTPUT_N);
    int64_t mask = mode & ATTUNE_RUN_MASK ? 4 * lines * attune_mask_words(record) : 0;
    ranges[ATTUNE_CALL_INPUT] = (attune_range){bound[ATTUNE_BIND_INPUT], input, 1, 0};
    ranges[ATTUNE_CALL_INPUT2] = (attune_range){bound[ATTUNE_BIND_INPUT2], input2, 1, 0};
    ranges[ATTUNE_CALL_OUTPUT] = (attune_range){bound[ATTUNE_BIND_OUTPUT], output, element, 1};
    ranges[ATTUNE_CALL_SCRATCH] = (attune_range){bound[ATTUNE_BIND_SCRATCH], scratch, 16, 1};
    ranges[ATTUNE_CALL_STATISTICS] =
        (attune_range){bound[ATTUNE_BIND_STATISTICS], statistics + mask, mask > 0 ? 4 : 8, 1};
    attune_range *parameters = ranges + ATTUNE_CALL_PARAMETERS;
    if (attune_record_has_weights(record)) {
        attune_parameter_ranges(record, bound, parameters);
        return;
    }
    for (int i = 0; i < ATTUNE_PARAMETER_RANGES; i++) {
        parameters[i] = (attune_range){0, 0, 1, 0};
    }
}

static int32_t ranges_check(const attune_memory *memory, const int32_t *record, attune_range *ranges) {
    attune_range *input = &ranges[ATTUNE_CALL_INPUT];
    attune_range *output = &ranges[ATTUNE_CALL_OUTPUT];
    if (input->offset == output->offset && attune_operator_find(record)->properties & ATTUNE_IN_PLACE) {
        /* One range, as long as the longer of both. */
        output->bytes = input->bytes > output->bytes ? input->bytes : output->bytes;
        input->bytes = 0;
    }
    return attune_ranges_check(memory, ranges, ATTUNE_CALL_RANGES);
}

/* Lines that a buffer holds; 0 stands for all of them. ATTUNE_ERROR_ARGUMENT where it has more lines than the tensor.
 */
static int32_t ring_find(const int32_t *record, int32_t shape, int32_t lines, int32_t *ring) {
    int32_t all = attune_record_lines(record, shape);
    *ring = lines == 0 ? all : lines;
    return attune_between(lines, 0, all) ? ATTUNE_OK : ATTUNE_ERROR_ARGUMENT;
}

/* What the binding says of the call besides places. */
static int32_t bound_find(const int32_t *bound, attune_call *call) {
    const int32_t *record = call->record;
    int32_t status = ring_find(record, ATTUNE_INPUT_N, bound[ATTUNE_BIND_INPUT_LINES], &call->input_ring);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = ring_find(record, ATTUNE_INPUT2_N, bound[ATTUNE_BIND_INPUT2_LINES], &call->input2_ring);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = ring_find(record, ATTUNE_OUTPUT_N, bound[ATTUNE_BIND_OUTPUT_LINES], &call->output_ring);
    if (status != ATTUNE_OK) {
        return status;
    }
    const attune_operator_rules *rules = attune_operator_find(record);
    return rules->bind == NULL || rules->bind(bound, call) ? ATTUNE_OK : ATTUNE_ERROR_ARGUMENT;
}

int32_t attune_call_find(const attune_memory *memory, int32_t record, int32_t binding, int32_t mode,
                         attune_call *call) {
    attune_range ranges[ATTUNE_CALL_RANGES];
    const int32_t *bound;
    int32_t status = attune_record_find(memory, record, &call->record);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = mode_check(call->record, mode);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_binding_find(memory, binding, &bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = bound_find(bound, call);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_call_ranges(call->record, bound, mode, ranges);
    status = ranges_check(memory, call->record, ranges);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (attune_record_has_weights(call->record)) {
        attune_parameters_resolve(memory, call->record, bound, &call->parameters);
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
    if (mode & ATTUNE_RUN_STATISTICS) {
        call->sums = (int64_t *)(void *)(memory->arena + ranges[ATTUNE_CALL_STATISTICS].offset);
    }
    if (mode & ATTUNE_RUN_MASK) {
        call->mask = (uint32_t *)(void *)(memory->arena + ranges[ATTUNE_CALL_STATISTICS].offset);
    }
    return ATTUNE_OK;
}

void attune_call_touch(attune_memory *memory, int32_t binding, const attune_call *call) {
    attune_range ranges[ATTUNE_CALL_RANGES];
    const int32_t *bound = (const int32_t *)(const void *)(memory->arena + binding);
    attune_call_ranges(call->record, bound, call->mode, ranges);
    attune_touch(memory, binding, ATTUNE_BINDING_WORDS * 4);
    attune_ranges_touch(memory, ranges, ATTUNE_CALL_RANGES);
}

void attune_portable_run(const attune_call *call) {
    attune_operator_find(call->record)->run(call);
}

void attune_call_run(const attune_call *call) {
    if (!attune_backend_run(call)) {
        attune_portable_run(call);
    }
    if (call->mask != NULL) {
        attune_mask_write(call);
    }
}
