/* The loops of back-propagation that pass over whole tensors. A backend may have faster twins of them, which take the
 * first of the values and return how many; the portable loops take the rest. */
#ifndef ATTUNE_ERROR_LOOPS_H
#define ATTUNE_ERROR_LOOPS_H

#include "error_gradient.h"

/* Magnitudes of errors. */
typedef struct attune_error_use {
    int32_t largest;
    int32_t saturated; /* of magnitude 127 and more */
    int32_t sum;
} attune_error_use;

typedef struct attune_error_twins {
    /* Adds up to 2^16 errors. */
    int32_t (*use)(const int8_t *error, int32_t count, attune_error_use *use);
    /* Raises *largest to the largest magnitude. */
    int32_t (*largest)(const int8_t *values, int32_t count, int32_t *largest);
    /* A bit for each of count values that lies strictly between low and high. */
    int32_t (*mask_write)(const int8_t *values, int32_t count, int32_t low, int32_t high, uint32_t *mask);
    /* Clears errors without a bit. */
    int32_t (*mask_apply)(const uint32_t *mask, int32_t count, int8_t *error);
    /* Adds up to 2^16 positions of count neighbouring channels to their sums; returns how many channels. */
    int32_t (*sums_add)(const int8_t *error, int32_t positions, int32_t channels, int32_t count, int32_t *sums);
    /* The same for magnitudes. */
    int32_t (*norms_add)(const int8_t *error, int32_t positions, int32_t channels, int32_t count, int32_t *sums);
    /* to[k * to_step + i] = from[i * from_step + k] * factors[i] / 2^24, to nearest, for four i and count k; no result
     * leaves int8. */
    int32_t (*transpose)(const int8_t *from, int32_t from_step, const int32_t *factors, int32_t count, int8_t *to,
                         int32_t to_step);
    /* Puts count errors, parts[e + 128] 256ths of a unit each, into results of as many channels. */
    int32_t (*look_up)(const int8_t *error, int32_t count, const int32_t *parts, int32_t *carry, int8_t *result);
    /* Adds the gradient of the weights of the first filters; returns how many. */
    int32_t (*gradient)(const attune_error_gradient *gradient);
} attune_error_twins;

#endif
