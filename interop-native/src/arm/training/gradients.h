/* Gradients with the floating-point instructions of Armv7E-M. VMLA rounds the product and the sum, as the portable
 * loops do; VFMA would not. */
#ifndef ATTUNE_DSP_GRADIENTS_H
#define ATTUNE_DSP_GRADIENTS_H

#include "../../core/gradient_geometry.h"
#include "../feature.h"

/* Adds the gradient of the weights of the call's first filters and returns how many; the portable loops take the
 * others. Nodes are finite: a tap in the padding adds a node times zero. */
int32_t attune_dsp_gradient(const attune_gradient_call *call);
int attune_dsp_gradient_units(const attune_gradient_call *call);         /* whether it took the call */
int32_t attune_dsp_gradient_depthwise(const attune_gradient_call *call); /* filters done, as above */

/* attune_signed_add for the first whole eights of count, element a multiple of 8; returns how many it has done. */
int32_t attune_dsp_signed_add(float *sums, int32_t count, uint32_t element, float delta, uint32_t seed_low,
                              uint32_t seed_high);

#endif
