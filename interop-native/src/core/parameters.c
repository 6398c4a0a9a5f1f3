#include "parameters.h"

#include <stddef.h>
#include <string.h>

int32_t attune_binding_find(const attune_memory *memory, int32_t binding, const int32_t **words) {
    int32_t status = attune_arena_range(memory, binding, ATTUNE_BINDING_WORDS * 4, 4);
    if (status != ATTUNE_OK) {
        return status;
    }
    *words = (const int32_t *)(const void *)(memory->arena + binding);
    return ATTUNE_OK;
}

void attune_parameter_ranges(const int32_t *record, const int32_t *bound, attune_range *ranges) {
    int64_t channels = attune_record_channels(record);
    int64_t weights = channels * attune_record_filter_size(record);
    ranges[ATTUNE_RANGE_WEIGHTS] = attune_optional_range(bound[ATTUNE_BIND_WEIGHTS], weights, 1, 0);
    ranges[ATTUNE_RANGE_BIAS] = attune_optional_range(bound[ATTUNE_BIND_BIAS], channels * 4, 4, 0);
    ranges[ATTUNE_RANGE_RESCALE] = attune_optional_range(bound[ATTUNE_BIND_RESCALE], channels * 4, 4, 0);
}

/* An array of the arena if the binding names one, else of the model if the record names one. */
static const void *resolve(const attune_memory *memory, const int32_t *record, int32_t field, const int32_t *bound,
                           int32_t word) {
    if (bound != NULL && bound[word] != -1) {
        return memory->arena + bound[word];
    }
    return record[field] == -1 ? NULL : memory->model + record[field];
}

void attune_parameters_resolve(const attune_memory *memory, const int32_t *record, const int32_t *bound,
                               attune_parameters *parameters) {
    int rescaled = bound != NULL && bound[ATTUNE_BIND_RESCALE] != -1;
    parameters->weights = resolve(memory, record, ATTUNE_WEIGHTS, bound, ATTUNE_BIND_WEIGHTS);
    parameters->bias = resolve(memory, record, ATTUNE_BIAS, bound, ATTUNE_BIND_BIAS);
    parameters->multipliers = (const void *)(memory->model + record[ATTUNE_MULTIPLIERS]);
    parameters->shifts = (const void *)(memory->model + record[ATTUNE_SHIFTS]);
    parameters->rescale = rescaled ? (const void *)(memory->arena + bound[ATTUNE_BIND_RESCALE]) : NULL;
}

static void multiplier_from_float(float value, int32_t *multiplier, int32_t *shift) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    /* Of the sign, the exponent and the fraction: value = (fraction + 2^23) * 2^(exponent - 150). */
    int32_t exponent = (int32_t)(bits >> 23) - 126;
    if (bits >= 0x7f800000u || exponent < -31) {
        *multiplier = 0;
        *shift = 0;
    } else if (exponent > 30) {
        *multiplier = INT32_MAX;
        *shift = 30;
    } else {
        *multiplier = (int32_t)(((bits & 0x7fffffu) | 0x800000u) << 7);
        *shift = exponent;
    }
}

void attune_channel_multiplier(const attune_parameters *parameters, int32_t channel, int32_t *multiplier,
                               int32_t *shift) {
    if (parameters->rescale != NULL) {
        multiplier_from_float(parameters->rescale[channel], multiplier, shift);
    } else {
        *multiplier = parameters->multipliers[channel];
        *shift = parameters->shifts[channel];
    }
}

double attune_channel_real(const attune_parameters *parameters, int32_t channel) {
    int32_t multiplier;
    int32_t shift;
    attune_channel_multiplier(parameters, channel, &multiplier, &shift);
    uint64_t bits = (uint64_t)(shift - 31 + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return (double)multiplier * power;
}

void attune_channel_floats(const attune_parameters *parameters, int32_t first, int32_t count, float *values) {
    for (int32_t i = 0; i < count; i++) {
        int32_t multiplier;
        int32_t shift;
        if (parameters->rescale != NULL) {
            multiplier_from_float(parameters->rescale[first + i], &multiplier, &shift);
        } else {
            multiplier = parameters->multipliers[first + i];
            shift = parameters->shifts[first + i];
        }
        uint32_t bits = (uint32_t)(shift - 31 + 127) << 23;
        float power;
        memcpy(&power, &bits, sizeof power);
        values[i] = (float)multiplier * power;
    }
}

/* 1 / M in double arithmetic, which is slow where it is emulated. */
static int32_t large_step(double real_multiplier) {
    const int32_t largest = 1 << 30;
    double step = 1 / real_multiplier;
    return step >= largest ? largest : (int32_t)(step + 0.5);
}

int32_t attune_bias_step(const attune_parameters *parameters, int32_t channel) {
    const uint64_t exact = 1 << 20;
    int32_t multiplier;
    int32_t shift;
    attune_channel_multiplier(parameters, channel, &multiplier, &shift);
    /* Where M is 1 or more, round(1 / M) is 0 or 1. */
    if (multiplier <= 0 || shift > 0) {
        return 1;
    }
    /* round(2^(31 - shift) / multiplier). Below 2^20 no quotient is so near to a half that double would round it to the
     * other side; above, the double's value counts. */
    uint64_t twice = (uint64_t)multiplier * 2;
    uint64_t step = (((uint64_t)1 << (32 - shift)) + (uint64_t)multiplier) / twice;
    return step < exact ? (int32_t)step : large_step(attune_channel_real(parameters, channel));
}
