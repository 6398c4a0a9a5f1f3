/* From the gradient of a layer's nodes to that of its weights: what portable and faster kernels share. */
#ifndef ATTUNE_GRADIENT_GEOMETRY_H
#define ATTUNE_GRADIENT_GEOMETRY_H

#include "parameters.h"

/* attune_gradient_weights with all sizes checked and pointers resolved. */
typedef struct attune_gradient_call {
    const int32_t *record;
    const attune_parameters *parameters;
    int32_t accumulators; /* not 0: nodes are accumulators */
    const int8_t *input;
    int32_t input_ring; /* lines of the input's buffer */
    const float *nodes; /* of the first line */
    int32_t first;
    int32_t count;
    int32_t line;
    int32_t lines;
    float *weights;
} attune_gradient_call;

/* The part of a record that says which input a weight meets where. */
typedef struct attune_geometry {
    int32_t line, lines;
    int32_t ring;
    int32_t input_h, input_w, input_c;
    int32_t output_h, output_w;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t dilation_h, dilation_w;
    int32_t pad_top, pad_left;
} attune_geometry;

/* A whole layer whose positions all read the input at their own place has one long line. */
attune_geometry attune_gradient_geometry(const attune_gradient_call *call);

/* m[c] of channels first .. first + count - 1. */
void attune_gradient_factors(const attune_gradient_call *call, int32_t first, int32_t count, float *factors);

#endif
