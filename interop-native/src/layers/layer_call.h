/* Checked calls of single layers, for attune_layer_run and for chains. */
#ifndef ATTUNE_LAYER_H
#define ATTUNE_LAYER_H

#include "internal.h"

/* Bytes of the arena that a call uses. bytes = 0: not used. */
typedef struct attune_call_range {
    int32_t offset;
    int64_t bytes;
    int32_t alignment;
    int32_t written;
} attune_call_range;

enum {
    ATTUNE_CALL_INPUT,
    ATTUNE_CALL_INPUT2,
    ATTUNE_CALL_OUTPUT,
    ATTUNE_CALL_SCRATCH,
    ATTUNE_CALL_STATISTICS,
    ATTUNE_CALL_WEIGHTS,
    ATTUNE_CALL_BIAS,
    ATTUNE_CALL_RESCALE,
    ATTUNE_CALL_RANGES
};

/* The ranges of a checked record with a binding. */
void attune_call_ranges(const int32_t *record, const int32_t *binding, int32_t mode, attune_call_range *ranges);

/* Whether two ranges share no byte. */
int attune_ranges_apart(const attune_call_range *a, const attune_call_range *b);

/* Checks a layer and its binding and resolves everything of a zeroed call but its seed and the lines to compute. */
int32_t attune_call_find(attune_memory *memory, int32_t record, int32_t binding, int32_t mode, attune_call *call);

/* Runs a resolved call on the portable kernel of its operator. */
void attune_portable_run(const attune_call *call);

/* Runs a resolved call on the backend in use. */
void attune_call_run(const attune_call *call);

#endif
