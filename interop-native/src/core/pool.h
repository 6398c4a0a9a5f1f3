/* The part of a pooling window that lies inside the input. A checked record leaves it at least one row and column. */
#ifndef ATTUNE_POOL_H
#define ATTUNE_POOL_H

#include "call.h"

/* Channels pooled at a time. */
#define ATTUNE_POOL_CHANNELS 64

/* Rows (axis 0) or columns (axis 1) first .. end - 1 of the input that output number `output` covers. */
static inline void attune_pool_window(const int32_t *record, int axis, int32_t output, int32_t *first, int32_t *end) {
    int32_t input = record[ATTUNE_INPUT_N + 1 + axis];
    int32_t begin = output * record[ATTUNE_STRIDE_H + axis] - record[ATTUNE_PAD_TOP + axis];
    int32_t stop = begin + record[ATTUNE_KERNEL_H + axis];
    *first = begin < 0 ? 0 : begin;
    *end = stop < input ? stop : input;
}

/* Pools one window of count channels from channel first on. */
typedef void (*attune_pool_function)(const attune_call *call, int32_t batch, int32_t y, int32_t x, int32_t first,
                                     int32_t count, int8_t *output);

/* Calls function for all windows. */
static inline void attune_pool(const attune_call *call, attune_pool_function function) {
    const int32_t *shape = call->record + ATTUNE_OUTPUT_N;
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        int32_t batch = line / shape[1];
        int8_t *output = attune_output_line(call, line);
        for (int32_t x = 0; x < shape[2]; x++) {
            for (int32_t first = 0; first < shape[3]; first += ATTUNE_POOL_CHANNELS) {
                int32_t left = shape[3] - first;
                int32_t count = left < ATTUNE_POOL_CHANNELS ? left : ATTUNE_POOL_CHANNELS;
                function(call, batch, line - batch * shape[1], x, first, count, output);
                output += count;
            }
        }
    }
}

#endif
