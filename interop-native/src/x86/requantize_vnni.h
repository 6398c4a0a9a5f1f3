/* Requantization of 16 channels at four positions, equal to attune_rescale for every multiplier and shift. */
#ifndef ATTUNE_REQUANTIZE_VNNI_H
#define ATTUNE_REQUANTIZE_VNNI_H

#include "lanes.h"

#if defined(ATTUNE_X86)

#include <immintrin.h>

typedef struct vnni_lanes {
    __m512i bias;
    __m512i even; /* multipliers of the even lanes; the odd ones moved to even places */
    __m512i odd;
    __m512i left;
    __m512i right;    /* shift to the right less 1, at least 0 */
    __mmask16 halved; /* lanes whose shift to the right is not 0 */
    int32_t plain;
} vnni_lanes;

ATTUNE_INLINE_VNNI vnni_lanes vnni_lanes_load(const attune_lanes *lanes) {
    vnni_lanes loaded;
    __m512i right = _mm512_load_si512(lanes->right);
    loaded.bias = _mm512_load_si512(lanes->bias);
    loaded.even = _mm512_load_si512(lanes->multiplier);
    loaded.odd = _mm512_srli_epi64(loaded.even, 32);
    loaded.left = _mm512_load_si512(lanes->left);
    loaded.halved = _mm512_test_epi32_mask(right, right);
    loaded.right = _mm512_max_epi32(_mm512_sub_epi32(right, _mm512_set1_epi32(1)), _mm512_setzero_si512());
    loaded.plain = lanes->plain;
    return loaded;
}

/* round(x * multiplier / 2^31), ties upward; multipliers are not negative, so that nothing saturates. */
ATTUNE_INLINE_VNNI __m512i vnni_high_multiply(__m512i x, __m512i multiplier, __m512i multiplier_odd) {
    const __m512i half = _mm512_set1_epi64(1 << 30);
    __m512i even = _mm512_add_epi64(_mm512_mul_epi32(x, multiplier), half);
    __m512i odd = _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(x, 32), multiplier_odd), half);
    return _mm512_mask_shuffle_epi32(_mm512_srli_epi64(even, 31), 0xaaaa, _mm512_srli_epi64(odd, 31), _MM_PERM_CCAA);
}

/* x - 1 where x is negative: then rounding half up rounds half away from zero. */
ATTUNE_INLINE_VNNI __m512i vnni_lean(__m512i x) {
#if defined(ATTUNE_WRONG_VNNI)
    return x;
#else
    return _mm512_add_epi32(x, _mm512_srai_epi32(x, 31));
#endif
}

/* The value before the clamp; addend is the zero point plus a node probe's sign. */
ATTUNE_INLINE_VNNI __m512i vnni_requantize(const vnni_lanes *lanes, __m512i sums, __m512i addend) {
    const __m512i one = _mm512_set1_epi32(1);
    __m512i biased = _mm512_add_epi32(sums, lanes->bias);
    if (lanes->plain) {
        /* Nothing overflows after a shift of 1 or more, so the rounding one and the addend can be added at once. */
        __m512i high = vnni_lean(vnni_high_multiply(biased, lanes->even, lanes->odd));
        __m512i rounding = _mm512_add_epi32(_mm512_add_epi32(addend, addend), one);
        return _mm512_srai_epi32(_mm512_add_epi32(_mm512_srav_epi32(high, lanes->right), rounding), 1);
    }
    __m512i high = vnni_high_multiply(_mm512_sllv_epi32(biased, lanes->left), lanes->even, lanes->odd);
    __m512i twice = _mm512_add_epi32(_mm512_srav_epi32(vnni_lean(high), lanes->right), one);
    return _mm512_add_epi32(_mm512_mask_srai_epi32(high, lanes->halved, twice, 1), addend);
}

typedef struct vnni_clamp {
    __m512i zero;
    __m512i low; /* bytes */
    __m512i high;
    __m512i order;
} vnni_clamp;

ATTUNE_INLINE_VNNI vnni_clamp vnni_clamp_load(const int32_t *record) {
    vnni_clamp clamp;
    clamp.zero = _mm512_set1_epi32(record[ATTUNE_OUTPUT_ZERO]);
    clamp.low = _mm512_set1_epi8((char)record[ATTUNE_ACT_MIN]);
    clamp.high = _mm512_set1_epi8((char)record[ATTUNE_ACT_MAX]);
    clamp.order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return clamp;
}

/* Bytes of four vectors one after the other, clamped. */
ATTUNE_INLINE_VNNI __m512i vnni_narrow(const vnni_clamp *clamp, __m512i a, __m512i b, __m512i c, __m512i d) {
    __m512i packed = _mm512_packs_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d));
    __m512i clamped = _mm512_min_epi8(_mm512_max_epi8(packed, clamp->low), clamp->high);
    return _mm512_permutexvar_epi32(clamp->order, clamped);
}

/* Stores the first count bytes. */
ATTUNE_INLINE_VNNI void vnni_store(int8_t *output, int32_t count, __m128i bytes) {
    if (count == 16) {
        _mm_storeu_si128((__m128i *)(void *)output, bytes);
    } else if (count == 8) {
        _mm_storel_epi64((__m128i *)(void *)output, bytes);
    } else {
        _mm_mask_storeu_epi8(output, (__mmask16)((1u << count) - 1), bytes);
    }
}

/* zero + xi for 16 channels from this element on. */
ATTUNE_INLINE_VNNI __m512i vnni_addend(const attune_call *call, const vnni_clamp *clamp, uint32_t element) {
    if (!(call->mode & ATTUNE_RUN_PROBE_NODES)) {
        return clamp->zero;
    }
    const __m512i one = _mm512_set1_epi32(1);
    __mmask16 negative = (__mmask16)attune_sign_bits(element, call->seed_low, call->seed_high);
    return _mm512_mask_sub_epi32(_mm512_add_epi32(clamp->zero, one), negative, clamp->zero, one);
}

/* Writes up to four positions of one block of channels. outputs: where the first channel of the layer lies; elements:
 * its number in the tensor. */
ATTUNE_INLINE_VNNI void vnni_write(const attune_call *call, const attune_lanes *lanes, const vnni_lanes *loaded,
                                   const vnni_clamp *clamp, int8_t *const *outputs, const uint32_t *elements,
                                   int32_t positions, const __m512i *sums) {
    __m512i values[4];
    uint32_t first = (uint32_t)lanes->first;
    for (int p = 0; p < 4; p++) {
        __m512i addend = p < positions ? vnni_addend(call, clamp, elements[p] + first) : _mm512_setzero_si512();
        values[p] = vnni_requantize(loaded, sums[p], addend);
    }
    __m512i bytes = vnni_narrow(clamp, values[0], values[1], values[2], values[3]);
    vnni_store(outputs[0] + lanes->first, lanes->count, _mm512_castsi512_si128(bytes));
    if (positions > 1) {
        vnni_store(outputs[1] + lanes->first, lanes->count, _mm512_extracti32x4_epi32(bytes, 1));
    }
    if (positions > 2) {
        vnni_store(outputs[2] + lanes->first, lanes->count, _mm512_extracti32x4_epi32(bytes, 2));
    }
    if (positions > 3) {
        vnni_store(outputs[3] + lanes->first, lanes->count, _mm512_extracti32x4_epi32(bytes, 3));
    }
}

#endif
#endif
