#include "../layers/backend.h"
#include "error_call.h"

#include <stddef.h>

/* The nearest integer, halves upward; values beyond the largest error, and NaN, are cut. */
static int32_t nearest(float value) {
    const float largest = (float)ATTUNE_ERROR_PARTS;
    if (!(value > -largest)) {
        return -ATTUNE_ERROR_PARTS;
    }
    if (value >= largest) {
        return ATTUNE_ERROR_PARTS;
    }
    float shifted = value + 0.5f;
    int32_t whole = (int32_t)shifted;
    return (float)whole > shifted ? whole - 1 : whole;
}

void attune_error_table_fill(const attune_error_call *call, float factor, attune_error_table *table) {
    float parts_of_one = (float)(call->ratio * 256.0) * factor;
    for (int32_t error = -128; error < 128; error++) {
        table->parts[error + 128] = nearest((float)error * parts_of_one);
    }
}

void attune_error_table_share(const attune_error_call *call, float size, attune_error_table *table) {
    float parts_of_one = (float)(call->ratio * 256.0);
    for (int32_t error = -128; error < 128; error++) {
        table->parts[error + 128] = nearest((float)error / size * parts_of_one);
    }
}

void attune_error_copy(const attune_error_call *call, const attune_error_table *table, int32_t from, int32_t to,
                       int32_t count) {
    int32_t channels = call->shape[3];
    int32_t positions = count / channels;
    const int8_t *error = call->error + from;
    int8_t *result = call->result + to;
    const attune_error_twins *twins = call->nearest ? NULL : attune_backend_errors();
    int32_t done = twins == NULL ? 0 : twins->look_up(error, positions, channels, table->parts, call->carry, result);
    for (int32_t p = 0; p < positions && done < channels; p++) {
        for (int32_t i = done; i < channels; i++) {
            result[i] = attune_error_round(table->parts[error[i] + 128], &call->carry[i], call->nearest);
        }
        error += channels;
        result += channels;
    }
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
