/* What the naive references share. */
#ifndef ATTUNE_NAIVE_NUMBERS_H
#define ATTUNE_NAIVE_NUMBERS_H

#include <stdint.h>

static inline int32_t naive_wrap(int64_t x) {
    return (int32_t)(uint32_t)(uint64_t)x;
}

static inline int32_t naive_clamp(int32_t x, int32_t low, int32_t high) {
    return x < low ? low : x > high ? high : x;
}

static inline int64_t naive_divide_floor(int64_t a, int64_t b) {
    int64_t quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

static inline int64_t naive_at(const int32_t *shape, int64_t n, int64_t y, int64_t x, int64_t c) {
    return ((n * shape[1] + y) * shape[2] + x) * shape[3] + c;
}
/* a / b to nearest, ties away from zero; b > 0. */
static inline int64_t naive_divide_round(int64_t a, int64_t b) {
    int64_t magnitude = a < 0 ? -a : a;
    int64_t quotient = (2 * magnitude + b) / (2 * b);
    return a < 0 ? -quotient : quotient;
}

#endif
