#include "../core/simd.h"
#include "elementwise.h"
#include "operator.h"
#include "window.h"

ATTUNE_VECTOR
static void mul_run(const int32_t *record, const int8_t *restrict input, int32_t step, const int8_t *restrict input2,
                    int32_t step2, int32_t count, int8_t *restrict output) {
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    int32_t zero2 = record[ATTUNE_INPUT2_ZERO];
    int32_t output_zero = record[ATTUNE_OUTPUT_ZERO];
    int32_t multiplier = record[ATTUNE_MULTIPLIER];
    int32_t shift = record[ATTUNE_SHIFT];
    int32_t low = record[ATTUNE_ACT_MIN];
    int32_t high = record[ATTUNE_ACT_MAX];
    for (int32_t i = 0; i < count; i++) {
        int32_t product = (input[i * step] - zero) * (input2[i * step2] - zero2);
        int32_t value = attune_add_wrap(attune_rescale(product, multiplier, shift), output_zero);
        output[i] = (int8_t)attune_clamp(value, low, high);
    }
}

static void mul(const attune_call *call) {
    attune_elementwise(call, mul_run);
}

const attune_operator_rules attune_mul = {
    .properties = ATTUNE_BINARY,
    .record_good = attune_elementwise_good,
    .lines = attune_same_lines,
    .run = mul,
};
