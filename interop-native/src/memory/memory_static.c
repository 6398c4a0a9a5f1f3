/* One arena and one model in buffers that the linker places, for firmware: no heap, no atomics, calls from one thread.
 */
#include "memory.h"

#if defined(ATTUNE_ARENA_BYTES)

#include <stddef.h>
#include <string.h>

#if !defined(ATTUNE_MODEL_BYTES)
#define ATTUNE_MODEL_BYTES 0
#endif

_Static_assert(ATTUNE_ARENA_BYTES >= 1 && ATTUNE_ARENA_BYTES <= ATTUNE_LARGEST_BLOCK, "ATTUNE_ARENA_BYTES: 1..2^30");
_Static_assert(ATTUNE_MODEL_BYTES >= 0 && ATTUNE_MODEL_BYTES <= ATTUNE_LARGEST_BLOCK, "ATTUNE_MODEL_BYTES: 0..2^30");

#define TEXT(words) #words
#define SECTION(name) __attribute__((section(TEXT(name))))

#if defined(ATTUNE_ARENA_SECTION)
SECTION(ATTUNE_ARENA_SECTION)
#endif
static _Alignas(ATTUNE_BLOCK_ALIGNMENT) uint8_t arena_block[ATTUNE_ARENA_BYTES];

#if ATTUNE_MODEL_BYTES > 0
#if defined(ATTUNE_MODEL_SECTION)
SECTION(ATTUNE_MODEL_SECTION)
#endif
static _Alignas(ATTUNE_BLOCK_ALIGNMENT) uint8_t model_block[ATTUNE_MODEL_BYTES];
#endif

/* The only handle is 0. */
static attune_memory only;

attune_memory *attune_memory_find(int32_t arena) {
    return arena == 0 && only.arena != NULL ? &only : NULL;
}

int32_t attune_arena_open(int32_t bytes) {
    if (bytes < 1 || bytes > ATTUNE_LARGEST_BLOCK) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    if (bytes > ATTUNE_ARENA_BYTES) {
        return ATTUNE_ERROR_MEMORY;
    }
    if (only.arena != NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    only = (attune_memory){.arena = arena_block, .arena_size = bytes};
    memset(arena_block, 0, (size_t)bytes);
    return 0;
}

int32_t attune_arena_close(int32_t arena) {
    if (attune_memory_find(arena) == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    only.arena = NULL;
    return ATTUNE_OK;
}

int32_t attune_model_open(int32_t arena, int32_t bytes) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (bytes < 1 || bytes > ATTUNE_LARGEST_BLOCK) {
        return ATTUNE_ERROR_ARGUMENT;
    }
#if ATTUNE_MODEL_BYTES > 0
    if (bytes <= ATTUNE_MODEL_BYTES) {
        memset(model_block, 0, (size_t)bytes);
        attune_model_set(memory, model_block, bytes, model_block);
        return ATTUNE_OK;
    }
#endif
    return ATTUNE_ERROR_MEMORY;
}

void attune_model_set(attune_memory *memory, const uint8_t *model, int32_t bytes, uint8_t *block) {
    memory->model = model;
    memory->model_size = bytes;
    memory->model_block = block;
}

#endif
