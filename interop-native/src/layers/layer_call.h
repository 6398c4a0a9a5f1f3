/* Checked calls of single layers, for attune_layer_run and for chains. */
#ifndef ATTUNE_LAYER_CALL_H
#define ATTUNE_LAYER_CALL_H

#include "../core/call.h"

/* What a call uses of the arena. */
enum {
    ATTUNE_CALL_INPUT,
    ATTUNE_CALL_INPUT2,
    ATTUNE_CALL_OUTPUT,
    ATTUNE_CALL_SCRATCH,
    ATTUNE_CALL_STATISTICS,
    ATTUNE_CALL_PARAMETERS, /* the first of ATTUNE_PARAMETER_RANGES */
    ATTUNE_CALL_RANGES = ATTUNE_CALL_PARAMETERS + ATTUNE_PARAMETER_RANGES
};

/* The ranges of a checked record with the words of a binding. */
void attune_call_ranges(const int32_t *record, const int32_t *bound, int32_t mode, attune_range *ranges);

/* Checks a layer and its binding and resolves everything of a zeroed call but its seed and the lines to compute.
 * Touches nothing. */
int32_t attune_call_find(const attune_memory *memory, int32_t record, int32_t binding, int32_t mode, attune_call *call);

/* Touches the binding and what a found call uses. */
void attune_call_touch(attune_memory *memory, int32_t binding, const attune_call *call);

/* Runs a resolved call on the backend in use. */
void attune_call_run(const attune_call *call);

/* Runs a resolved call on the portable kernel of its operator. */
void attune_portable_run(const attune_call *call);

#endif
