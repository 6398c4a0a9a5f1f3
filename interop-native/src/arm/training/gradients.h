/* Gradients with the floating-point instructions of Armv7E-M. VMLA rounds the product and the sum, as the portable
 * loops do; VFMA would not. */
#ifndef ATTUNE_DSP_GRADIENTS_H
#define ATTUNE_DSP_GRADIENTS_H

#include "../gradient_inputs.h"
#include "feature.h"

/* attune_gradient_weights, for nodes that are finite: a tap in the padding adds a node times zero. */
void attune_dsp_gradient(const attune_gradient_call *call);
int attune_dsp_gradient_units(const attune_gradient_call *call); /* whether it took the call */
void attune_dsp_gradient_depthwise(const attune_gradient_call *call);

/* attune_signed_add for the first whole eights of count, element a multiple of 8; returns how many it has done. */
int32_t attune_dsp_signed_add(float *sums, int32_t count, uint32_t element, float delta, uint32_t seed_low,
                              uint32_t seed_high);

#endif
