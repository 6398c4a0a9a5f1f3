#include "quotient.h"

#include <stdint.h>
#include <string.h>

/* The quotient of both significands, with 31 bits after the point of the divisor's: rounding to 24 bits is certain
 * unless the remainder is near a half. Whatever is uncertain or unusual is divided in double. */
float attune_quotient(float a, double b) {
    uint32_t a_bits;
    uint64_t b_bits;
    memcpy(&a_bits, &a, sizeof a_bits);
    memcpy(&b_bits, &b, sizeof b_bits);
    int32_t a_exponent = (int32_t)(a_bits >> 23 & 255);
    int32_t b_exponent = (int32_t)(b_bits >> 52 & 2047);
    uint32_t dividend = (a_bits & 0x7fffffu) | 0x800000u;
    uint32_t divisor = (uint32_t)(b_bits >> 21) | 0x80000000u;
    int32_t below_one = dividend << 8 < divisor;
    int32_t exponent = a_exponent - (b_exponent - 1023) - below_one;
    if (a_exponent == 0 || a_exponent == 255 || b_exponent == 0 || b_exponent == 2047 || exponent < 2 ||
        exponent > 252) {
        return (float)(a / b);
    }
    uint64_t shifted = (uint64_t)dividend << (31 + below_one);
    uint32_t whole = (uint32_t)(shifted / divisor);
    uint32_t rest = (uint32_t)(shifted - (uint64_t)whole * divisor);
    uint32_t half = divisor >> 1;
    /* The divisor's other bits make the quotient smaller by at most 2^-7; a double may round up to the half. */
    if (rest + 64 >= half && rest <= half + (divisor >> 6)) {
        return (float)(a / b);
    }
    whole += rest > half;
    uint32_t bits = (a_bits & 0x80000000u) | (((uint32_t)exponent << 23) + (whole - 0x800000u));
    float quotient;
    memcpy(&quotient, &bits, sizeof quotient);
    return quotient;
}
