/* Weights with the signs of ATTUNE_RUN_PROBE_WEIGHTS, 64 at a time. */
#ifndef ATTUNE_SIGNS_VNNI_H
#define ATTUNE_SIGNS_VNNI_H

#include "x86.h"

#if defined(ATTUNE_X86)

#include <immintrin.h>

ATTUNE_INLINE_VNNI __m512i vnni_mix(__m512i x) {
    x = _mm512_xor_si512(x, _mm512_srli_epi32(x, 16));
    x = _mm512_mullo_epi32(x, _mm512_set1_epi32(0x21f0aaad));
    x = _mm512_xor_si512(x, _mm512_srli_epi32(x, 15));
    x = _mm512_mullo_epi32(x, _mm512_set1_epi32(0x735a2d97));
    return _mm512_xor_si512(x, _mm512_srli_epi32(x, 15));
}

/* Sixteen words of the stream of signs. */
ATTUNE_INLINE_VNNI __m512i vnni_words(const attune_call *call, __m512i index) {
    __m512i low = vnni_mix(_mm512_xor_si512(index, _mm512_set1_epi32((int32_t)call->seed_low)));
    return vnni_mix(_mm512_add_epi32(low, _mm512_set1_epi32((int32_t)call->seed_high)));
}

/* 64 signs from three words; set means -1. */
ATTUNE_INLINE_VNNI __mmask64 vnni_sign_mask(uint32_t word, uint32_t word1, uint32_t word2, uint32_t bit) {
    uint64_t low = word | (uint64_t)word1 << 32;
    return bit == 0 ? low : low >> bit | (uint64_t)word2 << (64 - bit);
}

/* weights + xi without what does not fit in a byte; that is what is returned in rest, -1, 0 or 1 a weight. */
ATTUNE_INLINE_VNNI __m512i vnni_probe(__m512i weights, __mmask64 used, __mmask64 negative, __m512i *rest) {
    const __m512i one = _mm512_set1_epi8(1);
    __m512i signs =
        _mm512_mask_sub_epi8(_mm512_maskz_mov_epi8(used, one), used & negative, _mm512_setzero_si512(), one);
    __m512i probed = _mm512_adds_epi8(weights, signs);
    *rest = _mm512_sub_epi8(signs, _mm512_sub_epi8(probed, weights));
    return probed;
}

#endif
#endif
