/* How errors become int8 (attune.h, Back-propagation): rescaled to 1/256 of a unit, then rounded with a random byte. */
#ifndef ATTUNE_ERRORS_H
#define ATTUNE_ERRORS_H

#include "fixed_point.h"
#include "signs.h"

/* The rounding of a call; element e of line y of a tensor takes byte e % 4 of mix(word(y) + e / 4). */
typedef struct attune_error_rounding {
    int32_t stochastic; /* 0: to nearest, which is the byte 128 everywhere */
    uint32_t seed_low;
    uint32_t seed_high;
} attune_error_rounding;

/* How accumulators of a layer that runs backward become errors. */
typedef struct attune_error_outputs {
    const int32_t *multipliers; /* [channels], Q31: from an accumulator to 1/256 of a unit */
    int32_t left;               /* the product's left shift, 0..22 */
    attune_error_rounding rounding;
} attune_error_outputs;

static inline uint32_t attune_error_line(const attune_error_rounding *rounding, int32_t line) {
    return attune_word((uint32_t)line, rounding->seed_low, rounding->seed_high);
}

/* The random byte of an element of the line that has this word. */
static inline int32_t attune_error_byte(const attune_error_rounding *rounding, uint32_t line_word, int32_t element) {
    uint32_t word = attune_mix(line_word + (uint32_t)(element >> 2));
    return rounding->stochastic ? (int32_t)(word >> (8 * (element & 3)) & 255) : 128;
}

/* No error has more units; room for the random byte is left. */
#define ATTUNE_LARGEST_ERROR (1 << 22)

/* From 1/256 of a unit, at most ATTUNE_LARGEST_ERROR, to units. */
static inline int8_t attune_error_round(int32_t parts, int32_t byte) {
    return (int8_t)attune_clamp((parts + byte) >> 8, -128, 127);
}

static inline int32_t attune_error_parts(int32_t accumulator, int32_t multiplier, int32_t left) {
    int32_t right = 31 - left;
    int64_t parts = ((int64_t)accumulator * multiplier + ((int64_t)1 << (right - 1))) >> right;
    return parts < -ATTUNE_LARGEST_ERROR  ? -ATTUNE_LARGEST_ERROR
           : parts > ATTUNE_LARGEST_ERROR ? ATTUNE_LARGEST_ERROR
                                          : (int32_t)parts;
}

#endif
