/* The inner loop of convolutions: r4..r7 accumulate the first column with four filters, r8..r11 the second. Written in
 * assembly because it uses all fourteen registers and a compiler spills. */
#include "products.h"

#if defined(ATTUNE_DSP)

/* Two values of each column with two weights of each filter. */
#define PAIR_OF(step)                                                                                                  \
    "ldrd r12, lr, [r1], #" step "\n"                                                                                  \
    "ldrd r2, r3, [r0], #8\n"                                                                                          \
    "smlad r4, r12, r2, r4\n"                                                                                          \
    "smlad r8, lr, r2, r8\n"                                                                                           \
    "smlad r5, r12, r3, r5\n"                                                                                          \
    "smlad r9, lr, r3, r9\n"                                                                                           \
    "ldrd r2, r3, [r0], #8\n"                                                                                          \
    "smlad r6, r12, r2, r6\n"                                                                                          \
    "smlad r10, lr, r2, r10\n"                                                                                         \
    "smlad r7, r12, r3, r7\n"                                                                                          \
    "smlad r11, lr, r3, r11\n"

#define PAIR PAIR_OF("8")
#define WIDE PAIR_OF("16")
#define PAIRS4 PAIR PAIR PAIR PAIR
#define WIDES4 WIDE WIDE WIDE WIDE

/* On the stack: column, column_end, pairs and then the entry, output, step, stream_end, signs. The first pass through
 * the sixteen pairs begins so far inside that the rest are whole passes; a pair has 44 bytes. */
#define ENTER                                                                                                          \
    "push {r4-r11, lr}\n"                                                                                              \
    "sub sp, sp, #28\n"                                                                                                \
    "ldm r0, {r0-r7}\n"                                                                                                \
    "adr.w r9, 2f\n"                                                                                                   \
    "rsb r3, r3, #0\n"                                                                                                 \
    "and r3, r3, #15\n"                                                                                                \
    "mov r8, #44\n"                                                                                                    \
    "mla r3, r3, r8, r9\n"                                                                                             \
    "orr r3, r3, #1\n"                                                                                                 \
    "stm sp, {r1-r7}\n"

#define BEGIN                                                                                                          \
    ENTER "1:\n"                                                                                                       \
          "ldr r1, [sp, #0]\n"                                                                                         \
          "ldr r2, [sp, #8]\n"                                                                                         \
          "ldm r0, {r4-r7}\n"                                                                                          \
          "ldm r0!, {r8-r11}\n"                                                                                        \
          "bx r2\n"                                                                                                    \
          ".balign 4\n"                                                                                                \
          "2:\n" PAIRS4 PAIRS4 PAIRS4 PAIRS4 "ldr r2, [sp, #4]\n"                                                      \
          "cmp r1, r2\n"                                                                                               \
          "bne 2b\n"

#define BEGIN_ADD                                                                                                      \
    ENTER "1:\n"                                                                                                       \
          "ldrd r1, r2, [sp, #12]\n"                                                                                   \
          "add r2, r1, r2\n"                                                                                           \
          "ldm r1, {r4-r7}\n"                                                                                          \
          "ldm r2, {r8-r11}\n"                                                                                         \
          "ldr r1, [sp, #0]\n"                                                                                         \
          "ldr r2, [sp, #8]\n"                                                                                         \
          "bx r2\n"                                                                                                    \
          ".balign 4\n"                                                                                                \
          "2:\n" WIDES4 WIDES4 WIDES4 WIDES4 "ldr r2, [sp, #4]\n"                                                      \
          "cmp r1, r2\n"                                                                                               \
          "bne 2b\n"

#define NEXT_GROUP                                                                                                     \
    "ldr r2, [sp, #20]\n"                                                                                              \
    "str r1, [sp, #12]\n"                                                                                              \
    "cmp r0, r2\n"                                                                                                     \
    "bne 1b\n"                                                                                                         \
    "add sp, sp, #28\n"                                                                                                \
    "pop {r4-r11, pc}\n"

#define OUTPUT_LINEAR(first, second)                                                                                   \
    "ldm r0!, {r2, r3, r12}\n"                                                                                         \
    "add lr, r3, " first ", asr #31\n"                                                                                 \
    "add r1, r3, " second ", asr #31\n"                                                                                \
    "smmlar " first ", " first ", r2, lr\n"                                                                            \
    "smmlar " second ", " second ", r2, r1\n"                                                                          \
    "asr " first ", " first ", r12\n"                                                                                  \
    "asr " second ", " second ", r12\n"                                                                                \
    "ssat " first ", #8, " first "\n"                                                                                  \
    "ssat " second ", #8, " second "\n"

#define OUTPUT_RELU(first, second)                                                                                     \
    "ldm r0!, {r2, r3, r12}\n"                                                                                         \
    "smmlar " first ", " first ", r2, r3\n"                                                                            \
    "smmlar " second ", " second ", r2, r3\n"                                                                          \
    "asr " first ", " first ", r12\n"                                                                                  \
    "asr " second ", " second ", r12\n"                                                                                \
    "ssat " first ", #8, " first "\n"                                                                                  \
    "ssat " second ", #8, " second "\n"

#define OUTPUT_NODES(first, second)                                                                                    \
    "ldm r0!, {r2, r3, r12}\n"                                                                                         \
    "add lr, r3, " first ", asr #31\n"                                                                                 \
    "add r1, r3, " second ", asr #31\n"                                                                                \
    "smmlar " first ", " first ", r2, lr\n"                                                                            \
    "smmlar " second ", " second ", r2, r1\n"                                                                          \
    "asr " first ", " first ", r12\n"                                                                                  \
    "asr " second ", " second ", r12\n"

#define SIGNS(first, second, third, fourth, word)                                                                      \
    "sxtab " first ", " first ", " word "\n"                                                                           \
    "sxtab " second ", " second ", " word ", ror #8\n"                                                                 \
    "sxtab " third ", " third ", " word ", ror #16\n"                                                                  \
    "sxtab " fourth ", " fourth ", " word ", ror #24\n"                                                                \
    "ssat " first ", #8, " first "\n"                                                                                  \
    "ssat " second ", #8, " second "\n"                                                                                \
    "ssat " third ", #8, " third "\n"                                                                                  \
    "ssat " fourth ", #8, " fourth "\n"

#define OUTPUT_ERRORS(first, second)                                                                                   \
    "ldm r0!, {r2, r3, r12}\n"                                                                                         \
    "lsl " first ", " first ", r12\n"                                                                                  \
    "lsl " second ", " second ", r12\n" DSP_ERROR_SUM " " first ", " first ", r2, r3\n"                                \
    "uxtb r3, " first "\n" DSP_ERROR_SUM " " second ", " second ", r2, r3\n"                                           \
    "uxtb r3, " second "\n"                                                                                            \
    "str r3, [r0, #-8]\n"                                                                                              \
    "ssat " first ", #8, " first ", asr #8\n"                                                                          \
    "ssat " second ", #8, " second ", asr #8\n"

#define ERRORS_EVEN(first, second, carry)                                                                              \
    DSP_ERROR_SUM " " first ", " first ", r1, " carry "\n"                                                             \
                  "uxtb " carry ", " first "\n" DSP_ERROR_SUM " " second ", " second ", r1, " carry "\n"               \
                  "uxtb " carry ", " second "\n"                                                                       \
                  "ssat " first ", #8, " first ", asr #8\n"                                                            \
                  "ssat " second ", #8, " second ", asr #8\n"

#define STORE_BYTES                                                                                                    \
    "ldrd r1, lr, [sp, #12]\n"                                                                                         \
    "strb r8, [r1, lr]\n"                                                                                              \
    "strb r4, [r1], #1\n"                                                                                              \
    "strb r9, [r1, lr]\n"                                                                                              \
    "strb r5, [r1], #1\n"                                                                                              \
    "strb r10, [r1, lr]\n"                                                                                             \
    "strb r6, [r1], #1\n"                                                                                              \
    "strb r11, [r1, lr]\n"                                                                                             \
    "strb r7, [r1], #1\n"

#define STORE_SUMS                                                                                                     \
    "ldrd r1, lr, [sp, #12]\n"                                                                                         \
    "add r2, r1, lr\n"                                                                                                 \
    "stm r2, {r8-r11}\n"                                                                                               \
    "stm r1!, {r4-r7}\n"

#define STORE_WORDS                                                                                                    \
    "ldrd r1, lr, [sp, #12]\n"                                                                                         \
    "add r2, r1, lr\n"                                                                                                 \
    "stm r2, {r8-r11}\n"                                                                                               \
    "stm r1!, {r4-r7}\n"                                                                                               \
    "add r0, r0, #48\n"

__attribute__((naked)) void attune_dsp_products_linear(const dsp_products *products __attribute__((unused))) {
    __asm__ volatile(BEGIN OUTPUT_LINEAR("r4", "r8") OUTPUT_LINEAR("r5", "r9") OUTPUT_LINEAR("r6", "r10")
                         OUTPUT_LINEAR("r7", "r11") STORE_BYTES NEXT_GROUP);
}

__attribute__((naked)) void attune_dsp_products_relu(const dsp_products *products __attribute__((unused))) {
    __asm__ volatile(BEGIN OUTPUT_RELU("r4", "r8") OUTPUT_RELU("r5", "r9") OUTPUT_RELU("r6", "r10")
                         OUTPUT_RELU("r7", "r11") STORE_BYTES NEXT_GROUP);
}

__attribute__((naked)) void attune_dsp_products_nodes(const dsp_products *products __attribute__((unused))) {
    __asm__ volatile(BEGIN OUTPUT_NODES("r4", "r8") OUTPUT_NODES("r5", "r9") OUTPUT_NODES("r6", "r10")
                         OUTPUT_NODES("r7", "r11") "ldr r1, [sp, #24]\n"
                                                   "ldrd r2, r3, [r1], #8\n"
                                                   "str r1, [sp, #24]\n" SIGNS("r4", "r5", "r6", "r7", "r2")
                                                       SIGNS("r8", "r9", "r10", "r11", "r3") STORE_BYTES NEXT_GROUP);
}

__attribute__((naked)) void attune_dsp_products_errors(const dsp_products *products __attribute__((unused))) {
    __asm__ volatile(BEGIN OUTPUT_ERRORS("r4", "r8") OUTPUT_ERRORS("r5", "r9") OUTPUT_ERRORS("r6", "r10")
                         OUTPUT_ERRORS("r7", "r11") STORE_BYTES NEXT_GROUP);
}

__attribute__((naked)) void attune_dsp_products_errors_even(const dsp_products *products __attribute__((unused))) {
    __asm__ volatile(BEGIN "ldm r0!, {r1, r2, r3, r12, lr}\n" ERRORS_EVEN("r4", "r8", "r2")
                         ERRORS_EVEN("r5", "r9", "r3") ERRORS_EVEN("r6", "r10", "r12")
                             ERRORS_EVEN("r7", "r11", "lr") "stmdb r0, {r2, r3, r12, lr}\n"
                                                            "add r0, r0, #28\n" STORE_BYTES NEXT_GROUP);
}

__attribute__((naked)) void attune_dsp_products_add(const dsp_products *products __attribute__((unused))) {
    __asm__ volatile(BEGIN_ADD STORE_SUMS NEXT_GROUP);
}

__attribute__((naked)) void attune_dsp_products_accumulators(const dsp_products *products __attribute__((unused))) {
    __asm__ volatile(BEGIN STORE_WORDS NEXT_GROUP);
}

#endif
