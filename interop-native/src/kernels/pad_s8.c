#include "checks.h"
#include "operator.h"

#include <stddef.h>
#include <string.h>

static void pad(const attune_call *call) {
    const int32_t *record = call->record;
    const int32_t *input_shape = record + ATTUNE_INPUT_N;
    const int32_t *shape = record + ATTUNE_OUTPUT_N;
    const int32_t *before = record + ATTUNE_PAD_BEFORE_N;
    const int8_t *input = call->input;
    int8_t *output = call->output;
    memset(output, record[ATTUNE_PAD_VALUE], (size_t)attune_record_positions(record) * (size_t)shape[3]);
    for (int32_t n = 0; n < input_shape[0]; n++) {
        for (int32_t y = 0; y < input_shape[1]; y++) {
            for (int32_t x = 0; x < input_shape[2]; x++) {
                int32_t line = (n + before[0]) * shape[1] + y + before[1];
                int32_t pixel = line * shape[2] + x + before[2];
                memcpy(output + pixel * shape[3] + before[3], input, (size_t)input_shape[3]);
                input += input_shape[3];
            }
        }
    }
}

static int pad_good(const int32_t *record) {
    for (int axis = 0; axis < 4; axis++) {
        int32_t before = record[ATTUNE_PAD_BEFORE_N + axis];
        int32_t after = record[ATTUNE_PAD_AFTER_N + axis];
        if (!attune_between(before, 0, ATTUNE_LARGEST_DIMENSION) ||
            !attune_between(after, 0, ATTUNE_LARGEST_DIMENSION) ||
            record[ATTUNE_INPUT_N + axis] + before + after != record[ATTUNE_OUTPUT_N + axis]) {
            return 0;
        }
    }
    return attune_between(record[ATTUNE_PAD_VALUE], -128, 127);
}

const attune_operator_rules attune_pad = {
    .record_good = pad_good,
    .run = pad,
};
