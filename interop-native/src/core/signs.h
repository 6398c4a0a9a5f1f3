/* The generator of signs (attune.h, Signs). */
#ifndef ATTUNE_SIGNS_H
#define ATTUNE_SIGNS_H

#include <stdint.h>

static inline uint32_t attune_mix(uint32_t x) {
    x ^= x >> 16;
    x *= 0x21f0aaadu;
    x ^= x >> 15;
    x *= 0x735a2d97u;
    x ^= x >> 15;
    return x;
}

static inline uint32_t attune_word(uint32_t index, uint32_t seed_low, uint32_t seed_high) {
    return attune_mix(attune_mix(index ^ seed_low) + seed_high);
}

static inline int32_t attune_sign(uint32_t element, uint32_t seed_low, uint32_t seed_high) {
    uint32_t word = attune_word(element >> 5, seed_low, seed_high);
    return (word >> (element & 31)) & 1 ? -1 : 1;
}

#endif
