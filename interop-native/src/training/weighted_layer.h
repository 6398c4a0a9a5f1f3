/* What the functions of training share: a layer with weights, its binding, and the arrays that the call names. Every
 * function finds the layer, adds its arrays, then uses them all; nothing is touched before. */
#ifndef ATTUNE_WEIGHTED_LAYER_H
#define ATTUNE_WEIGHTED_LAYER_H

#include "../core/parameters.h"

/* Arrays that a call may have beside its binding and the parameters. */
#define ATTUNE_CALLER_RANGES 5

/* The binding, the parameters that it names, then what the call adds. */
enum {
    ATTUNE_WEIGHTED_BINDING,
    ATTUNE_WEIGHTED_PARAMETERS,
    ATTUNE_WEIGHTED_RANGES = ATTUNE_WEIGHTED_PARAMETERS + ATTUNE_PARAMETER_RANGES + ATTUNE_CALLER_RANGES
};

typedef struct attune_weighted_layer {
    attune_memory *memory;
    const int32_t *record;
    const int32_t *bound;         /* words of the binding */
    attune_parameters parameters; /* from attune_weighted_layer_use on */
    int32_t channels;
    int32_t filter_size;
    attune_range ranges[ATTUNE_WEIGHTED_RANGES];
    int32_t range_count;
} attune_weighted_layer;

/* Finds memory and record of a layer with weights; ATTUNE_ERROR_MODE for a layer without. */
int32_t attune_weighted_record_find(int32_t arena, int32_t record, attune_memory **memory, const int32_t **words);

/* The same with its binding. */
int32_t attune_weighted_layer_find(int32_t arena, int32_t record, int32_t binding, attune_weighted_layer *layer);

/* ATTUNE_OK if filters first .. first + count - 1 exist, else ATTUNE_ERROR_ARGUMENT. */
int32_t attune_tile_check(const int32_t *record, int32_t first, int32_t count);

/* ATTUNE_OK if output lines line .. line + lines - 1 exist, else ATTUNE_ERROR_ARGUMENT. */
int32_t attune_lines_check(const int32_t *record, int32_t line, int32_t lines);

/* Adds an array of the call; at most ATTUNE_CALLER_RANGES. */
void attune_weighted_layer_add(attune_weighted_layer *layer, attune_range range);

/* Checks that the call may write the copy of the weights, or of the biases, that the binding names;
 * ATTUNE_ERROR_ARGUMENT if it names none. parameter: ATTUNE_RANGE_WEIGHTS or ATTUNE_RANGE_BIAS. */
int32_t attune_weighted_layer_write(attune_weighted_layer *layer, int32_t parameter);

/* Checks all ranges, touches nothing. */
int32_t attune_weighted_layer_check(const attune_weighted_layer *layer);

/* Checks all ranges, touches them and resolves the parameters. */
int32_t attune_weighted_layer_use(attune_weighted_layer *layer);

/* Real value of one quantized unit of a channel's weights, s_w[c], or of its bias, s_a * s_w[c]. */
double attune_weighted_layer_scale(const attune_weighted_layer *layer, int32_t channel, int32_t of_bias);

/* An array of the call. */
static inline void *attune_weighted_layer_at(const attune_weighted_layer *layer, int32_t offset) {
    return layer->memory->arena + offset;
}

#endif
