/* The loops of the gradients. Every product and every sum is rounded to float32 in the order of the positions. */
#ifndef ATTUNE_DSP_GRADIENT_FLOATS_H
#define ATTUNE_DSP_GRADIENT_FLOATS_H

#include "../dsp.h"

#if defined(ATTUNE_DSP_FLOAT)

/* Values of neighbouring channels, inputs or filters that go together. */
#define DSP_LANES 4

/* Inputs are taken as int32 and converted where they are. */
typedef union dsp_number {
    int32_t integer;
    float real;
} dsp_number;

/* Twins that round wrongly fuse product and sum. */
#if defined(ATTUNE_WRONG_ROUNDING_UP)
#define ADD(weight, input, scale) "vfma.f32 s" #weight ", s" #input ", s" #scale "\n"
#else
#define ADD(weight, input, scale) "vmla.f32 s" #weight ", s" #input ", s" #scale "\n"
#endif

/* All that the loops use. */
#define FLOATS                                                                                                         \
    "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", "s16",       \
        "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26", "s27", "s28", "s29", "s30", "s31"

/* --- Inputs and scales -------------------------------------------------------------------------------------------- */

/* Four inputs minus the zero point at each of `positions` places, `step` bytes apart: [positions][4]. */
void attune_dsp_take(dsp_number *numbers, const int8_t *input, int32_t step, int32_t positions, int32_t zero);

#define CONVERT(number) "vcvt.f32.s32 s" #number ", s" #number "\n"
#define CONVERT8(a, b, c, d, e, f, g, h)                                                                               \
    CONVERT(a) CONVERT(b) CONVERT(c) CONVERT(d) CONVERT(e) CONVERT(f) CONVERT(g) CONVERT(h)

/* Converts count numbers, and up to 31 after them. */
DSP_INLINE void dsp_convert(dsp_number *numbers, int32_t count) {
    const dsp_number *end = numbers + ((count + 31) & ~31);
    __asm__ volatile("1:\n"
                     "vldmia %[numbers], {s0-s31}\n" CONVERT8(0, 1, 2, 3, 4, 5, 6, 7)
                         CONVERT8(8, 9, 10, 11, 12, 13, 14, 15) CONVERT8(16, 17, 18, 19, 20, 21, 22, 23)
                             CONVERT8(24, 25, 26, 27, 28, 29, 30, 31) "vstmia %[numbers]!, {s0-s31}\n"
                                                                      "cmp %[numbers], %[end]\n"
                                                                      "bne 1b\n"
                     : [numbers] "+r"(numbers)
                     : [end] "r"(end)
                     : FLOATS, "cc", "memory");
}

#define SCALE(a, b, c, d)                                                                                              \
    "vldmia %[nodes], {" #a "-" #d "}\n"                                                                               \
    "add %[nodes], %[nodes], %[step]\n"                                                                                \
    "vmul.f32 " #a ", " #a ", s16\n"                                                                                   \
    "vmul.f32 " #b ", " #b ", s17\n"                                                                                   \
    "vmul.f32 " #c ", " #c ", s18\n"                                                                                   \
    "vmul.f32 " #d ", " #d ", s19\n"

/* scales[p][i] = factors[i] * nodes[p * step + i] for i = 0..3. */
DSP_INLINE void dsp_scale(float *scales, const float *factors, const float *nodes, int32_t step, int32_t positions) {
    const float *end = scales + (positions & ~3) * DSP_LANES;
    if (scales != end) {
        __asm__ volatile("vldmia %[factors], {s16-s19}\n"
                         "1:\n" SCALE(s0, s1, s2, s3) SCALE(s4, s5, s6, s7) SCALE(s8, s9, s10, s11)
                             SCALE(s12, s13, s14, s15) "vstmia %[scales]!, {s0-s15}\n"
                                                       "cmp %[scales], %[end]\n"
                                                       "bne 1b\n"
                         : [scales] "+r"(scales), [nodes] "+r"(nodes)
                         : [factors] "r"(factors), [step] "r"(step * 4), [end] "r"(end)
                         : FLOATS, "cc", "memory");
    }
    for (int32_t p = 0; p < (positions & 3); p++) {
        for (int32_t i = 0; i < DSP_LANES; i++) {
            scales[i] = factors[i] * nodes[i];
        }
        scales += DSP_LANES;
        nodes += step;
    }
}

/* --- Filters ------------------------------------------------------------------------------------------------------ */

/* Sixteen weights, s0..s15, take four inputs times four scales. */
#define OUTER(a, b, c, d, e, f, g, h)                                                                                  \
    ADD(0, a, e)                                                                                                       \
    ADD(1, b, e)                                                                                                       \
    ADD(2, c, e)                                                                                                       \
    ADD(3, d, e)                                                                                                       \
    ADD(4, a, f)                                                                                                       \
    ADD(5, b, f)                                                                                                       \
    ADD(6, c, f)                                                                                                       \
    ADD(7, d, f)                                                                                                       \
    ADD(8, a, g) ADD(9, b, g) ADD(10, c, g) ADD(11, d, g) ADD(12, a, h) ADD(13, b, h) ADD(14, c, h) ADD(15, d, h)
#define OUTER_PAIR                                                                                                     \
    "vldmia %[inputs]!, {s16-s23}\n"                                                                                   \
    "vldmia %[scales]!, {s24-s31}\n" OUTER(16, 17, 18, 19, 24, 25, 26, 27) OUTER(20, 21, 22, 23, 28, 29, 30, 31)

/* weights[f][i] += scales[p][f] * inputs[p][i], four filters `row` bytes apart; positions a multiple of 4. */
DSP_INLINE void dsp_tile(float *weights, int32_t row, const dsp_number *inputs, const float *scales,
                         int32_t positions) {
    const dsp_number *end = inputs + positions * DSP_LANES;
    float *at;
    __asm__ volatile("vldmia %[weights], {s0-s3}\n"
                     "add %[at], %[weights], %[row]\n"
                     "vldmia %[at], {s4-s7}\n"
                     "add %[at], %[at], %[row]\n"
                     "vldmia %[at], {s8-s11}\n"
                     "add %[at], %[at], %[row]\n"
                     "vldmia %[at], {s12-s15}\n"
                     "1:\n" OUTER_PAIR OUTER_PAIR "cmp %[inputs], %[end]\n"
                     "bne 1b\n"
                     "vstmia %[at], {s12-s15}\n"
                     "sub %[at], %[at], %[row]\n"
                     "vstmia %[at], {s8-s11}\n"
                     "sub %[at], %[at], %[row]\n"
                     "vstmia %[at], {s4-s7}\n"
                     "vstmia %[weights], {s0-s3}\n"
                     : [inputs] "+r"(inputs), [scales] "+r"(scales), [at] "=&r"(at)
                     : [weights] "r"(weights), [row] "r"(row), [end] "r"(end)
                     : FLOATS, "cc", "memory");
}

#define OUTER_12(scale)                                                                                                \
    "vldmia %[weights], {s4-s15}\n" ADD(4, 16, scale) ADD(5, 17, scale) ADD(6, 18, scale) ADD(7, 19, scale)            \
        ADD(8, 20, scale) ADD(9, 21, scale) ADD(10, 22, scale) ADD(11, 23, scale) ADD(12, 24, scale)                   \
            ADD(13, 25, scale) ADD(14, 26, scale) ADD(15, 27, scale) "vstmia %[weights], {s4-s15}\n"                   \
                                                                     "add %[weights], %[weights], %[row]\n"
#define OUTER_4(scale)                                                                                                 \
    "vldmia %[weights], {s4-s7}\n" ADD(4, 16, scale) ADD(5, 17, scale) ADD(6, 18, scale)                               \
        ADD(7, 19, scale) "vstmia %[weights], {s4-s7}\n"                                                               \
                          "add %[weights], %[weights], %[row]\n"

/* weights[f][i] += scales[f] * inputs[i] for 12, or 4, inputs; filters a multiple of 4. */
DSP_INLINE void dsp_outer_12(float *weights, int32_t row, const dsp_number *inputs, const float *scales,
                             int32_t filters) {
    __asm__ volatile("vldmia %[inputs], {s16-s27}\n"
                     "1:\n"
                     "vldmia %[scales]!, {s0-s3}\n" OUTER_12(0) OUTER_12(1) OUTER_12(2)
                         OUTER_12(3) "cmp %[scales], %[end]\n"
                                     "bne 1b\n"
                     : [weights] "+r"(weights), [scales] "+r"(scales)
                     : [inputs] "r"(inputs), [row] "r"(row), [end] "r"(scales + filters)
                     : FLOATS, "cc", "memory");
}

DSP_INLINE void dsp_outer_4(float *weights, int32_t row, const dsp_number *inputs, const float *scales,
                            int32_t filters) {
    __asm__ volatile("vldmia %[inputs], {s16-s19}\n"
                     "1:\n"
                     "vldmia %[scales]!, {s0-s3}\n" OUTER_4(0) OUTER_4(1) OUTER_4(2)
                         OUTER_4(3) "cmp %[scales], %[end]\n"
                                    "bne 1b\n"
                     : [weights] "+r"(weights), [scales] "+r"(scales)
                     : [inputs] "r"(inputs), [row] "r"(row), [end] "r"(scales + filters)
                     : FLOATS, "cc", "memory");
}

/* --- Taps --------------------------------------------------------------------------------------------------------- */

/* Four channels of a tap, with the scales s28..s31. */
#define TAP(w0, w1, w2, w3, x0, x1, x2, x3) ADD(w0, x0, 28) ADD(w1, x1, 29) ADD(w2, x2, 30) ADD(w3, x3, 31)

#define TAPS_3                                                                                                         \
    "vldmia %[inputs], {s12-s23}\n"                                                                                    \
    "add %[inputs], %[inputs], %[step]\n"                                                                              \
    "vldmia %[scales]!, {s28-s31}\n" TAP(0, 1, 2, 3, 12, 13, 14, 15) TAP(4, 5, 6, 7, 16, 17, 18, 19)                   \
        TAP(8, 9, 10, 11, 20, 21, 22, 23)
/* Two positions that share columns. */
#define TAPS_3_PAIR                                                                                                    \
    "vldmia %[inputs], {s12-s27}\n"                                                                                    \
    "add %[inputs], %[inputs], #32\n"                                                                                  \
    "vldmia %[scales]!, {s28-s31}\n" TAP(0, 1, 2, 3, 12, 13, 14, 15) TAP(4, 5, 6, 7, 16, 17, 18, 19)                   \
        TAP(8, 9, 10, 11, 20, 21, 22, 23) "vldmia %[scales]!, {s28-s31}\n" TAP(0, 1, 2, 3, 16, 17, 18, 19)             \
            TAP(4, 5, 6, 7, 20, 21, 22, 23) TAP(8, 9, 10, 11, 24, 25, 26, 27)
#define TAPS_1                                                                                                         \
    "vldmia %[inputs], {s12-s15}\n"                                                                                    \
    "add %[inputs], %[inputs], %[step]\n"                                                                              \
    "vldmia %[scales]!, {s28-s31}\n" TAP(0, 1, 2, 3, 12, 13, 14, 15)

#define LOAD_3                                                                                                         \
    "vldmia %[weights], {s0-s3}\n"                                                                                     \
    "add %[at], %[weights], %[row]\n"                                                                                  \
    "vldmia %[at], {s4-s7}\n"                                                                                          \
    "add %[at], %[at], %[row]\n"                                                                                       \
    "vldmia %[at], {s8-s11}\n"
#define STORE_3                                                                                                        \
    "vstmia %[at], {s8-s11}\n"                                                                                         \
    "sub %[at], %[at], %[row]\n"                                                                                       \
    "vstmia %[at], {s4-s7}\n"                                                                                          \
    "vstmia %[weights], {s0-s3}\n"

/* weights[k][i] += scales[p][i] * inputs[p * step + k][i] for the taps k, `row` bytes apart, of a depthwise filter;
 * `step` columns of four inputs from one position to the next, 1 for the dense ones; positions a multiple of 4. */
DSP_INLINE void dsp_taps_3_dense(float *weights, int32_t row, const dsp_number *inputs, const float *scales,
                                 int32_t positions) {
    float *at;
    __asm__ volatile(LOAD_3 "1:\n" TAPS_3_PAIR TAPS_3_PAIR "cmp %[scales], %[end]\n"
                            "bne 1b\n" STORE_3
                     : [inputs] "+r"(inputs), [scales] "+r"(scales), [at] "=&r"(at)
                     : [weights] "r"(weights), [row] "r"(row), [end] "r"(scales + positions * DSP_LANES)
                     : FLOATS, "cc", "memory");
}

DSP_INLINE void dsp_taps_2_dense(float *weights, int32_t row, const dsp_number *inputs, const float *scales,
                                 int32_t positions) {
    float *at;
    __asm__ volatile(
        "vldmia %[weights], {s0-s3}\n"
        "add %[at], %[weights], %[row]\n"
        "vldmia %[at], {s4-s7}\n"
        "1:\n"
        "vldmia %[inputs], {s8-s27}\n"
        "add %[inputs], %[inputs], #64\n"
        "vldmia %[scales]!, {s28-s31}\n" TAP(0, 1, 2, 3, 8, 9, 10, 11)
            TAP(4, 5, 6, 7, 12, 13, 14, 15) "vldmia %[scales]!, {s28-s31}\n" TAP(0, 1, 2, 3, 12, 13, 14, 15)
                TAP(4, 5, 6, 7, 16, 17, 18, 19) "vldmia %[scales]!, {s28-s31}\n" TAP(0, 1, 2, 3, 16, 17, 18, 19)
                    TAP(4, 5, 6, 7, 20, 21, 22, 23) "vldmia %[scales]!, {s28-s31}\n" TAP(0, 1, 2, 3, 20, 21, 22, 23)
                        TAP(4, 5, 6, 7, 24, 25, 26, 27) "cmp %[scales], %[end]\n"
                                                        "bne 1b\n"
                                                        "vstmia %[at], {s4-s7}\n"
                                                        "vstmia %[weights], {s0-s3}\n"
        : [inputs] "+r"(inputs), [scales] "+r"(scales), [at] "=&r"(at)
        : [weights] "r"(weights), [row] "r"(row), [end] "r"(scales + positions * DSP_LANES)
        : FLOATS, "cc", "memory");
}

DSP_INLINE void dsp_taps_3(float *weights, int32_t row, const dsp_number *inputs, int32_t step, const float *scales,
                           int32_t positions) {
    float *at;
    __asm__ volatile(LOAD_3 "1:\n" TAPS_3 TAPS_3 TAPS_3 TAPS_3 "cmp %[scales], %[end]\n"
                            "bne 1b\n" STORE_3
                     : [inputs] "+r"(inputs), [scales] "+r"(scales), [at] "=&r"(at)
                     : [weights] "r"(weights), [row] "r"(row), [step] "r"(step * DSP_LANES * 4),
                       [end] "r"(scales + positions * DSP_LANES)
                     : FLOATS, "cc", "memory");
}

DSP_INLINE void dsp_taps_1(float *weights, const dsp_number *inputs, int32_t step, const float *scales,
                           int32_t positions) {
    __asm__ volatile(
        "vldmia %[weights], {s0-s3}\n"
        "1:\n" TAPS_1 TAPS_1 TAPS_1 TAPS_1 "cmp %[scales], %[end]\n"
        "bne 1b\n"
        "vstmia %[weights], {s0-s3}\n"
        : [inputs] "+r"(inputs), [scales] "+r"(scales)
        : [weights] "r"(weights), [step] "r"(step * DSP_LANES * 4), [end] "r"(scales + positions * DSP_LANES)
        : FLOATS, "cc", "memory");
}

#endif

#endif
