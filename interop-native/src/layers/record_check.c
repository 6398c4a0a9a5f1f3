#include "record_check.h"

#include "../kernels/checks.h"
#include "../kernels/operators.h"

#include <stddef.h>

#define LARGEST_TENSOR (1 << 26)

static int shape_good(const int32_t *shape) {
    int64_t elements = 1;
    for (int axis = 0; axis < 4; axis++) {
        if (!attune_between(shape[axis], 1, ATTUNE_LARGEST_DIMENSION)) {
            return 0;
        }
        elements *= shape[axis];
        if (elements > LARGEST_TENSOR) {
            return 0;
        }
    }
    return 1;
}

/* Finite and not negative. */
static int scale_good(const int32_t *record, int32_t word) {
    return (uint32_t)record[word] < 0x7f800000u;
}

/* Operands, shapes and what all operators have in common. */
static int operands_good(const int32_t *record, int binary) {
    int32_t flags = record[ATTUNE_FLAGS];
    if (!attune_between(flags, 0, binary ? ATTUNE_FLAG_CONSTANT_INPUT2 : 0) || record[ATTUNE_INPUT] < 0) {
        return 0;
    }
    if (binary && flags == 0 ? record[ATTUNE_INPUT2] < 0 : record[ATTUNE_INPUT2] != -1) {
        return 0;
    }
    return shape_good(record + ATTUNE_INPUT_N) && shape_good(record + ATTUNE_OUTPUT_N) &&
           (!binary || shape_good(record + ATTUNE_INPUT2_N)) && attune_between(record[ATTUNE_INPUT_ZERO], -128, 127) &&
           attune_between(record[ATTUNE_OUTPUT_ZERO], -128, 127) && scale_good(record, ATTUNE_INPUT_SCALE) &&
           scale_good(record, ATTUNE_INPUT2_SCALE) && scale_good(record, ATTUNE_OUTPUT_SCALE);
}

/* attune_multiplier_good of every channel. Every call of a layer asks it, so the usual values are judged together: a
 * multiplier whose highest bits are 01, and a shift of -31..0. */
static int multipliers_good(const int32_t *multipliers, const int32_t *shifts, int32_t channels) {
    uint32_t bits = 0;
    uint32_t lengths = 0;
#if defined(__GNUC__)
#pragma GCC unroll 4
#endif
    for (int32_t channel = 0; channel < channels; channel++) {
        bits |= (uint32_t)multipliers[channel] ^ (1u << 30);
        lengths |= (uint32_t)shifts[channel] + 31;
    }
    if (bits >> 30 == 0 && lengths <= 31) {
        return 1;
    }
    for (int32_t channel = 0; channel < channels; channel++) {
        if (!attune_multiplier_good(multipliers[channel], shifts[channel])) {
            return 0;
        }
    }
    return 1;
}

/* The arrays of a layer with weights, and the values in them that arithmetic relies on. */
static int32_t parameters_check(const attune_memory *memory, const int32_t *record) {
    int32_t channels = attune_record_channels(record);
    const struct {
        int32_t word;
        int32_t optional; /* -1 stands for none */
        int32_t alignment;
        int64_t bytes;
    } arrays[] = {
        {ATTUNE_WEIGHTS, 0, 1, (int64_t)channels * attune_record_filter_size(record)},
        {ATTUNE_BIAS, 1, 4, (int64_t)channels * 4},
        {ATTUNE_MULTIPLIERS, 0, 4, (int64_t)channels * 4},
        {ATTUNE_SHIFTS, 0, 4, (int64_t)channels * 4},
        {ATTUNE_SCALES, 1, 4, (int64_t)channels * 4},
        {ATTUNE_STATISTICS, 1, 4, (int64_t)channels * 8},
    };
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        int32_t offset = record[arrays[i].word];
        if (offset == -1 && arrays[i].optional) {
            continue;
        }
        int32_t status = attune_model_range(memory, offset, arrays[i].bytes, arrays[i].alignment);
        if (status != ATTUNE_OK) {
            return status;
        }
    }
    const int32_t *multipliers = (const int32_t *)(const void *)(memory->model + record[ATTUNE_MULTIPLIERS]);
    const int32_t *shifts = (const int32_t *)(const void *)(memory->model + record[ATTUNE_SHIFTS]);
    return multipliers_good(multipliers, shifts, channels) ? ATTUNE_OK : ATTUNE_ERROR_RECORD;
}

/* The arrays of the model that a record names. */
static int32_t arrays_check(const attune_memory *memory, const int32_t *record) {
    if (attune_record_has_weights(record)) {
        return parameters_check(memory, record);
    }
    if (record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2) {
        return attune_model_range(memory, record[ATTUNE_WEIGHTS], attune_shape_elements(record + ATTUNE_INPUT2_N), 1);
    }
    return ATTUNE_OK;
}

int32_t attune_record_find(const attune_memory *memory, int32_t record, const int32_t **words) {
    if (memory->model == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    int32_t status = attune_model_range(memory, record, ATTUNE_RECORD_WORDS * 4, 4);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *found = (const int32_t *)(const void *)(memory->model + record);
    const attune_operator_rules *rules = attune_operator_find(found);
    if (rules == NULL || !operands_good(found, rules->properties & ATTUNE_BINARY) || !rules->record_good(found)) {
        return ATTUNE_ERROR_RECORD;
    }
    status = arrays_check(memory, found);
    if (status != ATTUNE_OK) {
        return status;
    }
    *words = found;
    return ATTUNE_OK;
}
