/* Errors that are rescaled one by one, four channels at a time, whose carries stay in registers while the positions
 * pass. */
#include "../dsp.h"
#include "gradient.h"

#if defined(ATTUNE_DSP)

#define LOOK_UP(carry, ror, bit)                                                                                       \
    "sxtb r9, r8" ror "\n"                                                                                             \
    "ldr r9, [%[parts], r9, lsl #2]\n"                                                                                 \
    "add r9, r9, " carry "\n"                                                                                          \
    "ssat r10, #8, r9, asr #8\n"                                                                                       \
    "uxtb " carry ", r9\n"                                                                                             \
    "bfi r8, r10, #" bit ", #8\n"

/* Four channels; positions > 0. */
static void channels_look_up(const int8_t *error, int32_t positions, int32_t channels, const int32_t *parts,
                             int32_t *carry, int8_t *result) {
    const int8_t *end = error + positions * channels;
    int32_t carry0 = carry[0], carry1 = carry[1], carry2 = carry[2], carry3 = carry[3];
    __asm__ volatile("1:\n"
                     "ldr r8, [%[error]]\n"
                     "add %[error], %[error], %[step]\n" LOOK_UP("%[carry0]", "", "0")
                         LOOK_UP("%[carry1]", ", ror #8", "8") LOOK_UP("%[carry2]", ", ror #16", "16")
                             LOOK_UP("%[carry3]", ", ror #24", "24") "cmp %[error], %[end]\n"
                                                                     "str r8, [%[result]]\n"
                                                                     "add %[result], %[result], %[step]\n"
                                                                     "bne 1b\n"
                     : [error] "+&r"(error), [result] "+&r"(result), [carry0] "+&r"(carry0), [carry1] "+&r"(carry1),
                       [carry2] "+&r"(carry2), [carry3] "+&r"(carry3)
                     : [step] "r"(channels), [parts] "r"(parts), [end] "r"(end)
                     : "r8", "r9", "r10", "cc", "memory");
    carry[0] = carry0;
    carry[1] = carry1;
    carry[2] = carry2;
    carry[3] = carry3;
}

int32_t attune_dsp_look_up(const int8_t *error, int32_t positions, int32_t channels, const int32_t *parts,
                           int32_t *carry, int8_t *result) {
    int32_t done = positions > 0 ? channels & ~3 : 0;
    for (int32_t c = 0; c < done; c += 4) {
        channels_look_up(error + c, positions, channels, parts + 128, carry + c, result + c);
    }
    return done;
}

/* The carry of a channel is kept as 256 * carry + 128, which the sum of the products begins with. */
#define MERGE(carry, ror, bit)                                                                                         \
    "sxtb r10, r8" ror "\n"                                                                                            \
    "sxtb r11, r9" ror "\n"                                                                                            \
    "mla r10, r10, %[first], " carry "\n"                                                                              \
    "mla r10, r11, %[second], r10\n"                                                                                   \
    "ssat r11, #8, r10, asr #16\n"                                                                                     \
    "and " carry ", r10, #0xff00\n"                                                                                    \
    "orr " carry ", " carry ", #128\n"                                                                                 \
    "bfi r8, r11, #" bit ", #8\n"

static void channels_merge(const attune_error_shares *shares, int32_t positions, int32_t channels, int32_t *carry) {
    int8_t *sum = shares->sum;
    const int8_t *other = shares->other;
    const int8_t *end = sum + positions * channels;
    int32_t carry0 = carry[0] * 256 + 128, carry1 = carry[1] * 256 + 128;
    int32_t carry2 = carry[2] * 256 + 128, carry3 = carry[3] * 256 + 128;
    __asm__ volatile(
        "1:\n"
        "ldr r8, [%[sum]]\n"
        "ldr r9, [%[other]]\n"
        "add %[other], %[other], %[step]\n" MERGE("%[carry0]", "", "0") MERGE("%[carry1]", ", ror #8", "8")
            MERGE("%[carry2]", ", ror #16", "16") MERGE("%[carry3]", ", ror #24", "24") "str r8, [%[sum]]\n"
                                                                                        "add %[sum], %[sum], %[step]\n"
                                                                                        "ldr r8, %[end]\n"
                                                                                        "cmp %[sum], r8\n"
                                                                                        "bne 1b\n"
        : [sum] "+&r"(sum), [other] "+&r"(other), [carry0] "+&r"(carry0), [carry1] "+&r"(carry1),
          [carry2] "+&r"(carry2), [carry3] "+&r"(carry3)
        : [step] "r"(channels), [first] "r"(shares->sum_share), [second] "r"(shares->other_share), [end] "m"(end)
        : "r8", "r9", "r10", "r11", "cc", "memory");
    carry[0] = carry0 >> 8;
    carry[1] = carry1 >> 8;
    carry[2] = carry2 >> 8;
    carry[3] = carry3 >> 8;
}

int32_t attune_dsp_merge(const attune_error_shares *shares, int32_t positions, int32_t channels, int32_t count,
                         int32_t *carry) {
    int32_t done = count & ~3;
    for (int32_t c = 0; c < done; c += 4) {
        const attune_error_shares some = {shares->sum + c, shares->other + c, shares->sum_share, shares->other_share};
        channels_merge(&some, positions, channels, carry + c);
    }
    return done;
}

#endif
