#include "signs.h"

#if defined(ATTUNE_DSP)

const uint32_t attune_dsp_signs[16] = {
    0x01010101u, 0x010101ffu, 0x0101ff01u, 0x0101ffffu, 0x01ff0101u, 0x01ff01ffu, 0x01ffff01u, 0x01ffffffu,
    0xff010101u, 0xff0101ffu, 0xff01ff01u, 0xff01ffffu, 0xffff0101u, 0xffff01ffu, 0xffffff01u, 0xffffffffu,
};

_Alignas(128) const dsp_sign_pairs attune_dsp_sign_pairs[16] = {
    {0x00010001u, 0x00010001u}, {0x0001ffffu, 0x00010001u}, {0x00010001u, 0x0001ffffu}, {0x0001ffffu, 0x0001ffffu},
    {0xffff0001u, 0x00010001u}, {0xffffffffu, 0x00010001u}, {0xffff0001u, 0x0001ffffu}, {0xffffffffu, 0x0001ffffu},
    {0x00010001u, 0xffff0001u}, {0x0001ffffu, 0xffff0001u}, {0x00010001u, 0xffffffffu}, {0x0001ffffu, 0xffffffffu},
    {0xffff0001u, 0xffff0001u}, {0xffffffffu, 0xffff0001u}, {0xffff0001u, 0xffffffffu}, {0xffffffffu, 0xffffffffu},
};

/* attune_mix */
#define MIX                                                                                                            \
    "eor %[word], %[word], %[word], lsr #16\n"                                                                         \
    "mul %[word], %[word], %[a]\n"                                                                                     \
    "eor %[word], %[word], %[word], lsr #15\n"                                                                         \
    "mul %[word], %[word], %[b]\n"                                                                                     \
    "eor %[word], %[word], %[word], lsr #15\n"

void attune_dsp_words(const attune_call *call, uint32_t first, int32_t count, uint32_t *words) {
    const uint32_t *end = words + count;
    uint32_t word;
    __asm__ volatile("1:\n"
                     "eor %[word], %[first], %[low]\n"
                     "add %[first], %[first], #1\n" MIX "add %[word], %[word], %[high]\n" MIX
                     "str %[word], [%[words]], #4\n"
                     "cmp %[words], %[end]\n"
                     "bne 1b\n"
                     : [first] "+r"(first), [words] "+r"(words), [word] "=&r"(word)
                     : [low] "r"(call->seed_low), [high] "r"(call->seed_high), [a] "r"(0x21f0aaadu),
                       [b] "r"(0x735a2d97u), [end] "r"(end)
                     : "cc", "memory");
}

#endif
