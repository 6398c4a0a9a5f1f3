/* Signs of the generator as the kernels want them. */
#ifndef ATTUNE_DSP_SIGNS_H
#define ATTUNE_DSP_SIGNS_H

#include "dsp.h"

#if defined(ATTUNE_DSP)

/* Four signs as bytes +1 and -1, of four bits of a word of the generator. */
extern const uint32_t attune_dsp_signs[16];

/* The same widened: signs 0 and 2, and 1 and 3, in the halves of a word. Aligned to the whole table. */
typedef struct dsp_sign_pairs {
    uint32_t even;
    uint32_t odd;
} dsp_sign_pairs;
extern const dsp_sign_pairs attune_dsp_sign_pairs[16];

/* Places of sign pairs in the table, one in each byte: of the lower, and of the upper, four bits of each byte. */
#define DSP_SIGN_PLACES 0x78787878u
DSP_INLINE uint32_t dsp_lower_places(uint32_t bits) {
    return bits << 3 & DSP_SIGN_PLACES;
}
DSP_INLINE uint32_t dsp_upper_places(uint32_t bits) {
    return bits >> 1 & DSP_SIGN_PLACES;
}

/* The pairs at a byte's place; byte is a constant. */
DSP_INLINE dsp_sign_pairs dsp_signs_at(uint32_t places, int byte) {
    dsp_sign_pairs pairs;
    const dsp_sign_pairs *at;
    __asm__("uxtab %0, %1, %2, ror %3" : "=r"(at) : "r"(attune_dsp_sign_pairs), "r"(places), "i"(8 * byte));
    __asm__("ldrd %0, %1, [%2]" : "=r"(pairs.even), "=r"(pairs.odd) : "r"(at), "m"(*at));
    return pairs;
}

/* Where the pairs of the four lowest bits are; pairs is any place in the table. */
DSP_INLINE const dsp_sign_pairs *dsp_signs_insert(const dsp_sign_pairs *pairs, uint32_t bits) {
    __asm__("bfi %0, %1, #3, #4" : "+r"(pairs) : "r"(bits));
    return pairs;
}

/* The signs of elements element .. element + 3, element a multiple of 4, in the four lowest bits. */
DSP_INLINE uint32_t dsp_sign_bits(const attune_call *call, uint32_t element) {
    return attune_word(element >> 5, call->seed_low, call->seed_high) >> (element & 31);
}

/* The generator's words first .. first + count - 1, count >= 1. */
void attune_dsp_words(const attune_call *call, uint32_t first, int32_t count, uint32_t *words);

#endif

#endif
