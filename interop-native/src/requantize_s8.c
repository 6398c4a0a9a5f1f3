#include "internal.h"
#include "simd.h"

/* Input and output may be the same array. */
ATTUNE_VECTOR
void attune_requantize_s8(const attune_call *call) {
    const int32_t *record = call->record;
    const int8_t *input = call->input;
    int8_t *output = call->output;
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    int32_t output_zero = record[ATTUNE_OUTPUT_ZERO];
    int32_t multiplier = record[ATTUNE_MULTIPLIER];
    int32_t shift = record[ATTUNE_SHIFT];
    int32_t low = record[ATTUNE_ACT_MIN];
    int32_t high = record[ATTUNE_ACT_MAX];
    int32_t count = attune_record_positions(record) * attune_record_channels(record);
    for (int32_t i = 0; i < count; i++) {
        int32_t value = attune_add_wrap(attune_rescale(input[i] - zero, multiplier, shift), output_zero);
        output[i] = (int8_t)attune_clamp(value, low, high);
    }
}
