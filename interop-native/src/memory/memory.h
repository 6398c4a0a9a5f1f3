/* Open arenas and models. Where they lie: memory_heap.c or memory_static.c, and model_map.c. */
#ifndef ATTUNE_MEMORY_H
#define ATTUNE_MEMORY_H

#include "attune.h"

/* One open arena and its model. */
typedef struct attune_memory {
    uint8_t *arena;
    int32_t arena_size;
    int32_t high_water;
    const uint8_t *model; /* NULL: none */
    int32_t model_size;
    uint8_t *model_block; /* the model, where attune_model_open made room for it; NULL: mapped, or none */
} attune_memory;

#define ATTUNE_LARGEST_BLOCK (1 << 30)
#define ATTUNE_BLOCK_ALIGNMENT 16

/* The open memory of a handle, or NULL. */
attune_memory *attune_memory_find(int32_t arena);

/* Gives the memory another model, or none, in place of the one it has. block as in attune_memory. */
void attune_model_set(attune_memory *memory, const uint8_t *model, int32_t bytes, uint8_t *block);

#endif
