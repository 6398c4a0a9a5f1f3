/* Straightforward reference implementations, written from the definitions in attune.h and from TensorFlow Lite's, with
 * nothing in common with the library: wide integers, one loop per dimension. */
#ifndef ATTUNE_NAIVE_H
#define ATTUNE_NAIVE_H

#include <stdint.h>

typedef struct naive_layer {
    const int32_t *record;
    const int8_t *input;
    const int8_t *input2;
    const int8_t *weights;
    const int32_t *bias; /* NULL: none */
    const int32_t *multipliers;
    const int32_t *shifts;
    const float *rescale; /* NULL: multipliers and shifts */
    int32_t threshold;    /* MEDIAN_2D; -1: the record's */
    int32_t mode;
    uint32_t seed_low;
    uint32_t seed_high;
} naive_layer;

int32_t naive_rescale(int32_t x, int32_t multiplier, int32_t shift);
int32_t naive_sign(uint32_t element, uint32_t seed_low, uint32_t seed_high);
void naive_multiplier(const naive_layer *layer, int32_t channel, int32_t *multiplier, int32_t *shift);
int64_t naive_filter_size(const int32_t *record);

/* output: one int32 an element; sums: added to, [c] sums and [c] sums of squares, with ATTUNE_RUN_STATISTICS. SOFTMAX
 * is computed in double: it may differ by one. */
void naive_run(const naive_layer *layer, int32_t *output, int64_t *sums);

#endif
