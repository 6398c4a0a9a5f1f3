/* Requantization of 16 channels in two vectors, equal to attune_rescale for every multiplier and shift. */
#ifndef ATTUNE_REQUANTIZE_AVX2_H
#define ATTUNE_REQUANTIZE_AVX2_H

#include "lanes.h"

#if defined(ATTUNE_X86)

#include <immintrin.h>

/* Eight lanes. */
typedef struct avx2_lanes {
    __m256i bias;
    __m256i even; /* multipliers of the even lanes; the odd ones moved to even places */
    __m256i odd;
    __m256i left;
    __m256i right;  /* shift to the right less 1, at least 0 */
    __m256i halved; /* all ones where the shift to the right is not 0 */
    int32_t plain;
} avx2_lanes;

ATTUNE_INLINE_AVX2 avx2_lanes avx2_lanes_make(__m256i bias, __m256i multiplier, __m256i left, __m256i right,
                                              int32_t plain) {
    const __m256i zero = _mm256_setzero_si256();
    avx2_lanes lanes;
    lanes.bias = bias;
    lanes.even = multiplier;
    lanes.odd = _mm256_srli_epi64(multiplier, 32);
    lanes.left = left;
    lanes.right = _mm256_max_epi32(_mm256_sub_epi32(right, _mm256_set1_epi32(1)), zero);
    lanes.halved = _mm256_cmpgt_epi32(right, zero);
    lanes.plain = plain;
    return lanes;
}

ATTUNE_INLINE_AVX2 __m256i avx2_load(const int32_t *values) {
    return _mm256_load_si256((const __m256i *)(const void *)values);
}

/* Lanes 0..7 (half 0) or 8..15 (half 1). */
ATTUNE_INLINE_AVX2 avx2_lanes avx2_lanes_load(const attune_lanes *lanes, int32_t half) {
    int32_t at = half * 8;
    return avx2_lanes_make(avx2_load(lanes->bias + at), avx2_load(lanes->multiplier + at), avx2_load(lanes->left + at),
                           avx2_load(lanes->right + at), lanes->plain);
}

/* round(x * multiplier / 2^31), ties upward; multipliers are not negative, so that nothing saturates. */
ATTUNE_INLINE_AVX2 __m256i avx2_high_multiply(__m256i x, const avx2_lanes *lanes) {
    const __m256i half = _mm256_set1_epi64x(1 << 30);
    __m256i even = _mm256_add_epi64(_mm256_mul_epi32(x, lanes->even), half);
    __m256i odd = _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(x, 32), lanes->odd), half);
    return _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xaa);
}

/* x - 1 where x is negative: then rounding half up rounds half away from zero. */
ATTUNE_INLINE_AVX2 __m256i avx2_lean(__m256i x) {
#if defined(ATTUNE_WRONG_AVX2)
    return x;
#else
    return _mm256_add_epi32(x, _mm256_srai_epi32(x, 31));
#endif
}

/* The value before the clamp; addend is the zero point plus a node probe's sign. */
ATTUNE_INLINE_AVX2 __m256i avx2_requantize(const avx2_lanes *lanes, __m256i sums, __m256i addend) {
    const __m256i one = _mm256_set1_epi32(1);
    __m256i biased = _mm256_add_epi32(sums, lanes->bias);
    if (lanes->plain) {
        /* Nothing overflows after a shift of 1 or more, so the rounding one and the addend can be added at once. */
        __m256i high = avx2_lean(avx2_high_multiply(biased, lanes));
        __m256i rounding = _mm256_add_epi32(_mm256_add_epi32(addend, addend), one);
        return _mm256_srai_epi32(_mm256_add_epi32(_mm256_srav_epi32(high, lanes->right), rounding), 1);
    }
    __m256i high = avx2_high_multiply(_mm256_sllv_epi32(biased, lanes->left), lanes);
    __m256i twice = _mm256_add_epi32(_mm256_srav_epi32(avx2_lean(high), lanes->right), one);
    __m256i scaled = _mm256_blendv_epi8(high, _mm256_srai_epi32(twice, 1), lanes->halved);
    return _mm256_add_epi32(scaled, addend);
}

typedef struct avx2_clamp {
    __m256i zero;
    __m128i low; /* bytes */
    __m128i high;
} avx2_clamp;

ATTUNE_INLINE_AVX2 avx2_clamp avx2_clamp_load(const int32_t *record) {
    avx2_clamp clamp;
    clamp.zero = _mm256_set1_epi32(record[ATTUNE_OUTPUT_ZERO]);
    clamp.low = _mm_set1_epi8((char)record[ATTUNE_ACT_MIN]);
    clamp.high = _mm_set1_epi8((char)record[ATTUNE_ACT_MAX]);
    return clamp;
}

/* Sixteen values as bytes, clamped. */
ATTUNE_INLINE_AVX2 __m128i avx2_narrow(const avx2_clamp *clamp, __m256i low, __m256i high) {
    __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
    __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    return _mm_min_epi8(_mm_max_epi8(bytes, clamp->low), clamp->high);
}

/* Stores the first count bytes. */
ATTUNE_INLINE_AVX2 void avx2_store(int8_t *output, int32_t count, __m128i bytes) {
    if (count == 16) {
        _mm_storeu_si128((__m128i *)(void *)output, bytes);
    } else if (count == 8) {
        _mm_storel_epi64((__m128i *)(void *)output, bytes);
    } else {
        int8_t values[16];
        _mm_storeu_si128((__m128i *)(void *)values, bytes);
        __builtin_memcpy(output, values, (size_t)count);
    }
}

/* Loads count bytes, 1..16, and reads no more. */
ATTUNE_INLINE_AVX2 __m128i avx2_bytes(const int8_t *input, int32_t count) {
    if (count == 16) {
        return _mm_loadu_si128((const __m128i *)(const void *)input);
    }
    int8_t values[16] = {0};
    __builtin_memcpy(values, input, (size_t)count);
    return _mm_loadu_si128((const __m128i *)(const void *)values);
}

/* zero + xi for eight channels; bit 0 of the signs is the first one's. */
ATTUNE_INLINE_AVX2 __m256i avx2_addend(const avx2_clamp *clamp, uint32_t signs) {
    const __m256i bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    __m256i negative = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32((int32_t)signs), bits), bits);
    __m256i sign = _mm256_or_si256(negative, _mm256_set1_epi32(1));
    return _mm256_add_epi32(clamp->zero, sign);
}

/* Writes one position of one block of channels. output: where the layer's first channel lies; element: its number. */
ATTUNE_INLINE_AVX2 void avx2_write(const attune_call *call, const attune_lanes *lanes, const avx2_lanes *loaded,
                                   const avx2_clamp *clamp, int8_t *output, uint32_t element, __m256i low,
                                   __m256i high) {
    __m256i addend = clamp->zero;
    __m256i addend2 = clamp->zero;
    if (call->mode & ATTUNE_RUN_PROBE_NODES) {
        uint32_t signs = attune_sign_bits(element + (uint32_t)lanes->first, call->seed_low, call->seed_high);
        addend = avx2_addend(clamp, signs);
        addend2 = avx2_addend(clamp, signs >> 8);
    }
    low = avx2_requantize(&loaded[0], low, addend);
    high = avx2_requantize(&loaded[1], high, addend2);
    avx2_store(output + lanes->first, lanes->count, avx2_narrow(clamp, low, high));
}

/* The same in the modes that run element by element. */
ATTUNE_INLINE_AVX2 void avx2_write_slow(const attune_call *call, const attune_lanes *lanes, int32_t line, int32_t x,
                                        __m256i low, __m256i high) {
    int32_t raw[16] __attribute__((aligned(32)));
    _mm256_store_si256((__m256i *)(void *)raw, low);
    _mm256_store_si256((__m256i *)(void *)(raw + 8), high);
    attune_lanes_write(call, lanes, line, x, raw);
}

#endif
#endif
