/* Parts of the arena and of the model that a call uses: checked all together, then marked as touched. A refused call
 * touches nothing. */
#ifndef ATTUNE_RANGES_H
#define ATTUNE_RANGES_H

#include "memory.h"

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

/* Whether two ranges share no byte. */
static inline int attune_ranges_apart(const attune_range *a, const attune_range *b) {
    return a->bytes == 0 || b->bytes == 0 || a->offset + a->bytes <= b->offset || b->offset + b->bytes <= a->offset;
}

/* ATTUNE_OK, ATTUNE_ERROR_ARENA/_MODEL or ATTUNE_ERROR_ALIGNMENT for bytes at an offset. They touch nothing. */
int32_t attune_arena_range(const attune_memory *memory, int32_t offset, int64_t bytes, int32_t alignment);
int32_t attune_model_range(const attune_memory *memory, int32_t offset, int64_t bytes, int32_t alignment);

/* Checks place and alignment of each range, then that nothing overlaps a written one (ATTUNE_ERROR_ARGUMENT). Touches
 * nothing. */
int32_t attune_ranges_check(const attune_memory *memory, const attune_range *ranges, int32_t count);

/* Raises the high-water mark: for what the call is about to use, once every check has passed. */
void attune_touch(attune_memory *memory, int32_t offset, int64_t bytes);
void attune_ranges_touch(attune_memory *memory, const attune_range *ranges, int32_t count);

/* Both: for calls whose last check this is. */
int32_t attune_ranges_use(attune_memory *memory, const attune_range *ranges, int32_t count);

#endif
