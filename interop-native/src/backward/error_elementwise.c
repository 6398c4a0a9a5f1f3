/* Errors through ADD and MUL. An input that is broadcast gathers the errors of all outputs that read it. */
#include "../core/record.h"
#include "../kernels/checks.h"
#include "error_call.h"

#include <stddef.h>

#define CHUNK 64

/* The other operand of a product, or none. */
typedef struct other_operand {
    const int8_t *values;
    const int32_t *shape;
    int32_t zero;
} other_operand;

/* Number of the element of a shape, whose dimensions of 1 are broadcast. */
static int32_t element_of(const int32_t *shape, const int32_t *at) {
    int32_t element = 0;
    for (int axis = 0; axis < 4; axis++) {
        element = element * shape[axis] + (shape[axis] == 1 ? 0 : at[axis]);
    }
    return element;
}

/* Sum of the errors, or of their products with the other operand, over the outputs that read one element. */
static float gather(const attune_error_call *call, const other_operand *other, const int32_t *at) {
    const int32_t *output = call->record + ATTUNE_OUTPUT_N;
    int32_t count[4];
    int32_t place[4];
    int64_t sum = 0;
    for (int axis = 0; axis < 4; axis++) {
        count[axis] = call->shape[axis] == 1 ? output[axis] : 1;
    }
    for (int32_t n = 0; n < count[0]; n++) {
        for (int32_t y = 0; y < count[1]; y++) {
            for (int32_t x = 0; x < count[2]; x++) {
                for (int32_t c = 0; c < count[3]; c++) {
                    place[0] = at[0] + n;
                    place[1] = at[1] + y;
                    place[2] = at[2] + x;
                    place[3] = at[3] + c;
                    int32_t factor =
                        other->values == NULL ? 1 : other->values[element_of(other->shape, place)] - other->zero;
                    sum += (int64_t)call->error[element_of(output, place)] * factor;
                }
            }
        }
    }
    return (float)sum;
}

static void elementwise(const attune_error_call *call, const other_operand *other, float factor) {
    const int32_t *record = call->record;
    int32_t elements = (int32_t)attune_shape_elements(call->shape);
    if (other->values == NULL && attune_shape_equal(call->shape, record + ATTUNE_OUTPUT_N)) {
        attune_error_table table;
        attune_error_table_fill(call, factor, &table);
        attune_error_copy(call, &table, 0, 0, elements);
        return;
    }
    for (int32_t first = 0; first < elements; first += CHUNK) {
        int32_t count = elements - first < CHUNK ? elements - first : CHUNK;
        float values[CHUNK];
        for (int32_t i = 0; i < count; i++) {
            int32_t element = first + i;
            int32_t at[4];
            for (int axis = 3; axis >= 0; axis--) {
                at[axis] = element % call->shape[axis];
                element /= call->shape[axis];
            }
            values[i] = gather(call, other, at);
        }
        attune_error_store(call, first, count, values, factor);
    }
}

static float scale_of(const attune_error_call *call, int32_t number) {
    return attune_record_float(call->record, number == 0 ? ATTUNE_INPUT_SCALE : ATTUNE_INPUT2_SCALE);
}

static void add(const attune_error_call *call) {
    const other_operand none = {NULL, NULL, 0};
    float output = attune_record_float(call->record, ATTUNE_OUTPUT_SCALE);
    elementwise(call, &none, scale_of(call, call->number) / output);
}

static void mul(const attune_error_call *call) {
    const int32_t *record = call->record;
    int first = call->number == 0;
    const other_operand other = {first ? call->input2 : call->input,
                                 record + (first ? ATTUNE_INPUT2_N : ATTUNE_INPUT_N),
                                 record[first ? ATTUNE_INPUT2_ZERO : ATTUNE_INPUT_ZERO]};
    float output = attune_record_float(record, ATTUNE_OUTPUT_SCALE);
    elementwise(call, &other, scale_of(call, 0) * scale_of(call, 1) / output);
}

const attune_error_rules attune_error_add = {.run = add};
const attune_error_rules attune_error_mul = {.reads = ATTUNE_ERROR_READS_INPUT | ATTUNE_ERROR_READS_INPUT2, .run = mul};
