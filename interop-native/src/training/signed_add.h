/* Adds a number times the signs of a seed to an array: the core of the gradient estimates. */
#ifndef ATTUNE_SIGNED_ADD_H
#define ATTUNE_SIGNED_ADD_H

#include <stdint.h>

/* sums[i] += delta * xi[element + i] for i = 0 .. count - 1. */
void attune_signed_add(float *sums, int32_t count, uint32_t element, float delta, uint32_t seed_low,
                       uint32_t seed_high);

#endif
