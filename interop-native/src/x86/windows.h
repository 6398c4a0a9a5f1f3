/* Where the windows of an output line lie in the input. */
#ifndef ATTUNE_X86_WINDOWS_H
#define ATTUNE_X86_WINDOWS_H

#include "../core/call.h"

#include <stddef.h>

/* The input rows 0 .. count - 1 under the windows of an output line, at column 0 and channel 0; NULL outside the input
 * and from the kernel's height on. */
static inline void attune_rows_find(const attune_call *call, int32_t line, int32_t count, const int8_t **rows) {
    const int32_t *record = call->record;
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    int32_t y = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    for (int32_t k = 0; k < count; k++) {
        int32_t at = y + k * record[ATTUNE_DILATION_H];
        int inside = k < record[ATTUNE_KERNEL_H] && at >= 0 && at < height;
        rows[k] = inside ? attune_input_line(call, batch * height + at) : NULL;
    }
}

/* Outputs of a line whose windows span at most `room` columns of input, a multiple of `multiple`; 0 where none do. */
static inline int32_t attune_outputs_within(const int32_t *record, int32_t room, int32_t multiple) {
    int32_t left = room - ((record[ATTUNE_KERNEL_W] - 1) * record[ATTUNE_DILATION_W] + 1);
    return left < 0 ? 0 : (left / record[ATTUNE_STRIDE_W] + 1) / multiple * multiple;
}

#endif
