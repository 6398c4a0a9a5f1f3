/* How errors become int8 (attune.h, Back-propagation): rescaled to 1/256 of a unit, then rounded down with what the
 * channel's position before has left over. */
#ifndef ATTUNE_ERRORS_H
#define ATTUNE_ERRORS_H

#include "fixed_point.h"
#include "signs.h"

#include <float.h>

/* How accumulators of a layer that runs backward become errors. */
typedef struct attune_error_outputs {
    const int32_t *multipliers; /* [channels], Q31: from an accumulator to 1/256 of a unit */
    int32_t left;               /* the product's left shift, 0..22 */
    int32_t *carry;             /* [channels]: what rounding has left over so far, 0..255 */
    int32_t nearest;            /* not 0: carries stay ATTUNE_ERROR_HALF */
    int8_t *output;             /* of the first position */
    int32_t image_step;         /* bytes from an image to the next */
    int32_t line_step;
    int32_t column_step;
} attune_error_outputs;

/* Whether a number can be the scale of an error; NaN cannot. */
static inline int attune_error_scale_good(float scale) {
    return scale >= 0.0f && scale <= FLT_MAX;
}

/* Half a unit. */
#define ATTUNE_ERROR_HALF 128

/* Beyond so many parts every error is saturated. */
#define ATTUNE_ERROR_PARTS (1 << 22)

/* From 1/256 of a unit to units. What is rounded off goes into the carry. */
static inline int8_t attune_error_round(int32_t parts, int32_t *carry, int32_t nearest) {
    int32_t sum = parts + *carry;
    *carry = nearest ? ATTUNE_ERROR_HALF : sum & 255;
    return (int8_t)attune_clamp(sum >> 8, -128, 127);
}

/* Carries of count channels to begin with: random, so that rounding is without bias. */
static inline void attune_error_carry(int32_t *carry, int32_t count, int32_t nearest, uint32_t seed_low,
                                      uint32_t seed_high) {
    uint32_t word = 0;
    for (int32_t c = 0; c < count; c++) {
        word = c % 4 == 0 ? attune_word((uint32_t)(c / 4), seed_low, seed_high) : word >> 8;
        carry[c] = nearest ? ATTUNE_ERROR_HALF : (int32_t)(word & 255);
    }
}

/* accumulator * multiplier / 2^(31 - left), to nearest, halves upward. What is too large keeps only its parts of a
 * unit, of which the carry is made. */
static inline int32_t attune_error_parts(int32_t accumulator, int32_t multiplier, int32_t left) {
    int32_t right = 31 - left;
    int64_t parts = ((int64_t)accumulator * multiplier + ((int64_t)1 << (right - 1))) >> right;
    int32_t rest = (int32_t)(parts & 255);
    return parts < -ATTUNE_ERROR_PARTS  ? rest - ATTUNE_ERROR_PARTS
           : parts > ATTUNE_ERROR_PARTS ? rest + ATTUNE_ERROR_PARTS
                                        : (int32_t)parts;
}

#endif
