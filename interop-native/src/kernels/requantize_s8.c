#include "internal.h"
#include "simd.h"

/* Input and output may be the same array. */
ATTUNE_VECTOR
static void requantize_run(const int32_t *record, const int8_t *input, int32_t count, int8_t *output) {
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    int32_t output_zero = record[ATTUNE_OUTPUT_ZERO];
    int32_t multiplier = record[ATTUNE_MULTIPLIER];
    int32_t shift = record[ATTUNE_SHIFT];
    int32_t low = record[ATTUNE_ACT_MIN];
    int32_t high = record[ATTUNE_ACT_MAX];
    for (int32_t i = 0; i < count; i++) {
        int32_t value = attune_add_wrap(attune_rescale(input[i] - zero, multiplier, shift), output_zero);
        output[i] = (int8_t)attune_clamp(value, low, high);
    }
}

void attune_requantize_s8(const attune_call *call) {
    int32_t bytes = call->record[ATTUNE_OUTPUT_N + 2] * call->record[ATTUNE_OUTPUT_N + 3];
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        requantize_run(call->record, attune_input_line(call, line), bytes, attune_output_line(call, line));
    }
}
