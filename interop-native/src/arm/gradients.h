/* Inner loops of the gradients. VMLA rounds the product and the sum, as the portable loops do; VFMA would not. */
#ifndef ATTUNE_DSP_GRADIENTS_H
#define ATTUNE_DSP_GRADIENTS_H

#include "feature.h"

#include <stdint.h>

/* weights[i] += scale[j] * inputs[j * run + i] for each j = 0..3 in turn; count a multiple of 8. */
void attune_dsp_add_four_runs(float *weights, const float *inputs, int32_t run, const float *scale, int32_t count);

/* sums[i] += delta times sign i of the generator's word number `word` and those that follow; count a multiple of 32. */
void attune_dsp_signed_add(float *sums, int32_t count, uint32_t word, float delta, uint32_t seed_low,
                           uint32_t seed_high);

#endif
