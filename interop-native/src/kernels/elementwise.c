#include "elementwise.h"

#include "checks.h"

/* Elements between neighbours along each axis; 0 along axes that are broadcast. */
static void strides_find(const int32_t *shape, int32_t *strides) {
    int32_t stride = 1;
    for (int axis = 3; axis >= 0; axis--) {
        strides[axis] = shape[axis] == 1 ? 0 : stride;
        stride *= shape[axis];
    }
}

void attune_elementwise(const attune_call *call, attune_elementwise_run run) {
    const int32_t *record = call->record;
    const int32_t *shape = record + ATTUNE_OUTPUT_N;
    if (attune_shape_equal(record + ATTUNE_INPUT_N, shape) && attune_shape_equal(record + ATTUNE_INPUT2_N, shape)) {
        int32_t bytes = shape[2] * shape[3];
        for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
            run(record, attune_input_line(call, line), 1, call->input2 + line % call->input2_ring * bytes, 1, bytes,
                attune_output_line(call, line));
        }
        return;
    }
    int8_t *output = call->output;
    int32_t strides[4];
    int32_t strides2[4];
    strides_find(record + ATTUNE_INPUT_N, strides);
    strides_find(record + ATTUNE_INPUT2_N, strides2);
    for (int32_t n = 0; n < shape[0]; n++) {
        for (int32_t y = 0; y < shape[1]; y++) {
            for (int32_t x = 0; x < shape[2]; x++) {
                run(record, call->input + n * strides[0] + y * strides[1] + x * strides[2], strides[3],
                    call->input2 + n * strides2[0] + y * strides2[1] + x * strides2[2], strides2[3], shape[3], output);
                output += shape[3];
            }
        }
    }
}

int attune_elementwise_good(const int32_t *record) {
    for (int axis = 0; axis < 4; axis++) {
        int32_t output = record[ATTUNE_OUTPUT_N + axis];
        int32_t input = record[ATTUNE_INPUT_N + axis];
        int32_t input2 = record[ATTUNE_INPUT2_N + axis];
        if ((input != output && input != 1) || (input2 != output && input2 != 1)) {
            return 0;
        }
    }
    return attune_between(record[ATTUNE_INPUT2_ZERO], -128, 127) &&
           attune_multiplier_good(record[ATTUNE_MULTIPLIER], record[ATTUNE_SHIFT]) && attune_clamp_good(record);
}
