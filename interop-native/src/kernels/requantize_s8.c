#include "../core/simd.h"
#include "checks.h"
#include "operator.h"
#include "window.h"

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

static void requantize(const attune_call *call) {
    int32_t bytes = call->record[ATTUNE_OUTPUT_N + 2] * call->record[ATTUNE_OUTPUT_N + 3];
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        requantize_run(call->record, attune_input_line(call, line), bytes, attune_output_line(call, line));
    }
}

static int requantize_good(const int32_t *record) {
    return attune_shape_equal(record + ATTUNE_INPUT_N, record + ATTUNE_OUTPUT_N) && attune_clamp_good(record) &&
           attune_multiplier_good(record[ATTUNE_MULTIPLIER], record[ATTUNE_SHIFT]);
}

const attune_operator_rules attune_requantize = {
    .properties = ATTUNE_IN_PLACE,
    .record_good = requantize_good,
    .lines = attune_same_lines,
    .run = requantize,
};
