/* Time and medians. */
#ifndef ATTUNE_BENCH_H
#define ATTUNE_BENCH_H

#include <stdint.h>

double bench_seconds(void);
/* Sorts the values. */
double bench_median(double *values, int32_t count);

#endif
