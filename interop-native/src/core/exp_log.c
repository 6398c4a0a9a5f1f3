/* Exponential, logarithm and square root that give the same bits on every platform: only + - * / on doubles, which
 * IEEE 754 rounds correctly, and integer arithmetic on their bit patterns. The square root is correctly rounded. */
#include "exp_log.h"

#include <math.h>
#include <string.h>

/* ln 2 = HIGH + LOW; HIGH has 32 trailing zero bits, so that its product with an exponent is exact. */
#define LN_2_HIGH 6.93147180369123816490e-01
#define LN_2_LOW 1.90821492927058770002e-10
#define INVERSE_LN_2 1.44269504088896338700
#define SQRT_2 1.41421356237309504880

#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define SMALLEST_NORMAL 2.2250738585072014e-308

static uint64_t to_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^exponent, -1022..1023. */
static double power_of_two(int32_t exponent) {
    return from_bits((uint64_t)(exponent + EXPONENT_BIAS) << MANTISSA_BITS);
}

double attune_exp(double x) {
    /* 1 / n!: with |r| <= ln(2) / 2 the first term left out, r^14 / 14!, is below 5e-18. */
    static const double coefficients[] = {1.0,
                                          1.0,
                                          1.0 / 2.0,
                                          1.0 / 6.0,
                                          1.0 / 24.0,
                                          1.0 / 120.0,
                                          1.0 / 720.0,
                                          1.0 / 5040.0,
                                          1.0 / 40320.0,
                                          1.0 / 362880.0,
                                          1.0 / 3628800.0,
                                          1.0 / 39916800.0,
                                          1.0 / 479001600.0,
                                          1.0 / 6227020800.0};
    if (x != x) {
        return x;
    }
    if (x < -700.0) {
        return 0.0;
    }
    if (x > 709.78) {
        return INFINITY;
    }
    int32_t exponent = (int32_t)(x * INVERSE_LN_2 + (x < 0.0 ? -0.5 : 0.5));
    double r = (x - exponent * LN_2_HIGH) - exponent * LN_2_LOW;
    double sum = coefficients[13];
    for (int32_t n = 12; n >= 0; n--) {
        sum = sum * r + coefficients[n];
    }
    /* Two factors, because 2^1024 is not a double. */
    int32_t half = exponent / 2;
    return sum * power_of_two(half) * power_of_two(exponent - half);
}

/* ln((1 + s) / (1 - s)) = 2 (s + s^3/3 + s^5/5 + ...). With |s| <= 3 - 2 sqrt(2) the first term left out is below 2e-19
 * of the sum. */
static double log_of_ratio(double s) {
    static const double coefficients[] = {1.0,        1.0 / 3.0,  1.0 / 5.0,  1.0 / 7.0,  1.0 / 9.0,  1.0 / 11.0,
                                          1.0 / 13.0, 1.0 / 15.0, 1.0 / 17.0, 1.0 / 19.0, 1.0 / 21.0, 1.0 / 23.0};
    double square = s * s;
    double sum = coefficients[11];
    for (int32_t n = 10; n >= 1; n--) {
        sum = sum * square + coefficients[n];
    }
    return 2.0 * (s + s * square * sum);
}

double attune_log(double x) {
    uint64_t bits = to_bits(x);
    int32_t exponent = (int32_t)(bits >> MANTISSA_BITS) - EXPONENT_BIAS;
    double mantissa = from_bits((bits & (((uint64_t)1 << MANTISSA_BITS) - 1)) | to_bits(1.0));
    if (mantissa > SQRT_2) {
        mantissa *= 0.5;
        exponent++;
    }
    double fraction = log_of_ratio((mantissa - 1.0) / (mantissa + 1.0));
    return exponent * LN_2_HIGH + (exponent * LN_2_LOW + fraction);
}

double attune_log1p(double x) {
    /* Up to sqrt(2) - 1 the series needs no reduction, and 1 + x, which would lose the digits of a small x, is not
     * formed. */
    return x <= SQRT_2 - 1.0 ? log_of_ratio(x / (2.0 + x)) : attune_log(1.0 + x);
}

double attune_sqrt(double x) {
    if (x != x || x == 0.0 || x == INFINITY) {
        return x;
    }
    if (x < 0.0) {
        return NAN;
    }
    double unscale = 1.0;
    if (x < SMALLEST_NORMAL) {
        x *= power_of_two(54);
        unscale = power_of_two(-27);
    }

    /* x = mantissa * 2^exponent with an even exponent and a mantissa in [1, 4). */
    int32_t exponent = (int32_t)(to_bits(x) >> MANTISSA_BITS) - EXPONENT_BIAS;
    exponent -= exponent & 1;
    double mantissa = x * power_of_two(-exponent / 2) * power_of_two(-exponent / 2);
    double root = 0.5 * (1.0 + mantissa);
    for (int32_t n = 0; n < 5; n++) {
        root = 0.5 * (root + mantissa / root);
    }

    /* In units of 2^-52 the root is the integer r and the mantissa m * 2^52 in those of 2^-104. The residual m * 2^52 -
     * r^2 is below 2^55, so arithmetic modulo 2^64 gives it exactly. The rounding borders are (r +- 1/2)^2. */
    const double unit = power_of_two(MANTISSA_BITS);
    uint64_t r = (uint64_t)(root * unit);
    int64_t residual = (int64_t)(((uint64_t)(mantissa * unit) << MANTISSA_BITS) - r * r);
    if (residual > (int64_t)r) {
        r++;
    } else if (residual <= -(int64_t)r) {
        r--;
    }
    return (double)r / unit * power_of_two(exponent / 2) * unscale;
}
