/* Division for processors that emulate double arithmetic. */
#ifndef ATTUNE_QUOTIENT_H
#define ATTUNE_QUOTIENT_H

#include <stdint.h>

/* (float)(a / b) for b > 0. */
float attune_quotient(float a, double b);

/* The same for the square of a number above 0: multiplier * 2^(shift - 31) * scale, all in double. */
float attune_quotient_square(float a, int32_t multiplier, int32_t shift, float scale);

#endif
