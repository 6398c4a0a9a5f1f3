#include "error_call.h"

/* The nearest integer, halves upward; values beyond the largest error, and NaN, are cut. */
static int32_t nearest(float value) {
    const float largest = (float)ATTUNE_LARGEST_ERROR;
    if (!(value > -largest)) {
        return -ATTUNE_LARGEST_ERROR;
    }
    if (value >= largest) {
        return ATTUNE_LARGEST_ERROR;
    }
    float shifted = value + 0.5f;
    int32_t whole = (int32_t)shifted;
    return (float)whole > shifted ? whole - 1 : whole;
}

void attune_error_store(const attune_error_call *call, int32_t element, int32_t count, const float *values,
                        float factor) {
    float parts_of_one = (float)(call->ratio * 256.0) * factor;
    int32_t row = call->shape[2] * call->shape[3];
    int32_t line = element / row;
    int32_t at = element - line * row;
    uint32_t word = attune_error_line(&call->rounding, line);
    for (int32_t i = 0; i < count; i++) {
        int32_t parts = nearest(values[i] * parts_of_one);
        call->result[element + i] = attune_error_round(parts, attune_error_byte(&call->rounding, word, at));
        if (++at == row) {
            at = 0;
            word = attune_error_line(&call->rounding, ++line);
        }
    }
}
