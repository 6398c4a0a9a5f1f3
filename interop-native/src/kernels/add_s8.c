#include "../core/simd.h"
#include "checks.h"
#include "elementwise.h"
#include "operator.h"
#include "window.h"

/* 255 * 2^22 < 2^31. */
#define LARGEST_LEFT_SHIFT 22

ATTUNE_INLINE int32_t operand(int32_t value, int32_t zero, int32_t left_shift, int32_t multiplier, int32_t shift) {
    return attune_rescale((value - zero) * (1 << left_shift), multiplier, shift);
}

ATTUNE_VECTOR
static void add_run(const int32_t *record, const int8_t *restrict input, int32_t step, const int8_t *restrict input2,
                    int32_t step2, int32_t count, int8_t *restrict output) {
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    int32_t zero2 = record[ATTUNE_INPUT2_ZERO];
    int32_t output_zero = record[ATTUNE_OUTPUT_ZERO];
    int32_t left_shift = record[ATTUNE_LEFT_SHIFT];
    int32_t multiplier1 = record[ATTUNE_MULTIPLIER1];
    int32_t shift1 = record[ATTUNE_SHIFT1];
    int32_t multiplier2 = record[ATTUNE_MULTIPLIER2];
    int32_t shift2 = record[ATTUNE_SHIFT2];
    int32_t multiplier = record[ATTUNE_MULTIPLIER];
    int32_t shift = record[ATTUNE_SHIFT];
    int32_t low = record[ATTUNE_ACT_MIN];
    int32_t high = record[ATTUNE_ACT_MAX];
    for (int32_t i = 0; i < count; i++) {
        int32_t a = operand(input[i * step], zero, left_shift, multiplier1, shift1);
        int32_t b = operand(input2[i * step2], zero2, left_shift, multiplier2, shift2);
        int32_t sum = attune_rescale(attune_add_wrap(a, b), multiplier, shift);
        output[i] = (int8_t)attune_clamp(attune_add_wrap(sum, output_zero), low, high);
    }
}

static void add(const attune_call *call) {
    attune_elementwise(call, add_run);
}

static int add_good(const int32_t *record) {
    return attune_elementwise_good(record) && attune_between(record[ATTUNE_LEFT_SHIFT], 0, LARGEST_LEFT_SHIFT) &&
           attune_multiplier_good(record[ATTUNE_MULTIPLIER1], record[ATTUNE_SHIFT1]) &&
           attune_multiplier_good(record[ATTUNE_MULTIPLIER2], record[ATTUNE_SHIFT2]);
}

const attune_operator_rules attune_add = {
    .properties = ATTUNE_BINARY,
    .record_good = add_good,
    .lines = attune_same_lines,
    .run = add,
};
