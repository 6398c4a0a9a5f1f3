/* Random layers with random data, placed in an arena and a model, run by the library and by the naive reference. */
#ifndef ATTUNE_LAYER_CASE_H
#define ATTUNE_LAYER_CASE_H

#include "attune.h"
#include "naive.h"

enum {
    CASE_MODEL_BYTES = 1 << 18,
    CASE_ARENA_BYTES = 1 << 18,
    CASE_RECORD = 128,  /* model offset of the record */
    CASE_BINDING = 4096 /* arena offset of the binding */
};

typedef struct layer_case {
    int32_t record[ATTUNE_RECORD_WORDS];
    int32_t binding[ATTUNE_BINDING_WORDS];
    int32_t mode;
    uint32_t seed_low;
    uint32_t seed_high;
    uint8_t *model; /* CASE_MODEL_BYTES, as it is written to the library's */
    uint8_t *arena; /* CASE_ARENA_BYTES, likewise */
    int32_t model_used;
    int32_t arena_used;
} layer_case;

/* A random layer of this operator that the library must accept. */
void case_create(layer_case *layer, int32_t operation);
void case_free(layer_case *layer);

/* Opens an arena with the case's model and arena. Returns the handle. */
int32_t case_open(const layer_case *layer);

int64_t case_elements(const int32_t *shape);
/* Bytes of the output in the case's mode. */
int64_t case_output_bytes(const layer_case *layer);
/* One past the highest byte that a run may touch. */
int32_t case_touched(const layer_case *layer, int32_t scratch);
/* The case as the naive reference takes it. */
naive_layer case_naive(const layer_case *layer);

#endif
