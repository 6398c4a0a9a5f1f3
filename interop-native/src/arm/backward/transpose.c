/* Filters turned into rows, four times four weights at a time. */
#include "../dsp.h"
#include "error_twins.h"

#if defined(ATTUNE_DSP)

/* The twin that rounds wrongly cuts off. */
#if defined(ATTUNE_WRONG_ROUNDING_UP)
enum { HALF = 0 };
#else
enum { HALF = 128 };
#endif

/* The lower (b) or upper (t) weights of four filters as four bytes. Products have 8 bits too many on the right; SEL
 * takes bytes 1 and 3 of its first operand. */
#define ROW(half, row)                                                                                                 \
    "smlaw" half " " row ", %[factor0], %[pair0], %[round]\n"                                                          \
    "smlaw" half " %[other], %[factor2], %[pair2], %[round]\n"                                                         \
    "pkhbt " row ", " row ", %[other], lsl #16\n"                                                                      \
    "smlaw" half " %[other], %[factor1], %[pair1], %[round]\n"                                                         \
    "smlaw" half " %[last], %[factor3], %[pair3], %[round]\n"                                                          \
    "pkhbt %[other], %[other], %[last], lsl #16\n"                                                                     \
    "uxtb16 " row ", " row ", ror #8\n"                                                                                \
    "sel " row ", %[other], " row "\n"

/* The rows of both halves of four pairs, two rows apart. */
DSP_INLINE void rows_write(uint32_t pair0, uint32_t pair1, uint32_t pair2, uint32_t pair3, const int32_t *factors,
                           int8_t *to, int32_t to_step) {
    uint32_t row, other, last;
    __asm__ volatile("mov %[row], #0xa0000\n"
                     "msr APSR_g, %[row]\n" ROW("b", "%[row]") "str %[row], [%[to]]\n" ROW(
                         "t", "%[row]") "str %[row], [%[to], %[step], lsl #1]\n"
                     : [row] "=&r"(row), [other] "=&r"(other), [last] "=&r"(last)
                     : [pair0] "r"(pair0), [pair1] "r"(pair1), [pair2] "r"(pair2), [pair3] "r"(pair3),
                       [factor0] "r"(factors[0]), [factor1] "r"(factors[1]), [factor2] "r"(factors[2]),
                       [factor3] "r"(factors[3]), [round] "r"(HALF), [to] "r"(to), [step] "r"(to_step)
                     : "cc", "memory");
}

int32_t attune_dsp_transpose(const int8_t *from, int32_t from_step, const int32_t *factors, int32_t count, int8_t *to,
                             int32_t to_step) {
    const int8_t *end = from + (count & ~3);
    for (; from != end; from += 4) {
        rows_write(dsp_even(dsp_load(from)), dsp_even(dsp_load(from + from_step)),
                   dsp_even(dsp_load(from + 2 * from_step)), dsp_even(dsp_load(from + 3 * from_step)), factors, to,
                   to_step);
        to += to_step;
        rows_write(dsp_odd(dsp_load(from)), dsp_odd(dsp_load(from + from_step)),
                   dsp_odd(dsp_load(from + 2 * from_step)), dsp_odd(dsp_load(from + 3 * from_step)), factors, to,
                   to_step);
        to += 3 * to_step;
    }
    return count & ~3;
}

#endif
