/* The portable loops from the gradient of a layer's nodes to that of its weights.
 *
 * Every weight of the tile receives, for each output position in row-major order, the float32 product
 * (m[c] * nodes[p][c]) * (input - zero point), both products and the sum rounded to float32. So a filter gets the same
 * bits whatever tile it is part of. Positions where the filter's tap lies in the padding add nothing. */
#ifndef ATTUNE_GRADIENT_LOOPS_H
#define ATTUNE_GRADIENT_LOOPS_H

#include "../core/gradient_geometry.h"

/* Inputs converted to float32 at a time, and channels whose multipliers are kept; both bound the stack. */
#define ATTUNE_GRADIENT_RUN 64

/* Each adds the gradients of filters begin .. count - 1 of the call's tile. */
void attune_gradient_convolution(const attune_gradient_call *call, int32_t begin);
void attune_gradient_depthwise(const attune_gradient_call *call, int32_t begin);

/* Where a line of the input lies. */
static inline const int8_t *attune_gradient_line(const attune_gradient_call *call, const attune_geometry *g,
                                                 int32_t line) {
    return call->input + (int64_t)(line % g->ring) * g->input_w * g->input_c;
}

/* Taps begin .. end - 1 of size lie inside an input of the given extent, where tap 0 is at start. */
static inline void attune_gradient_taps(int32_t start, int32_t dilation, int32_t size, int32_t extent, int32_t *begin,
                                        int32_t *end) {
    *begin = start < 0 ? (-start + dilation - 1) / dilation : 0;
    *end = start < extent ? (extent - 1 - start) / dilation + 1 : 0;
    if (*end > size) {
        *end = size;
    }
}

#endif
