/* The layer that takes an error backward through a layer with weights: it reads the error of the output, writes the
 * error of the input, and is itself a layer with weights, which the forward kernels run.
 *
 * A strided convolution falls apart into phases: input lines of one remainder modulo the stride meet the same taps of
 * the filter, and an output line each. So do columns. A phase is a convolution of stride 1 with those taps. */
#ifndef ATTUNE_TRANSPOSED_H
#define ATTUNE_TRANSPOSED_H

#include "../core/parameters.h"

/* One axis of a phase. Input r + stride * (low + i), i = 0 .. count - 1, meets taps first, first + step, ... */
typedef struct attune_phase_axis {
    int32_t remainder; /* r */
    int32_t low;
    int32_t count; /* 0: no input of this remainder meets a tap */
    int32_t first;
    int32_t step;
    int32_t taps;
    int32_t dilation; /* of the phase's layer, whose taps are in reverse order */
    int32_t pad;      /* may be negative */
} attune_phase_axis;

attune_phase_axis attune_phase_axis_find(const int32_t *record, int axis, int32_t remainder);

/* Phases along an axis: the stride, 1 for FULLY_CONNECTED. */
int32_t attune_phase_count(const int32_t *record, int axis);

/* Whether every element of the input meets a tap, so that the phases together write all of it. */
int attune_phases_cover(const int32_t *record);

/* The record of a phase's layer; places in the model are not set. */
void attune_transposed_record(const int32_t *record, const attune_phase_axis *vertical,
                              const attune_phase_axis *horizontal, int32_t *transposed);

/* Weights of a phase's layer. */
int32_t attune_transposed_weights(const int32_t *transposed);

/* A layer's output multipliers M[c] on the way back. Where every input channel meets one output channel, the result's
 * multipliers hold them. Else they go into the weights: w * M[c] / unit, with the unit that makes the largest 127. */
typedef struct attune_transposed_units {
    const attune_parameters *parameters;
    int32_t by_channel; /* not 0: the weights stay as they are */
    float unit;         /* of the weights, where they do not */
    float inverse;      /* 2^24 / unit, or 0 */
    float largest;
} attune_transposed_units;

attune_transposed_units attune_transposed_units_find(const int32_t *record, const attune_parameters *parameters);

/* M[c]. */
static inline float attune_transposed_real(const attune_transposed_units *units, int32_t channel) {
    float real;
    attune_channel_floats(units->parameters, channel, 1, &real);
    return real;
}

/* Errors of the input, in the result's unit, for one unit of a transposed layer's accumulator. */
static inline float attune_transposed_unit(const attune_transposed_units *units, int32_t channel) {
    return units->by_channel ? attune_transposed_real(units, channel) : units->unit;
}

/* What the weights of each output channel are multiplied by, Q24: below 127, so that no product leaves int32. */
void attune_transposed_factors(const attune_transposed_units *units, int32_t channels, int32_t *factors);

/* Writes the weights of a phase's layer. */
void attune_transposed_fill(const int32_t *record, const attune_transposed_units *units,
                            const attune_phase_axis *vertical, const attune_phase_axis *horizontal, int8_t *filled);

#endif
