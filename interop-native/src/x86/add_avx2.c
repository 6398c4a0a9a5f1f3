/* Addition with AVX2, 16 elements at a time. */
#include "add_lines.h"
#include "requantize_avx2.h"

#if defined(ATTUNE_X86)

typedef struct add_operand {
    avx2_lanes lanes;
    __m256i zero;
    __m128i left;
} add_operand;

/* One multiplier and shift for all lanes. */
ATTUNE_INLINE_AVX2 avx2_lanes uniform(int32_t multiplier, int32_t shift) {
    return avx2_lanes_make(_mm256_setzero_si256(), _mm256_set1_epi32(multiplier),
                           _mm256_set1_epi32(shift > 0 ? shift : 0), _mm256_set1_epi32(shift > 0 ? 0 : -shift),
                           shift <= -2);
}

/* The first eight bytes. */
ATTUNE_INLINE_AVX2 __m256i operand(const add_operand *operand, __m128i bytes) {
    __m256i value = _mm256_sub_epi32(_mm256_cvtepi8_epi32(bytes), operand->zero);
    return avx2_requantize(&operand->lanes, _mm256_sll_epi32(value, operand->left), _mm256_setzero_si256());
}

ATTUNE_TARGET_AVX2
static void add_run(const int32_t *record, const int8_t *input, const int8_t *input2, int32_t count, int8_t *output) {
    avx2_clamp clamp = avx2_clamp_load(record);
    avx2_lanes lanes = uniform(record[ATTUNE_MULTIPLIER], record[ATTUNE_SHIFT]);
    __m128i left = _mm_cvtsi32_si128(record[ATTUNE_LEFT_SHIFT]);
    add_operand first = {uniform(record[ATTUNE_MULTIPLIER1], record[ATTUNE_SHIFT1]),
                         _mm256_set1_epi32(record[ATTUNE_INPUT_ZERO]), left};
    add_operand second = {uniform(record[ATTUNE_MULTIPLIER2], record[ATTUNE_SHIFT2]),
                          _mm256_set1_epi32(record[ATTUNE_INPUT2_ZERO]), left};
    for (int32_t i = 0; i < count; i += 16) {
        int32_t used = attune_smaller(16, count - i);
        __m128i a = avx2_bytes(input + i, used);
        __m128i b = avx2_bytes(input2 + i, used);
        __m256i low = _mm256_add_epi32(operand(&first, a), operand(&second, b));
        __m256i high = _mm256_add_epi32(operand(&first, _mm_srli_si128(a, 8)), operand(&second, _mm_srli_si128(b, 8)));
        low = avx2_requantize(&lanes, low, clamp.zero);
        high = avx2_requantize(&lanes, high, clamp.zero);
        avx2_store(output + i, used, avx2_narrow(&clamp, low, high));
    }
}

int attune_add_avx2(const attune_call *call) {
    return attune_add_lines(call, add_run);
}

#endif
