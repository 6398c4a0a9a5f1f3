#include "quotient.h"

#include "simd.h"

#include <stdint.h>
#include <string.h>

/* A divisor's 32 leading bits: significand * 2^(exponent - 31). */
typedef struct leading_bits {
    uint32_t significand; /* 2^31 .. 2^32 - 1 */
    int32_t exponent;
} leading_bits;

static inline uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* a / b to nearest, from the divisor's leading bits, of which less than a unit is missing; 0 if they do not tell, or if
 * a or the quotient is unusual. */
ATTUNE_INLINE int quotient_find(float a, leading_bits b, float *quotient) {
    uint32_t a_bits = bits_of(a);
    int32_t a_exponent = (int32_t)(a_bits >> 23 & 255);
    uint32_t dividend = (a_bits & 0x7fffffu) | 0x800000u;
    uint32_t divisor = b.significand;
    int32_t below_one = dividend << 8 < divisor;
    int32_t exponent = a_exponent - b.exponent - below_one;
    if (a_exponent == 0 || a_exponent == 255 || exponent < 2 || exponent > 252) {
        return 0;
    }
    /* The estimate is off by a few units at most. */
    uint64_t shifted = (uint64_t)dividend << 31;
    shifted += below_one ? shifted : 0;
    uint32_t whole = (uint32_t)((float)dividend / (float)divisor * (below_one ? 4294967296.0f : 2147483648.0f));
    int64_t difference = (int64_t)(shifted - (uint64_t)whole * divisor);
    for (; difference < 0; difference += divisor) {
        whole--;
    }
    for (; difference >= divisor; difference -= divisor) {
        whole++;
    }
    /* A divisor's unit makes the quotient smaller by at most 2^-7; a double may round up to the half. */
    uint32_t rest = (uint32_t)difference;
    uint32_t half = divisor >> 1;
    if (rest + 64 >= half && rest <= half + (divisor >> 6)) {
        return 0;
    }
    whole += rest > half;
    uint32_t bits = (a_bits & 0x80000000u) | (((uint32_t)exponent << 23) + (whole - 0x800000u));
    memcpy(quotient, &bits, sizeof bits);
    return 1;
}

float attune_quotient(float a, double b) {
    uint64_t bits;
    memcpy(&bits, &b, sizeof bits);
    int32_t exponent = (int32_t)(bits >> 52 & 2047);
    leading_bits leading = {(uint32_t)(bits >> 21) | 0x80000000u, exponent - 1023};
    float quotient;
    int usual = exponent != 0 && exponent != 2047;
    return usual && quotient_find(a, leading, &quotient) ? quotient : (float)(a / b);
}

float attune_quotient_square(float a, int32_t multiplier, int32_t shift, float scale) {
    uint32_t scale_bits = bits_of(scale);
    int32_t scale_exponent = (int32_t)(scale_bits >> 23);
    float quotient;
    if (multiplier >= 1 << 30 && scale_exponent > 0 && scale_exponent < 255) {
        /* multiplier * 2^-30 and the scale's significand are 1 and more, below 2. So the product, and then its square,
         * have their first bit in one of two places. */
        uint64_t root = ((uint64_t)(uint32_t)multiplier << 1) * ((scale_bits << 8) | 0x80000000u);
        int32_t exponent = 2 * (shift - 1 + scale_exponent - 127);
        if (root >> 63) {
            exponent += 2;
        } else {
            root <<= 1;
        }
        uint32_t high = (uint32_t)(root >> 32);
        uint64_t square = (uint64_t)high * high + ((uint64_t)high * (uint32_t)root >> 31);
        if (square >> 63) {
            exponent++;
        } else {
            square <<= 1;
        }
        const leading_bits leading = {(uint32_t)(square >> 32), exponent};
        if (quotient_find(a, leading, &quotient)) {
            return quotient;
        }
    }
    double power;
    uint64_t power_bits = (uint64_t)(shift - 31 + 1023) << 52;
    memcpy(&power, &power_bits, sizeof power);
    double root = (double)multiplier * power * (double)scale;
    return attune_quotient(a, root * root);
}
