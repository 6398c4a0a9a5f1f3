/* The inner loop of depthwise convolutions: r4..r7 accumulate four channels. The unrolled blocks are entered so that as
 * many are left as the position has. */
#include "taps.h"

#if defined(ATTUNE_DSP)

/* 24 bytes, which the entry is computed from. */
#define BLOCK                                                                                                          \
    "ldmia.w r0!, {r2, r3, r12, lr}\n"                                                                                 \
    "ldmia.w r1!, {r8-r11}\n"                                                                                          \
    "smlad r4, r2, r8, r4\n"                                                                                           \
    "smlad r5, r3, r9, r5\n"                                                                                           \
    "smlad r6, r12, r10, r6\n"                                                                                         \
    "smlad r7, lr, r11, r7\n"
#define BLOCKS7 BLOCK BLOCK BLOCK BLOCK BLOCK BLOCK BLOCK

/* On the stack: values, weights, step, entry, start, outputs, output, output_step, output_end, signs. */
#define BEGIN                                                                                                          \
    "push {r4-r11, lr}\n"                                                                                              \
    "sub sp, sp, #44\n"                                                                                                \
    "ldm r0, {r0-r9}\n"                                                                                                \
    "adr r10, 2f\n"                                                                                                    \
    "add r3, r3, r3, lsl #1\n"                                                                                         \
    "sub r3, r10, r3, lsl #3\n"                                                                                        \
    "orr r3, r3, #1\n"                                                                                                 \
    "stm sp, {r0-r9}\n"                                                                                                \
    "1:\n"                                                                                                             \
    "ldm sp, {r0, r1, r2, r3, r8}\n"                                                                                   \
    "add r2, r0, r2\n"                                                                                                 \
    "str r2, [sp]\n"                                                                                                   \
    "ldm r8, {r4-r7}\n"                                                                                                \
    "bx r3\n"                                                                                                          \
    ".balign 4\n" BLOCKS7 BLOCKS7 BLOCKS7 BLOCKS7 "2:\n"

#define NEXT_POSITION                                                                                                  \
    "add r9, r9, r10\n"                                                                                                \
    "ldr r2, [sp, #32]\n"                                                                                              \
    "str r9, [sp, #24]\n"                                                                                              \
    "cmp r9, r2\n"                                                                                                     \
    "bne 1b\n"                                                                                                         \
    "add sp, sp, #44\n"                                                                                                \
    "pop {r4-r11, pc}\n"

#define OUTPUT_LINEAR(first, second)                                                                                   \
    "ldm r8!, {r0, r1, r2, r3, r12, lr}\n"                                                                             \
    "add r1, r1, " first ", asr #31\n"                                                                                 \
    "add r12, r12, " second ", asr #31\n"                                                                              \
    "smmlar " first ", " first ", r0, r1\n"                                                                            \
    "smmlar " second ", " second ", r3, r12\n"                                                                         \
    "asr " first ", " first ", r2\n"                                                                                   \
    "asr " second ", " second ", lr\n"                                                                                 \
    "ssat " first ", #8, " first "\n"                                                                                  \
    "ssat " second ", #8, " second "\n"

#define OUTPUT_RELU(first, second)                                                                                     \
    "ldm r8!, {r0, r1, r2, r3, r12, lr}\n"                                                                             \
    "smmlar " first ", " first ", r0, r1\n"                                                                            \
    "smmlar " second ", " second ", r3, r12\n"                                                                         \
    "asr " first ", " first ", r2\n"                                                                                   \
    "asr " second ", " second ", lr\n"                                                                                 \
    "ssat " first ", #8, " first "\n"                                                                                  \
    "ssat " second ", #8, " second "\n"

#define OUTPUT_NODES(first, second)                                                                                    \
    "ldm r8!, {r0, r1, r2, r3, r12, lr}\n"                                                                             \
    "add r1, r1, " first ", asr #31\n"                                                                                 \
    "add r12, r12, " second ", asr #31\n"                                                                              \
    "smmlar " first ", " first ", r0, r1\n"                                                                            \
    "smmlar " second ", " second ", r3, r12\n"                                                                         \
    "asr " first ", " first ", r2\n"                                                                                   \
    "asr " second ", " second ", lr\n"

/* On the stack: weights, bytes from the end of one position's values back to the next one's, entry, start, outputs. */
#define BEGIN_ERRORS                                                                                                   \
    "push {r4-r11, lr}\n"                                                                                              \
    "sub sp, sp, #20\n"                                                                                                \
    "ldm r0, {r0-r5}\n"                                                                                                \
    "rsb r2, r2, r3, lsl #4\n"                                                                                         \
    "adr r10, 2f\n"                                                                                                    \
    "add r3, r3, r3, lsl #1\n"                                                                                         \
    "sub r3, r10, r3, lsl #3\n"                                                                                        \
    "orr r3, r3, #1\n"                                                                                                 \
    "add r0, r0, r2\n"                                                                                                 \
    "stm sp, {r1-r5}\n"                                                                                                \
    "1:\n"                                                                                                             \
    "ldm sp, {r1, r2, r3, r8}\n"                                                                                       \
    "sub r0, r0, r2\n"                                                                                                 \
    "ldm r8, {r4-r7}\n"                                                                                                \
    "bx r3\n"                                                                                                          \
    ".balign 4\n" BLOCKS7 BLOCKS7 BLOCKS7 BLOCKS7 "2:\n"

#define ERROR(sum, multiplier, carry)                                                                                  \
    DSP_ERROR_SUM " " sum ", " sum ", " multiplier ", " carry "\n"                                                     \
                  "uxtb " carry ", " sum "\n"                                                                          \
                  "ssat " sum ", #8, " sum ", asr #8\n"

#define OUTPUT_ERRORS                                                                                                  \
    "ldr r8, [sp, #16]\n"                                                                                              \
    "ldm r8!, {r1, r2, r3, lr}\n"                                                                                      \
    "ldm r8, {r9-r12}\n" ERROR("r4", "r1", "r9") ERROR("r5", "r2", "r10") ERROR("r6", "r3", "r11")                     \
        ERROR("r7", "lr", "r12") "stm r8!, {r9-r12}\n"                                                                 \
                                 "ldm r8, {r9, r10, r11}\n"                                                            \
                                 "bfi r4, r5, #8, #8\n"                                                                \
                                 "bfi r6, r7, #8, #8\n"                                                                \
                                 "pkhbt r4, r4, r6, lsl #16\n"                                                         \
                                 "str r4, [r9]\n"                                                                      \
                                 "add r9, r9, r10\n"                                                                   \
                                 "str r9, [r8]\n"                                                                      \
                                 "cmp r9, r11\n"                                                                       \
                                 "bne 1b\n"                                                                            \
                                 "add sp, sp, #20\n"                                                                   \
                                 "pop {r4-r11, pc}\n"

#define SIGNS                                                                                                          \
    "ldr r8, [sp, #36]\n"                                                                                              \
    "ldr r0, [r8], #4\n"                                                                                               \
    "str r8, [sp, #36]\n"                                                                                              \
    "sxtab r4, r4, r0\n"                                                                                               \
    "sxtab r5, r5, r0, ror #8\n"                                                                                       \
    "sxtab r6, r6, r0, ror #16\n"                                                                                      \
    "sxtab r7, r7, r0, ror #24\n"                                                                                      \
    "ssat r4, #8, r4\n"                                                                                                \
    "ssat r5, #8, r5\n"                                                                                                \
    "ssat r6, #8, r6\n"                                                                                                \
    "ssat r7, #8, r7\n"

#define STORE_BYTES                                                                                                    \
    "ldrd r9, r10, [sp, #24]\n"                                                                                        \
    "bfi r4, r5, #8, #8\n"                                                                                             \
    "bfi r6, r7, #8, #8\n"                                                                                             \
    "pkhbt r4, r4, r6, lsl #16\n"                                                                                      \
    "str r4, [r9]\n"

#define STORE_WORDS                                                                                                    \
    "ldrd r9, r10, [sp, #24]\n"                                                                                        \
    "stm r9, {r4-r7}\n"

__attribute__((naked)) void attune_dsp_taps_linear(const dsp_taps *taps __attribute__((unused))) {
    __asm__ volatile(BEGIN "ldr r8, [sp, #20]\n" OUTPUT_LINEAR("r4", "r5") OUTPUT_LINEAR("r6", "r7")
                         STORE_BYTES NEXT_POSITION);
}

__attribute__((naked)) void attune_dsp_taps_relu(const dsp_taps *taps __attribute__((unused))) {
    __asm__ volatile(BEGIN "ldr r8, [sp, #20]\n" OUTPUT_RELU("r4", "r5") OUTPUT_RELU("r6", "r7")
                         STORE_BYTES NEXT_POSITION);
}

__attribute__((naked)) void attune_dsp_taps_nodes(const dsp_taps *taps __attribute__((unused))) {
    __asm__ volatile(BEGIN "ldr r8, [sp, #20]\n" OUTPUT_NODES("r4", "r5") OUTPUT_NODES("r6", "r7")
                         SIGNS STORE_BYTES NEXT_POSITION);
}

__attribute__((naked)) void attune_dsp_taps_errors(const dsp_taps *taps __attribute__((unused))) {
    __asm__ volatile(BEGIN_ERRORS OUTPUT_ERRORS);
}

__attribute__((naked)) void attune_dsp_taps_add(const dsp_taps *taps __attribute__((unused))) {
    __asm__ volatile(BEGIN STORE_WORDS "add r2, r9, r10\n"
                                       "str r2, [sp, #16]\n" NEXT_POSITION);
}

__attribute__((naked)) void attune_dsp_taps_accumulators(const dsp_taps *taps __attribute__((unused))) {
    __asm__ volatile(BEGIN STORE_WORDS NEXT_POSITION);
}

void attune_dsp_blocks_fill(uint32_t *block, int32_t skip, const int8_t *a, int32_t delta, int32_t pixel, int32_t count,
                            uint32_t minus_zero) {
    const int8_t *end = a + count * pixel;
    uint32_t odd;
    uint32_t even_below;
    __asm__ volatile("1:\n"
                     "ldr %[odd], [%[a]]\n"
                     "ldr r8, [%[a], %[delta]]\n"
                     "add %[a], %[a], %[pixel]\n"
                     "sxtab16 r4, %[zero], %[odd]\n"
                     "sxtab16 %[odd], %[zero], %[odd], ror #8\n"
                     "sxtab16 %[below], %[zero], r8\n"
                     "sxtab16 r8, %[zero], r8, ror #8\n"
                     "pkhtb r6, %[below], r4, asr #16\n"
                     "pkhbt r4, r4, %[below], lsl #16\n"
                     "pkhbt r5, %[odd], r8, lsl #16\n"
                     "pkhtb r8, r8, %[odd], asr #16\n"
                     "cmp %[a], %[end]\n"
                     "stm %[block], {r4, r5, r6, r8}\n"
                     "add %[block], %[block], %[skip]\n"
                     "bne 1b\n"
                     : [a] "+r"(a), [block] "+r"(block), [odd] "=&r"(odd), [below] "=&r"(even_below)
                     : [delta] "r"(delta), [pixel] "r"(pixel), [zero] "r"(minus_zero), [end] "r"(end), [skip] "r"(skip)
                     : "r4", "r5", "r6", "r8", "cc", "memory");
}

#endif
