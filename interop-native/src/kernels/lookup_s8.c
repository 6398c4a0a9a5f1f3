/* A function of one int8 value as a table: the importer computes the table exactly as TensorFlow Lite Micro computes
 * each value, so that the kernel needs no fixed-point arithmetic. */
#include "checks.h"
#include "operator.h"
#include "window.h"

#include <stddef.h>

enum { TABLE = 256 };

/* Input and output may be the same array. */
static void lookup(const attune_call *call) {
    const int8_t *table = call->input2 + 128;
    int32_t bytes = call->record[ATTUNE_OUTPUT_N + 2] * call->record[ATTUNE_OUTPUT_N + 3];
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        const int8_t *input = attune_input_line(call, line);
        int8_t *output = attune_output_line(call, line);
        for (int32_t i = 0; i < bytes; i++) {
            output[i] = table[input[i]];
        }
    }
}

static int lookup_good(const int32_t *record) {
    const int32_t *shape = record + ATTUNE_INPUT2_N;
    return attune_shape_equal(record + ATTUNE_INPUT_N, record + ATTUNE_OUTPUT_N) && shape[0] == 1 && shape[1] == 1 &&
           shape[2] == 1 && shape[3] == TABLE && (record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2) != 0;
}

const attune_operator_rules attune_lookup = {
    .properties = ATTUNE_BINARY,
    .record_good = lookup_good,
    .run = lookup,
};
