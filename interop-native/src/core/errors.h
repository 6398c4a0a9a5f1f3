/* How errors become int8 (attune.h, Back-propagation): rescaled to 1/256 of a unit, then rounded with a random byte. */
#ifndef ATTUNE_ERRORS_H
#define ATTUNE_ERRORS_H

#include "fixed_point.h"
#include "signs.h"

/* How accumulators of a layer that runs backward become errors. */
typedef struct attune_error_outputs {
    const int32_t *multipliers; /* [channels], Q31: from an accumulator to 1/256 of a unit */
    int32_t left;               /* the product's left shift, 0..22 */
    int32_t *carry;             /* [channels]: what rounding has left over so far, in 1/256 of a unit */
    int32_t nearest;            /* not 0: nothing is carried */
} attune_error_outputs;

/* No error has more units; room for the random byte is left. */
#define ATTUNE_LARGEST_ERROR (1 << 22)

/* From 1/256 of a unit, at most ATTUNE_LARGEST_ERROR, to units. What is rounded off goes into the carry. */
static inline int8_t attune_error_round(int32_t parts, int32_t *carry, int32_t nearest) {
    int32_t sum = parts + *carry;
    int32_t units = (sum + 128) >> 8;
    int32_t error = attune_clamp(units, -128, 127);
    *carry = nearest || error != units ? 0 : sum - 256 * error;
    return (int8_t)error;
}

/* Carries of count channels to begin with: random, so that rounding is without bias. */
static inline void attune_error_carry(int32_t *carry, int32_t count, int32_t nearest, uint32_t seed_low,
                                      uint32_t seed_high) {
    uint32_t word = 0;
    for (int32_t c = 0; c < count; c++) {
        word = c % 4 == 0 ? attune_word((uint32_t)(c / 4), seed_low, seed_high) : word >> 8;
        carry[c] = nearest ? 0 : (int32_t)(word & 255) - 128;
    }
}

static inline int32_t attune_error_parts(int32_t accumulator, int32_t multiplier, int32_t left) {
    int32_t right = 31 - left;
    int64_t parts = ((int64_t)accumulator * multiplier + ((int64_t)1 << (right - 1))) >> right;
    return parts < -ATTUNE_LARGEST_ERROR  ? -ATTUNE_LARGEST_ERROR
           : parts > ATTUNE_LARGEST_ERROR ? ATTUNE_LARGEST_ERROR
                                          : (int32_t)parts;
}

#endif
