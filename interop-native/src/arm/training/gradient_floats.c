#include "gradient_floats.h"

#if defined(ATTUNE_DSP_FLOAT)

/* The byte at a bit of word, a constant, widened and added to base. */
DSP_INLINE int32_t dsp_widen_byte(int32_t base, uint32_t word, int bit) {
    return base + (int8_t)(word >> bit);
}

/* Two positions. */
#define TAKE                                                                                                           \
    "ldr r8, [%[input]]\n"                                                                                             \
    "ldr lr, [%[input], %[step]]\n"                                                                                    \
    "add %[input], %[input], %[step], lsl #1\n"                                                                        \
    "sxtab r4, %[zero], r8\n"                                                                                          \
    "sxtab r5, %[zero], r8, ror #8\n"                                                                                  \
    "sxtab r6, %[zero], r8, ror #16\n"                                                                                 \
    "sxtab r8, %[zero], r8, ror #24\n"                                                                                 \
    "sxtab r9, %[zero], lr\n"                                                                                          \
    "sxtab r10, %[zero], lr, ror #8\n"                                                                                 \
    "sxtab r12, %[zero], lr, ror #16\n"                                                                                \
    "sxtab lr, %[zero], lr, ror #24\n"                                                                                 \
    "stmia %[numbers]!, {r4, r5, r6, r8, r9, r10, r12, lr}\n"

void attune_dsp_take(dsp_number *numbers, const int8_t *input, int32_t step, int32_t positions, int32_t zero) {
    int32_t minus_zero = -zero;
    const dsp_number *end = numbers + (positions & ~3) * DSP_LANES;
    if (numbers != end) {
        __asm__ volatile("1:\n" TAKE TAKE "cmp %[numbers], %[end]\n"
                         "bne 1b\n"
                         : [numbers] "+r"(numbers), [input] "+r"(input)
                         : [step] "r"(step), [zero] "r"(minus_zero), [end] "r"(end)
                         : "r4", "r5", "r6", "r8", "r9", "r10", "r12", "lr", "cc", "memory");
    }
    for (positions &= 3; positions > 0; positions--) {
        uint32_t word = dsp_load(input);
        numbers[0].integer = dsp_widen_byte(minus_zero, word, 0);
        numbers[1].integer = dsp_widen_byte(minus_zero, word, 8);
        numbers[2].integer = dsp_widen_byte(minus_zero, word, 16);
        numbers[3].integer = dsp_widen_byte(minus_zero, word, 24);
        numbers += DSP_LANES;
        input += step;
    }
}

#endif
