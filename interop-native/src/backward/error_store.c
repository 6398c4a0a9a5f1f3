#include "error_call.h"

/* No error has more units. */
#define LARGEST (1 << 22)

/* The nearest integer, halves upward; values beyond the largest error, and NaN, are cut. */
static int32_t nearest(float value) {
    const float largest = (float)LARGEST;
    if (!(value > -largest)) {
        return -LARGEST;
    }
    if (value >= largest) {
        return LARGEST;
    }
    float shifted = value + 0.5f;
    int32_t whole = (int32_t)shifted;
    return (float)whole > shifted ? whole - 1 : whole;
}

void attune_error_store(const attune_error_call *call, int32_t element, int32_t count, const float *values,
                        float factor) {
    float parts_of_one = (float)(call->ratio * 256.0) * factor;
    int32_t channels = call->shape[3];
    int32_t channel = element % channels;
    for (int32_t i = 0; i < count; i++) {
        int32_t parts = nearest(values[i] * parts_of_one);
        call->result[element + i] = attune_error_round(parts, &call->carry[channel], call->nearest);
        channel = channel + 1 < channels ? channel + 1 : 0;
    }
}
