/* Errors through SOFTMAX and LOGISTIC, whose derivatives follow from their outputs. */
#include "../core/record.h"
#include "../kernels/checks.h"
#include "error_call.h"

#define CHUNK 64

static float probability(const attune_error_call *call, int32_t element) {
    float scale = attune_record_float(call->record, ATTUNE_OUTPUT_SCALE);
    return (float)(call->output[element] - call->record[ATTUNE_OUTPUT_ZERO]) * scale;
}

static float scales(const attune_error_call *call) {
    return attune_record_float(call->record, ATTUNE_INPUT_SCALE) /
           attune_record_float(call->record, ATTUNE_OUTPUT_SCALE);
}

/* d p_k / d z_j = p_j ((j == k) - p_k), so input j gets p_j (e_j - sum_k p_k e_k). */
static void softmax(const attune_error_call *call) {
    int32_t classes = call->shape[3];
    int32_t elements = (int32_t)attune_shape_elements(call->shape);
    for (int32_t row = 0; row < elements; row += classes) {
        float mean = 0.0f;
        for (int32_t k = row; k < row + classes; k++) {
            mean += probability(call, k) * (float)call->error[k];
        }
        for (int32_t k = row; k < row + classes; k++) {
            float value = probability(call, k) * ((float)call->error[k] - mean);
            attune_error_store(call, k, 1, &value, scales(call));
        }
    }
}

/* d p / d z = p (1 - p). */
static void logistic(const attune_error_call *call) {
    int32_t elements = (int32_t)attune_shape_elements(call->shape);
    for (int32_t first = 0; first < elements; first += CHUNK) {
        int32_t count = elements - first < CHUNK ? elements - first : CHUNK;
        float values[CHUNK];
        for (int32_t i = 0; i < count; i++) {
            float p = probability(call, first + i);
            values[i] = p * (1.0f - p) * (float)call->error[first + i];
        }
        attune_error_store(call, first, count, values, scales(call));
    }
}

const attune_error_rules attune_error_softmax = {.reads = ATTUNE_ERROR_READS_OUTPUT, .run = softmax};
const attune_error_rules attune_error_logistic = {.reads = ATTUNE_ERROR_READS_OUTPUT, .run = logistic};
