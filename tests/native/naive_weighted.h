/* Fixed point, signs and layers with weights, by their definitions. */
#ifndef ATTUNE_NAIVE_WEIGHTED_H
#define ATTUNE_NAIVE_WEIGHTED_H

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
    int32_t threshold;    /* of the binding; -1: the record's */
    int32_t mode;
    uint32_t seed_low;
    uint32_t seed_high;
    int64_t *sums; /* set by naive_run */
} naive_layer;

int32_t naive_rescale(int32_t x, int32_t multiplier, int32_t shift);
int32_t naive_sign(uint32_t element, uint32_t seed_low, uint32_t seed_high);
void naive_multiplier(const naive_layer *layer, int32_t channel, int32_t *multiplier, int32_t *shift);
int64_t naive_filter_size(const int32_t *record);

/* The value of an output of a layer with weights. */
int32_t naive_weighted(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c);

#endif
