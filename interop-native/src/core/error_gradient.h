/* The gradient of weights from errors: what portable and faster loops share. */
#ifndef ATTUNE_ERROR_GRADIENT_H
#define ATTUNE_ERROR_GRADIENT_H

#include "parameters.h"

/* attune_weights_gradient with all sizes checked and pointers resolved, for some output lines. */
typedef struct attune_error_gradient {
    const int32_t *record;
    const int8_t *error;
    const int8_t *input;
    int32_t first; /* filters */
    int32_t count;
    int32_t line; /* output lines line .. end - 1, whose sums stay in int32 */
    int32_t end;
    float scale;
    const attune_parameters *parameters;
    float *weights; /* [count][filter], of DEPTHWISE_CONV_2D [taps][count] */
} attune_error_gradient;

/* Derivatives of the loss by a unit of the accumulators of channels first .. first + count - 1, for a unit of error. */
static inline void attune_error_units(const attune_error_gradient *gradient, int32_t first, int32_t count,
                                      float *units) {
    attune_channel_floats(gradient->parameters, first, count, units);
    for (int32_t i = 0; i < count; i++) {
        units[i] *= gradient->scale;
    }
}

#endif
