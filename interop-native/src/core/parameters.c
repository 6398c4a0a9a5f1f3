/* Where a layer's parameters are now, and what its output multipliers mean. */
#include "internal.h"

#include <stddef.h>
#include <string.h>

int32_t attune_binding_find(attune_memory *memory, int32_t binding, const int32_t **words) {
    int32_t status = attune_arena_range(memory, binding, ATTUNE_BINDING_WORDS * 4, 4);
    if (status == ATTUNE_OK) {
        attune_touch(memory, binding, ATTUNE_BINDING_WORDS * 4);
        *words = (const int32_t *)(const void *)(memory->arena + binding);
    }
    return status;
}

/* The bytes of an array that the binding places in the arena; 0 where the model's own is in force. */
static int64_t bound_bytes(const int32_t *binding, int32_t word, int64_t bytes) {
    return binding[word] == -1 ? 0 : bytes;
}

int32_t attune_parameters_find(attune_memory *memory, const int32_t *record, const int32_t *binding,
                               attune_parameters *parameters) {
    int64_t channels = attune_record_channels(record);
    const int64_t bytes[3] = {
        bound_bytes(binding, ATTUNE_BIND_WEIGHTS, channels * attune_record_filter_size(record)),
        bound_bytes(binding, ATTUNE_BIND_BIAS, channels * 4),
        bound_bytes(binding, ATTUNE_BIND_RESCALE, channels * 4),
    };
    const void *bound[3] = {NULL, NULL, NULL};
    for (int i = 0; i < 3; i++) {
        int32_t offset = binding[ATTUNE_BIND_WEIGHTS + i];
        int32_t status = bytes[i] == 0 ? ATTUNE_OK : attune_arena_range(memory, offset, bytes[i], i == 0 ? 1 : 4);
        if (status != ATTUNE_OK) {
            return status;
        }
        bound[i] = bytes[i] == 0 ? NULL : memory->arena + offset;
    }
    for (int i = 0; i < 3; i++) {
        if (bound[i] != NULL) {
            attune_touch(memory, binding[ATTUNE_BIND_WEIGHTS + i], bytes[i]);
        }
    }
    const uint8_t *model = memory->model;
    const void *model_bias = record[ATTUNE_BIAS] == -1 ? NULL : model + record[ATTUNE_BIAS];
    parameters->weights = bound[0] != NULL ? bound[0] : (const void *)(model + record[ATTUNE_WEIGHTS]);
    parameters->bias = bound[1] != NULL ? bound[1] : model_bias;
    parameters->multipliers = (const void *)(model + record[ATTUNE_MULTIPLIERS]);
    parameters->shifts = (const void *)(model + record[ATTUNE_SHIFTS]);
    parameters->rescale = bound[2];
    return ATTUNE_OK;
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
    return (double)multiplier / (double)((int64_t)1 << (31 - shift));
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
