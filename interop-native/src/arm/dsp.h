/* What the kernels of this folder share: from accumulators to outputs, and the instructions. */
#ifndef ATTUNE_DSP_H
#define ATTUNE_DSP_H

#include "../core/channels.h"
#include "feature.h"

/* --- From accumulators to outputs -----------------------------------------------------------------------------------
 * Twice the biased accumulator a is rescaled by one SMMLAR, which rounds a * multiplier / 2^32 and adds the offset:
 *   output = saturate(smmlar(a, multiplier, offset + (a >> 31)) >> shift)
 * The offset holds the rounding half and the zero point, shifted; a >> 31 turns ties upward into ties away from zero,
 * and is left out where negative values are clamped to the zero point anyway. A channel has this form if twice its
 * accumulator stays in 32 bits and its shift is usual, or if its output does not depend on the input.
 *
 * Errors (core/errors.h) have the carry as offset, which every output changes, and their left shift:
 *   sum = smmlar(a << shift, multiplier, carry), error = saturate(sum >> 8), carry = sum & 255 */
typedef struct dsp_output {
    int32_t multiplier;
    int32_t offset;
    int32_t shift;
} dsp_output;

typedef enum dsp_finish {
    DSP_FINISH_LINEAR,      /* ties away from zero */
    DSP_FINISH_RELU,        /* negative values are clamped */
    DSP_FINISH_NODES,       /* as linear, with the signs of PROBE_NODES added */
    DSP_FINISH_ERRORS,      /* outputs are errors */
    DSP_FINISH_ERRORS_EVEN, /* the same of a convolution, with weights that are shifted and one multiplier */
    DSP_FINISH_ACCUMULATORS /* outputs are written by attune_dsp_write */
} dsp_finish;

/* How this call's outputs can be made, as far as the record and the mode say. */
dsp_finish attune_dsp_finish(const attune_call *call);

/* What the output forms of all channels of a call share. */
typedef struct dsp_outputs {
    const attune_call *call;
    int32_t largest_bias; /* |bias| below it leaves room for every sum; 0: none does */
    int32_t zero;
} dsp_outputs;

dsp_outputs attune_dsp_outputs(const attune_call *call);

/* Twice the bias (probe included) and the output form of a channel; returns 0 if it has none. */
int attune_dsp_output(const dsp_outputs *outputs, int32_t channel, int32_t *bias, dsp_output *output);

/* Turns the accumulators (without bias) of one position into outputs as the mode says: any mode, any channel. */
void attune_dsp_write(const attune_call *call, const attune_channels *channels, int32_t line, int32_t x,
                      const int32_t *accumulators);

#if defined(ATTUNE_DSP)

#include <arm_acle.h>
#include <string.h>

/* The twin that rounds wrongly cuts off. */
#if defined(ATTUNE_WRONG_ROUNDING_UP)
#define DSP_ERROR_SUM "smmla"
#else
#define DSP_ERROR_SUM "smmlar"
#endif

#define DSP_INLINE static inline __attribute__((always_inline))

/* round(a * b / 2^32) + c. */
DSP_INLINE int32_t dsp_smmlar(int32_t a, int32_t b, int32_t c) {
    int32_t result;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(c));
    return result;
}

DSP_INLINE int32_t dsp_smmulr(int32_t a, int32_t b) {
    int32_t result;
    __asm__("smmulr %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}

/* sum and the products of both halves. */
DSP_INLINE int32_t dsp_smlad(uint32_t a, uint32_t b, int32_t sum) {
    __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
}

/* Bytes 0 and 2, or 1 and 3, of word, widened and added to the halves of base. */
DSP_INLINE uint32_t dsp_widen_even(uint32_t base, uint32_t word) {
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2" : "=r"(result) : "r"(base), "r"(word));
    return result;
}

DSP_INLINE uint32_t dsp_widen_odd(uint32_t base, uint32_t word) {
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(base), "r"(word));
    return result;
}

DSP_INLINE uint32_t dsp_even(uint32_t word) {
    uint32_t result;
    __asm__("sxtb16 %0, %1" : "=r"(result) : "r"(word));
    return result;
}

DSP_INLINE uint32_t dsp_odd(uint32_t word) {
    uint32_t result;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(word));
    return result;
}

/* The lower, or the upper, halves of both. */
DSP_INLINE uint32_t dsp_low_halves(uint32_t low, uint32_t high) {
    uint32_t result;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(low), "r"(high));
    return result;
}

DSP_INLINE uint32_t dsp_high_halves(uint32_t low, uint32_t high) {
    uint32_t result;
    __asm__("pkhtb %0, %2, %1, asr #16" : "=r"(result) : "r"(low), "r"(high));
    return result;
}

/* Both halves doubled. */
DSP_INLINE uint32_t dsp_twice(uint32_t pair) {
    uint32_t result;
    __asm__("sadd16 %0, %1, %1" : "=r"(result) : "r"(pair));
    return result;
}

/* How far a multiplier, 0 or more, can be shifted to the left. */
DSP_INLINE int32_t dsp_room(int32_t multiplier) {
    return __builtin_clz((uint32_t)multiplier | 1) - 1;
}

/* The next error of a channel, from twice the accumulator. */
DSP_INLINE int8_t dsp_error(int32_t twice, dsp_output *output) {
    int32_t shifted = (int32_t)((uint32_t)twice << output->shift);
    int32_t sum = dsp_smmlar(shifted, output->multiplier, output->offset);
    output->offset = sum & 255;
    return (int8_t)__ssat(sum >> 8, 8);
}

DSP_INLINE uint32_t dsp_load(const void *at) {
    uint32_t word;
    memcpy(&word, at, 4);
    return word;
}

/* Two int16. */
DSP_INLINE uint32_t dsp_pair(int32_t low, int32_t high) {
    return ((uint32_t)low & 0xffffu) | (uint32_t)high << 16;
}

/* The output of twice a biased accumulator, before the clamp. */
DSP_INLINE int32_t dsp_finish_value(int32_t twice, const dsp_output *output, int relu) {
#if defined(ATTUNE_WRONG_ROUNDING_UP)
    relu = 1; /* the wrong twin of these kernels */
#endif
    int32_t offset = relu ? output->offset : output->offset + (twice >> 31);
    return dsp_smmlar(twice, output->multiplier, offset) >> output->shift;
}

#endif

#endif
