/* What the twins of this folder share, and those that have files of their own. */
#ifndef ATTUNE_DSP_GRADIENT_H
#define ATTUNE_DSP_GRADIENT_H

#include "../../core/error_loops.h"
#include "../feature.h"

#if defined(ATTUNE_DSP)

/* weights[i] += unit * sums[i] of four; product and sum are rounded, as in the portable loops. */
static inline __attribute__((always_inline)) void dsp_sums_add(float unit, const int32_t *sums, float *weights) {
#if defined(ATTUNE_DSP_FLOAT)
    __asm__ volatile("vldmia %[sums], {s8-s11}\n"
                     "vldmia %[weights], {s12-s15}\n"
                     "vcvt.f32.s32 s8, s8\n"
                     "vcvt.f32.s32 s9, s9\n"
                     "vcvt.f32.s32 s10, s10\n"
                     "vcvt.f32.s32 s11, s11\n"
                     "vmla.f32 s12, s8, %[unit]\n"
                     "vmla.f32 s13, s9, %[unit]\n"
                     "vmla.f32 s14, s10, %[unit]\n"
                     "vmla.f32 s15, s11, %[unit]\n"
                     "vstmia %[weights], {s12-s15}\n"
                     :
                     : [sums] "r"(sums), [weights] "r"(weights), [unit] "t"(unit)
                     : "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", "memory");
#else
    for (int32_t i = 0; i < 4; i++) {
        weights[i] += unit * (float)sums[i];
    }
#endif
}

int32_t attune_dsp_transpose(const int8_t *from, int32_t from_step, const int32_t *factors, int32_t count, int8_t *to,
                             int32_t to_step);

int32_t attune_dsp_look_up(const int8_t *error, int32_t positions, int32_t channels, const int32_t *parts,
                           int32_t *carry, int8_t *result);

int32_t attune_dsp_merge(const attune_error_shares *shares, int32_t positions, int32_t channels, int32_t count,
                         int32_t *carry);

int32_t attune_dsp_phase(const attune_error_phase *phase);

/* Add the gradient of convolutions, all filters or none, and of the first filters of depthwise ones. */
int32_t attune_dsp_gradient_products(const attune_error_gradient *gradient);
int32_t attune_dsp_gradient_taps(const attune_error_gradient *gradient);

#endif

#endif
