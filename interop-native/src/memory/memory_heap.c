/* Arenas and models on the heap: up to 64 at a time, for the desktop. */
#include "memory.h"

#if !defined(ATTUNE_ARENA_BYTES)

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#include <malloc.h>
#endif

#define HANDLES 64

static _Atomic(attune_memory *) handles[HANDLES];

static uint8_t *block_open(int32_t bytes) {
    size_t rounded = ((size_t)bytes + ATTUNE_BLOCK_ALIGNMENT - 1) & ~(size_t)(ATTUNE_BLOCK_ALIGNMENT - 1);
#if defined(_WIN32)
    uint8_t *block = _aligned_malloc(rounded, ATTUNE_BLOCK_ALIGNMENT);
#else
    uint8_t *block = aligned_alloc(ATTUNE_BLOCK_ALIGNMENT, rounded);
#endif
    if (block != NULL) {
        memset(block, 0, rounded);
    }
    return block;
}

static void block_close(uint8_t *block) {
#if defined(_WIN32)
    _aligned_free(block);
#else
    free(block);
#endif
}

static void memory_close(attune_memory *memory) {
    block_close(memory->arena);
    block_close(memory->model_block);
    free(memory);
}

attune_memory *attune_memory_find(int32_t arena) {
    return arena >= 0 && arena < HANDLES ? atomic_load(&handles[arena]) : NULL;
}

int32_t attune_arena_open(int32_t bytes) {
    if (bytes < 1 || bytes > ATTUNE_LARGEST_BLOCK) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL) {
        return ATTUNE_ERROR_MEMORY;
    }
    memory->arena = block_open(bytes);
    memory->arena_size = bytes;
    if (memory->arena == NULL) {
        free(memory);
        return ATTUNE_ERROR_MEMORY;
    }
    for (int32_t handle = 0; handle < HANDLES; handle++) {
        attune_memory *free_handle = NULL;
        if (atomic_compare_exchange_strong(&handles[handle], &free_handle, memory)) {
            return handle;
        }
    }
    memory_close(memory);
    return ATTUNE_ERROR_HANDLE;
}

int32_t attune_arena_close(int32_t arena) {
    attune_memory *memory = arena >= 0 && arena < HANDLES ? atomic_exchange(&handles[arena], NULL) : NULL;
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    memory_close(memory);
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
    uint8_t *model = block_open(bytes);
    if (model == NULL) {
        return ATTUNE_ERROR_MEMORY;
    }
    attune_model_set(memory, model, bytes, model);
    return ATTUNE_OK;
}

void attune_model_set(attune_memory *memory, const uint8_t *model, int32_t bytes, uint8_t *block) {
    block_close(memory->model_block);
    memory->model = model;
    memory->model_size = bytes;
    memory->model_block = block;
}

#endif
