/* Argument checks that the functions of training share. */
#ifndef ATTUNE_TRAINING_CHECKS_H
#define ATTUNE_TRAINING_CHECKS_H

#include "internal.h"

/* Finds memory and record of a layer with weights; ATTUNE_ERROR_MODE for a layer without. */
int32_t attune_weighted_layer_find(int32_t arena, int32_t record, attune_memory **memory, const int32_t **words);

/* ATTUNE_OK if filters first .. first + count - 1 exist, else ATTUNE_ERROR_ARGUMENT. */
int32_t attune_tile_check(const int32_t *record, int32_t first, int32_t count);

/* ATTUNE_OK if output lines line .. line + lines - 1 exist, else ATTUNE_ERROR_ARGUMENT. */
int32_t attune_lines_check(const int32_t *record, int32_t line, int32_t lines);

/* An array of a call in the arena. */
typedef struct attune_range {
    int32_t offset;
    int64_t bytes; /* 0: the call has no such array */
    int32_t alignment;
    int32_t written; /* not 0: no other array of the call may share bytes with it */
} attune_range;

/* An array at an offset, or none where the offset is -1. */
static inline attune_range attune_optional_range(int32_t offset, int64_t bytes, int32_t alignment, int32_t written) {
    attune_range range = {offset, offset == -1 ? 0 : bytes, alignment, written};
    return range;
}

/* The arrays that follow from the binding of a layer with weights, none of them written: the binding itself, then the
 * arena copies of weights, biases and rescale. */
enum { ATTUNE_RANGE_BINDING, ATTUNE_RANGE_WEIGHTS, ATTUNE_RANGE_BIAS, ATTUNE_RANGE_RESCALE, ATTUNE_RANGE_COUNT };
void attune_binding_ranges(const int32_t *record, int32_t binding, const int32_t *words,
                           attune_range ranges[ATTUNE_RANGE_COUNT]);

/* Checks place and alignment of each range, then that nothing overlaps a written one (ATTUNE_ERROR_ARGUMENT), then
 * raises the high-water mark. */
int32_t attune_ranges_use(attune_memory *memory, const attune_range *ranges, int32_t count);

#endif
