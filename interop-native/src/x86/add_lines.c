#include "add_lines.h"

#if defined(ATTUNE_X86)

int attune_add_lines(const attune_call *call, attune_add_run run) {
    const int32_t *record = call->record;
    const int32_t *shape = record + ATTUNE_OUTPUT_N;
    for (int axis = 0; axis < 4; axis++) {
        if (record[ATTUNE_INPUT_N + axis] != shape[axis] || record[ATTUNE_INPUT2_N + axis] != shape[axis]) {
            return 0;
        }
    }
    int32_t row = shape[2] * shape[3];
    int32_t ring = attune_smaller(call->input_ring, attune_smaller(call->input2_ring, call->output_ring));
    int32_t lines = ring == shape[0] * shape[1] ? call->line_count : 1;
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line += lines) {
        const int8_t *input2 = call->input2 + line % call->input2_ring * row;
        run(record, attune_input_line(call, line), input2, lines * row, attune_output_line(call, line));
    }
    return 1;
}

#endif
