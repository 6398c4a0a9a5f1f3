/* Softmax in gemmlowp's fixed point. Qm.n below: m integer and n fraction bits of a 32-bit number. */
#include "checks.h"
#include "operator.h"

#define ONE_Q0_31 INT32_MAX
/* Sums of exponentials are Q12.19 in 32 bits without sign: up to 8191 ones. */
#define LARGEST_COUNT 8191

/* x * 2^bits, saturating. */
static int32_t saturating_left(int32_t x, int32_t bits) {
    int64_t shifted = (int64_t)x * ((int64_t)1 << bits);
    return shifted > INT32_MAX ? INT32_MAX : shifted < INT32_MIN ? INT32_MIN : (int32_t)shifted;
}

/* exp(x) for x in [-1/4, 0), both Q0.31: the Taylor polynomial of fourth order around -1/8. */
static int32_t exp_near_zero(int32_t x) {
    const int32_t exp_minus_eighth = 1895147668; /* Q0.31 */
    const int32_t third = 715827883;             /* Q0.31 */
    int32_t t = x + (1 << 28);
    int32_t t2 = attune_high_multiply(t, t);
    int32_t t3 = attune_high_multiply(t2, t);
    int32_t t4 = attune_high_multiply(t2, t2);
    int32_t t4_over_4 = attune_round_shift(t4, 2);
    int32_t higher = attune_round_shift(attune_high_multiply(t4_over_4 + t3, third) + t2, 1);
    return exp_minus_eighth + attune_high_multiply(exp_minus_eighth, t + higher);
}

/* exp(x) as Q0.31 for x <= 0, Q5.26: x is split into a rest in [-1/4, 0) and powers of two from 1/4 to 16. */
static int32_t exp_negative(int32_t x) {
    /* exp(-1/4), exp(-1/2), exp(-1), ... exp(-16), Q0.31 */
    static const int32_t powers[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    const int32_t quarter = 1 << 24;
    if (x == 0) {
        return ONE_Q0_31;
    }
    int32_t rest = (x & (quarter - 1)) - quarter;
    int32_t whole = rest - x;
    int32_t result = exp_near_zero(rest * (1 << 5));
    for (int i = 0; i < 7; i++) {
        if (whole >> (24 + i) & 1) {
            result = attune_high_multiply(result, powers[i]);
        }
    }
    return result;
}

/* 1 / (1 + x) for x in [0, 1), both Q0.31: three Newton steps for the reciprocal of (1 + x) / 2. */
static int32_t reciprocal_one_plus(int32_t x) {
    const int32_t a = 1515870810;  /* 48 / 17, Q2.29 */
    const int32_t b = -1010580540; /* -32 / 17, Q2.29 */
    const int32_t one = 1 << 29;   /* Q2.29 */
    int32_t half = (int32_t)(((int64_t)x + ONE_Q0_31 + 1) / 2);
    int32_t estimate = a + attune_high_multiply(half, b);
    for (int i = 0; i < 3; i++) {
        int32_t error = one - attune_high_multiply(half, estimate);
        estimate += saturating_left(attune_high_multiply(estimate, error), 2);
    }
    /* 1 / (1 + x) is half of the estimate: Q2.29 read as Q1.30, then Q0.31. */
    return saturating_left(estimate, 1);
}

static int32_t leading_zeros(uint32_t x) {
    int32_t zeros = 0;
    while (!(x & 0x80000000u)) {
        x <<= 1;
        zeros++;
    }
    return zeros;
}

/* x / 2^exponent to nearest, ties away from zero, for x >= 0 and exponents up to 62. */
static int32_t round_shift_wide(int32_t x, int32_t exponent) {
    return (int32_t)(((int64_t)x + ((int64_t)1 << exponent >> 1)) >> exponent);
}

static void softmax_row(const int32_t *record, const int8_t *input, int8_t *output) {
    int32_t count = record[ATTUNE_INPUT_N + 3];
    int32_t smallest = record[ATTUNE_DIFF_MIN];
    int32_t multiplier = record[ATTUNE_MULTIPLIER];
    int32_t scale = 1 << record[ATTUNE_SHIFT];
    int32_t largest = -128;
    for (int32_t i = 0; i < count; i++) {
        largest = input[i] > largest ? input[i] : largest;
    }
    uint32_t sum = 0; /* Q12.19 */
    for (int32_t i = 0; i < count; i++) {
        int32_t difference = input[i] - largest;
        if (difference >= smallest) {
            int32_t exponential = exp_negative(attune_high_multiply(difference * scale, multiplier));
            sum += (uint32_t)attune_round_shift(exponential, 12);
        }
    }
    /* sum = (1 + fraction) * 2^(12 - zeros), up to its Q12.19 unit. */
    int32_t zeros = leading_zeros(sum);
    int32_t fraction = (int32_t)((sum << zeros) - 0x80000000u);
    int32_t reciprocal = reciprocal_one_plus(fraction);
    for (int32_t i = 0; i < count; i++) {
        int32_t difference = input[i] - largest;
        int32_t value = -128;
        if (difference >= smallest) {
            int32_t exponential = exp_negative(attune_high_multiply(difference * scale, multiplier));
            int32_t product = attune_high_multiply(reciprocal, exponential);
            value = round_shift_wide(product, 12 - zeros + 31 - 8) - 128;
        }
        output[i] = (int8_t)attune_clamp(value, -128, 127);
    }
}

static void softmax(const attune_call *call) {
    int32_t rows = attune_record_positions(call->record);
    int32_t count = call->record[ATTUNE_INPUT_N + 3];
    for (int32_t row = 0; row < rows; row++) {
        softmax_row(call->record, call->input + row * count, (int8_t *)call->output + row * count);
    }
}

/* The smallest difference must not leave Q5.26 when it is scaled. */
static int softmax_good(const int32_t *record) {
    int32_t shift = record[ATTUNE_SHIFT];
    int32_t smallest = record[ATTUNE_DIFF_MIN];
    return attune_shape_equal(record + ATTUNE_INPUT_N, record + ATTUNE_OUTPUT_N) &&
           record[ATTUNE_INPUT_N + 3] <= LARGEST_COUNT && attune_between(shift, 0, 30) &&
           attune_multiplier_good(record[ATTUNE_MULTIPLIER], shift) && smallest <= 0 &&
           -(int64_t)smallest <= ((int64_t)31 << 26) >> shift;
}

const attune_operator_rules attune_softmax = {
    .record_good = softmax_good,
    .run = softmax,
};
