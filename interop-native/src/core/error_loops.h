/* The loops of back-propagation that pass over whole tensors. A backend may have faster twins of them, which take the
 * first of the values and return how many; the portable loops take the rest. */
#ifndef ATTUNE_ERROR_LOOPS_H
#define ATTUNE_ERROR_LOOPS_H

#include "call.h"
#include "error_gradient.h"

/* Magnitudes of errors. */
typedef struct attune_error_use {
    int32_t largest;
    int32_t saturated; /* of magnitude 127 and more */
    int32_t sum;
} attune_error_use;

/* A phase of a convolution without groups that runs backward (backward/transposed.h), before its weights are written.
 * Weights of the phase are weights of the layer * factors[filter] / 2^24, to nearest, which never leaves int8. */
typedef struct attune_error_phase {
    const attune_call *call; /* of the phase's layer, without weights and scratch */
    const int8_t *weights;   /* of the layer's first filter, at the phase's first tap: [depth] */
    int32_t filter_step;     /* bytes from a filter to the next */
    int32_t row_step;        /* bytes from a row of taps to the next one of the phase, and from a tap to the next */
    int32_t tap_step;
    const int32_t *factors; /* [filters] */
    uint8_t *scratch;       /* 16-byte aligned */
    int32_t scratch_bytes;
} attune_error_phase;

/* Two errors of one tensor, and what a unit of each is worth in the sum, Q16. */
typedef struct attune_error_shares {
    int8_t *sum;
    const int8_t *other;
    int32_t sum_share;
    int32_t other_share;
} attune_error_shares;

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
    /* Runs a whole phase, or nothing; returns whether it did. */
    int32_t (*phase)(const attune_error_phase *phase);
    /* Puts errors, parts[e + 128] 256ths of a unit each, into results: [positions][channels] of both. Returns of how
     * many channels. */
    int32_t (*look_up)(const int8_t *error, int32_t positions, int32_t channels, const int32_t *parts, int32_t *carry,
                       int8_t *result);
    /* sum <- (sum * sum_share + other * other_share) / 2^16 of count neighbouring channels of [positions][channels], as
     * errors with carries; returns of how many channels. Shares are at most 2^20. */
    int32_t (*merge)(const attune_error_shares *shares, int32_t positions, int32_t channels, int32_t count,
                     int32_t *carry);
    /* Adds the gradient of the weights of the first filters; returns how many. */
    int32_t (*gradient)(const attune_error_gradient *gradient);
} attune_error_twins;

#endif
