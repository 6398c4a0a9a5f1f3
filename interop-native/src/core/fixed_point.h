/* Fixed-point arithmetic: gemmlowp, double rounding. */
#ifndef ATTUNE_FIXED_POINT_H
#define ATTUNE_FIXED_POINT_H

#include <stdint.h>

/* round(a * b / 2^31), ties upward, saturating: gemmlowp's SaturatingRoundingDoublingHighMul. */
static inline int32_t attune_high_multiply(int32_t a, int32_t b) {
    /* gemmlowp adds 2^30 or 1 - 2^30 by sign and truncates; for either sign that is the floor below. */
    int64_t product = (int64_t)a * b;
    int64_t rounded = (product + (1 << 30)) >> 31;
    return rounded > INT32_MAX ? INT32_MAX : (int32_t)rounded;
}

/* x / 2^exponent to nearest, ties away from zero; exponent 0..31. */
static inline int32_t attune_round_shift(int32_t x, int32_t exponent) {
    int32_t mask = (int32_t)((1u << exponent) - 1);
    int32_t remainder = x & mask;
    int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/* Two rounding steps; shift > 0 is to the left and wraps modulo 2^32. The two wrong variants differ in rare last bits;
 * builds with them exist to prove that tests notice. */
static inline int32_t attune_rescale(int32_t x, int32_t multiplier, int32_t shift) {
    int32_t left = shift > 0 ? shift : 0;
    int32_t right = shift > 0 ? 0 : -shift;
    int32_t shifted = (int32_t)((uint32_t)x << left);
#if defined(ATTUNE_WRONG_ROUNDING_SINGLE)
    int32_t total = right + 31;
    return (int32_t)(((int64_t)shifted * multiplier + ((int64_t)1 << (total - 1))) >> total);
#elif defined(ATTUNE_WRONG_ROUNDING_UP)
    int64_t half = right > 0 ? (int64_t)1 << (right - 1) : 0;
    return (int32_t)((attune_high_multiply(shifted, multiplier) + half) >> right);
#else
    return attune_round_shift(attune_high_multiply(shifted, multiplier), right);
#endif
}

static inline int32_t attune_clamp(int32_t value, int32_t low, int32_t high) {
    return value < low ? low : value > high ? high : value;
}

/* Addition modulo 2^32, as the reference's int32 accumulators behave on real hardware. */
static inline int32_t attune_add_wrap(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

#endif
