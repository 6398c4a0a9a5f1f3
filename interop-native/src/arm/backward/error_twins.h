/* Faster loops of back-propagation (core/error_loops.h). */
#ifndef ATTUNE_DSP_ERROR_TWINS_H
#define ATTUNE_DSP_ERROR_TWINS_H

#include "../../core/error_loops.h"
#include "../feature.h"

#if defined(ATTUNE_DSP)
extern const attune_error_twins attune_dsp_error_twins;

int32_t attune_dsp_transpose(const int8_t *from, int32_t from_step, const int32_t *factors, int32_t count, int8_t *to,
                             int32_t to_step);

/* Adds the gradient of convolutions, all filters or none; and of the first filters of
 * depthwise ones. */
int32_t attune_dsp_gradient_products(const attune_error_gradient *gradient);
int32_t attune_dsp_gradient_taps(const attune_error_gradient *gradient);
#endif

#endif
