/* Layers with random data outside of any arena: what a kernel is called with. */
#ifndef ATTUNE_BENCH_RANDOM_LAYER_H
#define ATTUNE_BENCH_RANDOM_LAYER_H

#include "core/call.h"

enum { LAYER_BYTES = 1 << 18, LAYER_CHANNELS = 1100, LAYER_SCRATCH = 1 << 16 };

typedef struct random_layer {
    int32_t record[ATTUNE_RECORD_WORDS];
    int8_t input[LAYER_BYTES];
    int8_t input2[LAYER_BYTES];
    int8_t weights[LAYER_BYTES + 16];
    int32_t bias[LAYER_CHANNELS];
    int32_t multipliers[LAYER_CHANNELS];
    int32_t shifts[LAYER_CHANNELS];
    _Alignas(16) uint8_t scratch[LAYER_SCRATCH];
} random_layer;

/* A record without any shape. */
void layer_neutral(random_layer *layer, int32_t operation);
void layer_shape(int32_t *shape, int32_t n, int32_t h, int32_t w, int32_t c);
/* Random data, and parameters as models have them, for a record whose shapes are set. */
void layer_fill(random_layer *layer);
/* The call for the whole tensor. */
attune_call layer_call(random_layer *layer, void *output);

#endif
