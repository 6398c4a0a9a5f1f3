/* Division for processors that emulate double arithmetic. */
#ifndef ATTUNE_QUOTIENT_H
#define ATTUNE_QUOTIENT_H

/* (float)(a / b) for b > 0. */
float attune_quotient(float a, double b);

#endif
