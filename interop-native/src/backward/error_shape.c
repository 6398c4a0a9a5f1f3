/* Errors through operators that move or rescale values. */
#include "../core/record.h"
#include "../kernels/checks.h"
#include "../kernels/upsample.h"
#include "error_call.h"

/* All errors, times a factor. */
static void copy(const attune_error_call *call, float factor) {
    attune_error_table table;
    attune_error_table_fill(call, factor, &table);
    attune_error_copy(call, &table, 0, 0, (int32_t)attune_shape_elements(call->shape));
}

static void reshape(const attune_error_call *call) {
    copy(call, 1.0f);
}

static void requantize(const attune_error_call *call) {
    const int32_t *record = call->record;
    float factor = attune_record_float(record, ATTUNE_INPUT_SCALE) / attune_record_float(record, ATTUNE_OUTPUT_SCALE);
    copy(call, factor);
}

static void pad(const attune_error_call *call) {
    const int32_t *shape = call->shape;
    const int32_t *output = call->record + ATTUNE_OUTPUT_N;
    const int32_t *before = call->record + ATTUNE_PAD_BEFORE_N;
    attune_error_table table;
    attune_error_table_fill(call, 1.0f, &table);
    int32_t to = 0;
    for (int32_t n = 0; n < shape[0]; n++) {
        for (int32_t y = 0; y < shape[1]; y++) {
            for (int32_t x = 0; x < shape[2]; x++) {
                int32_t line = (n + before[0]) * output[1] + y + before[1];
                int32_t from = (line * output[2] + x + before[2]) * output[3] + before[3];
                attune_error_copy(call, &table, from, to, shape[3]);
                to += shape[3];
            }
        }
    }
}

/* Weight with which an output reads an input along an axis, out of twice the factor. */
static int32_t share(int32_t output, int32_t factor, int32_t inputs, int32_t input) {
    attune_upsample_axis axis = attune_upsample_axis_find(output, factor, inputs);
    return (axis.a == input ? axis.weight_a : 0) + (axis.b == input ? axis.weight_b : 0);
}

/* Outputs that may read an input. */
static void readers(int32_t input, int32_t factor, int32_t inputs, int32_t *first, int32_t *end) {
    *first = attune_clamp(factor * (input - 1), 0, factor * inputs);
    *end = attune_clamp(factor * (input + 2), 0, factor * inputs);
}

static void upsample(const attune_error_call *call) {
    const int32_t *shape = call->shape;
    const int32_t *output = call->record + ATTUNE_OUTPUT_N;
    int32_t factor = output[1] / shape[1];
    float whole = (float)(4 * factor * factor);
    int32_t elements = (int32_t)attune_shape_elements(shape);
    for (int32_t element = 0; element < elements; element++) {
        int32_t c = element % shape[3];
        int32_t x = element / shape[3] % shape[2];
        int32_t y = element / (shape[3] * shape[2]) % shape[1];
        int32_t batch = element / (shape[3] * shape[2] * shape[1]);
        int32_t y_first, y_end, x_first, x_end;
        readers(y, factor, shape[1], &y_first, &y_end);
        readers(x, factor, shape[2], &x_first, &x_end);
        float sum = 0.0f;
        for (int32_t at_y = y_first; at_y < y_end; at_y++) {
            int32_t vertical = share(at_y, factor, shape[1], y);
            const int8_t *row = call->error + (batch * output[1] + at_y) * output[2] * output[3] + c;
            for (int32_t at_x = x_first; at_x < x_end; at_x++) {
                sum += (float)(vertical * share(at_x, factor, shape[2], x) * row[at_x * output[3]]);
            }
        }
        attune_error_store(call, element, 1, &sum, 1.0f / whole);
    }
}

const attune_error_rules attune_error_reshape = {.run = reshape};
const attune_error_rules attune_error_requantize = {.run = requantize};
const attune_error_rules attune_error_pad = {.run = pad};
const attune_error_rules attune_error_upsample = {.run = upsample};
