#include "gradients.h"

#include "../internal.h"

#if defined(ATTUNE_DSP_FLOAT)

/* Eight weights, s8..s15, take one position's inputs times its scale. */
#define POSITION(input, scale)                                                                                         \
    "vldmia %[" input "]!, {s16-s23}\n"                                                                                \
    "vmla.f32 s8, s16, " scale "\n"                                                                                    \
    "vmla.f32 s9, s17, " scale "\n"                                                                                    \
    "vmla.f32 s10, s18, " scale "\n"                                                                                   \
    "vmla.f32 s11, s19, " scale "\n"                                                                                   \
    "vmla.f32 s12, s20, " scale "\n"                                                                                   \
    "vmla.f32 s13, s21, " scale "\n"                                                                                   \
    "vmla.f32 s14, s22, " scale "\n"                                                                                   \
    "vmla.f32 s15, s23, " scale "\n"

void attune_dsp_add_four_runs(float *weights, const float *inputs, int32_t run, const float *scale, int32_t count) {
    if (count <= 0) {
        return;
    }
    const float *input1 = inputs + run;
    const float *input2 = input1 + run;
    const float *input3 = input2 + run;
    const float *end = weights + count;
    __asm__ volatile("vldmia %[scale], {s0-s3}\n"
                     "1:\n"
                     "vldmia %[weights], {s8-s15}\n" POSITION("input0", "s0") POSITION("input1", "s1")
                         POSITION("input2", "s2") POSITION("input3", "s3") "vstmia %[weights]!, {s8-s15}\n"
                                                                           "cmp %[weights], %[end]\n"
                                                                           "bne 1b\n"
                     : [weights] "+r"(weights), [input0] "+r"(inputs), [input1] "+r"(input1), [input2] "+r"(input2),
                       [input3] "+r"(input3)
                     : [scale] "r"(scale), [end] "r"(end)
                     : "s0", "s1", "s2", "s3", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", "s16", "s17",
                       "s18", "s19", "s20", "s21", "s22", "s23", "cc", "memory");
}

/* Four sums, from register s(first) on, take the four signed deltas of the word's bits bit .. bit + 3. */
#define FOUR(bit, first, second, third, fourth)                                                                        \
    "ubfx %[at], %[bits], #" bit ", #4\n"                                                                              \
    "add %[at], %[table], %[at], lsl #4\n"                                                                             \
    "vldmia %[at], {s0-s3}\n"                                                                                          \
    "vadd.f32 " first ", " first ", s0\n"                                                                              \
    "vadd.f32 " second ", " second ", s1\n"                                                                            \
    "vadd.f32 " third ", " third ", s2\n"                                                                              \
    "vadd.f32 " fourth ", " fourth ", s3\n"

#define EIGHT(bit, next)                                                                                               \
    "vldmia %[sums], {s8-s15}\n" FOUR(bit, "s8", "s9", "s10", "s11")                                                   \
        FOUR(next, "s12", "s13", "s14", "s15") "vstmia %[sums]!, {s8-s15}\n"

void attune_dsp_signed_add(float *sums, int32_t count, uint32_t word, float delta, uint32_t seed_low,
                           uint32_t seed_high) {
    float table[16][4]; /* of each four bits, the four signed deltas */
    for (int32_t bits = 0; bits < 16; bits++) {
        for (int32_t i = 0; i < 4; i++) {
            table[bits][i] = bits >> i & 1 ? -delta : delta;
        }
    }
    for (const float *end = sums + count; sums != end;) {
        uint32_t bits = attune_word(word, seed_low, seed_high);
        uint32_t at;
        word++;
        __asm__ volatile(EIGHT("0", "4") EIGHT("8", "12") EIGHT("16", "20") EIGHT("24", "28")
                         : [sums] "+r"(sums), [at] "=&r"(at)
                         : [bits] "r"(bits), [table] "r"(table)
                         : "s0", "s1", "s2", "s3", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", "memory");
    }
}

#endif
