#include "gradient_geometry.h"

attune_geometry attune_gradient_geometry(const attune_gradient_call *call) {
    const int32_t *record = call->record;
    int32_t input_h = record[ATTUNE_INPUT_N + 1], input_w = record[ATTUNE_INPUT_N + 2];
    int32_t output_h = record[ATTUNE_OUTPUT_N + 1], output_w = record[ATTUNE_OUTPUT_N + 2];
    int32_t input_c = record[ATTUNE_INPUT_N + 3];
    int32_t fully_connected = record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED;
    int32_t whole = call->lines == record[ATTUNE_OUTPUT_N] * output_h;
    whole = whole && call->input_ring == record[ATTUNE_INPUT_N] * input_h;
    if (whole && (fully_connected ||
                  (record[ATTUNE_KERNEL_H] == 1 && record[ATTUNE_KERNEL_W] == 1 && record[ATTUNE_STRIDE_H] == 1 &&
                   record[ATTUNE_STRIDE_W] == 1 && record[ATTUNE_PAD_TOP] == 0 && record[ATTUNE_PAD_LEFT] == 0 &&
                   input_h == output_h && input_w == output_w))) {
        /* Every position reads the input at its own place: one long row. */
        int32_t positions = attune_record_positions(record);
        attune_geometry row = {0, 1, 1, 1, positions, input_c, 1, positions, 1, 1, 1, 1, 1, 1, 0, 0};
        return row;
    }
    if (fully_connected) {
        /* A line is a row of one position. */
        attune_geometry rows = {call->line, call->lines, call->input_ring, 1, 1, input_c, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
        return rows;
    }
    attune_geometry general = {call->line,
                               call->lines,
                               call->input_ring,
                               input_h,
                               input_w,
                               input_c,
                               output_h,
                               output_w,
                               record[ATTUNE_KERNEL_H],
                               record[ATTUNE_KERNEL_W],
                               record[ATTUNE_STRIDE_H],
                               record[ATTUNE_STRIDE_W],
                               record[ATTUNE_DILATION_H],
                               record[ATTUNE_DILATION_W],
                               record[ATTUNE_PAD_TOP],
                               record[ATTUNE_PAD_LEFT]};
    return general;
}

void attune_gradient_factors(const attune_gradient_call *call, int32_t first, int32_t count, float *factors) {
    if (!call->accumulators) {
        attune_channel_floats(call->parameters, first, count, factors);
        return;
    }
    for (int32_t c = 0; c < count; c++) {
        factors[c] = 1.0f / (float)attune_bias_step(call->parameters, first + c);
    }
}
