/* The gradient of weights from errors: what portable and faster loops share. */
#ifndef ATTUNE_ERROR_GRADIENT_H
#define ATTUNE_ERROR_GRADIENT_H

#include "parameters.h"

#include <stddef.h>

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
    float *weights; /* [tile_count][filter], of DEPTHWISE_CONV_2D [taps][tile_count] */
    int32_t tile_first;
    int32_t tile_count;
    /* Channels of the model that `record` and `error` have; filters count among them. NULL: all. */
    const int32_t *chosen;
} attune_error_gradient;

/* Row of the tile, of the depthwise tile's columns, that a filter of the error belongs to. */
static inline int32_t attune_error_row(const attune_error_gradient *gradient, int32_t filter) {
    return (gradient->chosen == NULL ? filter : gradient->chosen[filter]) - gradient->tile_first;
}

/* Derivatives of the loss by a unit of the accumulators of channels first .. first + count - 1, for a unit of error. */
static inline void attune_error_units(const attune_error_gradient *gradient, int32_t first, int32_t count,
                                      float *units) {
    if (gradient->chosen == NULL) {
        attune_channel_floats(gradient->parameters, first, count, units);
    }
    for (int32_t i = 0; i < count; i++) {
        if (gradient->chosen != NULL) {
            attune_channel_floats(gradient->parameters, gradient->chosen[first + i], 1, &units[i]);
        }
        units[i] *= gradient->scale;
    }
}

#endif
