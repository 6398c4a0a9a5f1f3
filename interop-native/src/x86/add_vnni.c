/* Addition with AVX-512, 64 elements at a time. */
#include "add_lines.h"
#include "requantize_vnni.h"

#if defined(ATTUNE_X86)

/* One multiplier and shift for all lanes. */
ATTUNE_INLINE_VNNI vnni_lanes uniform(int32_t multiplier, int32_t shift) {
    vnni_lanes lanes;
    int32_t right = shift > 0 ? 0 : -shift;
    lanes.bias = _mm512_setzero_si512();
    lanes.even = lanes.odd = _mm512_set1_epi32(multiplier);
    lanes.left = _mm512_set1_epi32(shift > 0 ? shift : 0);
    lanes.right = _mm512_set1_epi32(right > 0 ? right - 1 : 0);
    lanes.halved = right > 0 ? 0xffff : 0;
    lanes.plain = right >= 2;
    return lanes;
}

typedef struct add_operand {
    vnni_lanes lanes;
    __m512i zero;
    __m128i left;
} add_operand;

ATTUNE_INLINE_VNNI __m512i operand(const add_operand *operand, __m128i bytes) {
    __m512i value = _mm512_sub_epi32(_mm512_cvtepi8_epi32(bytes), operand->zero);
    return vnni_requantize(&operand->lanes, _mm512_sll_epi32(value, operand->left), _mm512_setzero_si512());
}

ATTUNE_TARGET_VNNI
static void add_run(const int32_t *record, const int8_t *input, const int8_t *input2, int32_t count, int8_t *output) {
    vnni_clamp clamp = vnni_clamp_load(record);
    vnni_lanes sum_lanes = uniform(record[ATTUNE_MULTIPLIER], record[ATTUNE_SHIFT]);
    __m128i left = _mm_cvtsi32_si128(record[ATTUNE_LEFT_SHIFT]);
    add_operand first = {uniform(record[ATTUNE_MULTIPLIER1], record[ATTUNE_SHIFT1]),
                         _mm512_set1_epi32(record[ATTUNE_INPUT_ZERO]), left};
    add_operand second = {uniform(record[ATTUNE_MULTIPLIER2], record[ATTUNE_SHIFT2]),
                          _mm512_set1_epi32(record[ATTUNE_INPUT2_ZERO]), left};
    for (int32_t i = 0; i < count; i += 64) {
        __mmask64 used = count - i < 64 ? ((uint64_t)1 << (count - i)) - 1 : ~(uint64_t)0;
        __m512i a = _mm512_maskz_loadu_epi8(used, input + i);
        __m512i b = _mm512_maskz_loadu_epi8(used, input2 + i);
        __m128i parts[4] = {_mm512_castsi512_si128(a), _mm512_extracti32x4_epi32(a, 1), _mm512_extracti32x4_epi32(a, 2),
                            _mm512_extracti32x4_epi32(a, 3)};
        __m128i parts2[4] = {_mm512_castsi512_si128(b), _mm512_extracti32x4_epi32(b, 1),
                             _mm512_extracti32x4_epi32(b, 2), _mm512_extracti32x4_epi32(b, 3)};
        __m512i values[4];
        for (int j = 0; j < 4; j++) {
            __m512i sum = _mm512_add_epi32(operand(&first, parts[j]), operand(&second, parts2[j]));
            values[j] = vnni_requantize(&sum_lanes, sum, clamp.zero);
        }
        _mm512_mask_storeu_epi8(output + i, used, vnni_narrow(&clamp, values[0], values[1], values[2], values[3]));
    }
}

int attune_add_vnni(const attune_call *call) {
    return attune_add_lines(call, add_run);
}

#endif
