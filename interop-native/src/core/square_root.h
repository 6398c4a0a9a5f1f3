/* The square root of a float32, correctly rounded as IEEE 754 asks, without the C library. */
#ifndef ATTUNE_SQUARE_ROOT_H
#define ATTUNE_SQUARE_ROOT_H

#include <float.h>
#include <stdint.h>
#include <string.h>

#if (defined(__SSE2__) || defined(_M_X64)) && !defined(ATTUNE_PORTABLE)
#include <emmintrin.h>
#define ATTUNE_SQUARE_ROOT_SSE
#endif

/* x >= 0, finite. Digit by digit, in integers. */
static inline float attune_square_root_portable(float x) {
    if (x == 0.0f) {
        return 0.0f;
    }
    float unscale = 1.0f;
    if (x < FLT_MIN) {
        x *= 16777216.0f; /* 2^24 */
        unscale = 1.0f / 4096.0f;
    }

    /* x = mantissa * 2^(exponent - 23), the exponent even and the mantissa of 24 or 25 bits. */
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    int32_t exponent = (int32_t)(bits >> 23) - 127;
    uint64_t mantissa = (bits & 0x7fffff) | 0x800000;
    mantissa <<= exponent & 1;
    exponent -= exponent & 1;

    /* root = floor(sqrt(mantissa * 2^23)), 24 bits, and what is left over. No root lies half way. */
    uint64_t rest = mantissa << 23;
    uint64_t root = 0;
    for (int32_t bit = 23; bit >= 0; bit--) {
        uint64_t square = ((root << 1) + ((uint64_t)1 << bit)) << bit;
        if (square <= rest) {
            rest -= square;
            root += (uint64_t)1 << bit;
        }
    }
    root += rest > root;

    bits = (uint32_t)(exponent / 2 + 127) << 23 | ((uint32_t)root & 0x7fffff);
    memcpy(&x, &bits, sizeof bits);
    return x * unscale;
}

/* x >= 0, finite. */
static inline float attune_square_root(float x) {
#if defined(ATTUNE_SQUARE_ROOT_SSE)
    return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
#else
    return attune_square_root_portable(x);
#endif
}

#endif
