/* Filters turned into rows, four times four weights at a time. Written in assembly because it uses all fourteen
 * registers and a compiler spills. */
#include "../dsp.h"
#include "gradient.h"

#if defined(ATTUNE_DSP)

/* The twin that rounds wrongly cuts off. */
#if defined(ATTUNE_WRONG_ROUNDING_UP)
#define HALF "0"
#else
#define HALF "128"
#endif

/* r1: the half; r2..r5: factors of the filters; lr: the row. On the stack: bytes between filters, end of the first
 * filter, nine registers, the row, bytes between rows. */
#define BEGIN                                                                                                          \
    "push {r4-r11, lr}\n"                                                                                              \
    "sub sp, sp, #8\n"                                                                                                 \
    "strd r1, r3, [sp]\n"                                                                                              \
    "ldr lr, [sp, #44]\n"                                                                                              \
    "ldm r2, {r2-r5}\n"                                                                                                \
    "mov r10, #0xa0000\n"                                                                                              \
    "msr APSR_g, r10\n"                                                                                                \
    "mov r1, #" HALF "\n"                                                                                              \
    "1:\n"

/* Pairs of the four filters, into r6..r9. */
#define PAIRS(ror)                                                                                                     \
    "ldr r10, [sp]\n"                                                                                                  \
    "ldr r6, [r0]\n"                                                                                                   \
    "add r11, r10, r10, lsl #1\n"                                                                                      \
    "ldr r7, [r0, r10]\n"                                                                                              \
    "ldr r8, [r0, r10, lsl #1]\n"                                                                                      \
    "ldr r9, [r0, r11]\n"                                                                                              \
    "sxtb16 r6, r6" ror "\n"                                                                                           \
    "sxtb16 r7, r7" ror "\n"                                                                                           \
    "sxtb16 r8, r8" ror "\n"                                                                                           \
    "sxtb16 r9, r9" ror "\n"

/* The lower (b) or upper (t) weights as four bytes in r10. Products have 8 bits too many on the right; SEL takes bytes
 * 1 and 3 of its first operand. */
#define ROW(half)                                                                                                      \
    "smlaw" half " r10, r2, r6, r1\n"                                                                                  \
    "smlaw" half " r11, r4, r8, r1\n"                                                                                  \
    "pkhbt r10, r10, r11, lsl #16\n"                                                                                   \
    "smlaw" half " r11, r3, r7, r1\n"                                                                                  \
    "smlaw" half " r12, r5, r9, r1\n"                                                                                  \
    "pkhbt r11, r11, r12, lsl #16\n"                                                                                   \
    "uxtb16 r10, r10, ror #8\n"                                                                                        \
    "sel r10, r11, r10\n"

/* Rows two apart. */
#define ROWS(ror)                                                                                                      \
    PAIRS(ror)                                                                                                         \
    ROW("b")                                                                                                           \
    "str r10, [lr]\n" ROW("t") "ldr r12, [sp, #48]\n"                                                                  \
                               "str r10, [lr, r12, lsl #1]\n"                                                          \
                               "add lr, lr, r12\n"

#define END                                                                                                            \
    "add lr, lr, r12, lsl #1\n"                                                                                        \
    "ldr r12, [sp, #4]\n"                                                                                              \
    "add r0, r0, #4\n"                                                                                                 \
    "cmp r0, r12\n"                                                                                                    \
    "bne 1b\n"                                                                                                         \
    "add sp, sp, #8\n"                                                                                                 \
    "pop {r4-r11, pc}\n"

__attribute__((naked, noinline)) static void
rows_write(const int8_t *from __attribute__((unused)), int32_t from_step __attribute__((unused)),
           const int32_t *factors __attribute__((unused)), const int8_t *end __attribute__((unused)),
           int8_t *to __attribute__((unused)), int32_t to_step __attribute__((unused))) {
    __asm__ volatile(BEGIN ROWS("") ROWS(", ror #8") END);
}

int32_t attune_dsp_transpose(const int8_t *from, int32_t from_step, const int32_t *factors, int32_t count, int8_t *to,
                             int32_t to_step) {
    int32_t whole = count & ~3;
    if (whole > 0) {
        rows_write(from, from_step, factors, from + whole, to, to_step);
    }
    return whole;
}

#endif
