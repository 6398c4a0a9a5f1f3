/* Handles, arenas and models: the only memory that the library owns. */
#include "internal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#include <malloc.h>
#endif

#define HANDLES 64
#define LARGEST_BLOCK (1 << 30)
#define BLOCK_ALIGNMENT 16

static _Atomic(attune_memory *) handles[HANDLES];

static uint8_t *block_open(int32_t bytes) {
    size_t rounded = ((size_t)bytes + BLOCK_ALIGNMENT - 1) & ~(size_t)(BLOCK_ALIGNMENT - 1);
#if defined(_WIN32)
    uint8_t *block = _aligned_malloc(rounded, BLOCK_ALIGNMENT);
#else
    uint8_t *block = aligned_alloc(BLOCK_ALIGNMENT, rounded);
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
    block_close(memory->model);
    free(memory);
}

attune_memory *attune_memory_find(int32_t arena) {
    return arena >= 0 && arena < HANDLES ? atomic_load(&handles[arena]) : NULL;
}

static int32_t range(int32_t size, int32_t offset, int64_t bytes, int32_t alignment, int32_t outside) {
    if (offset < 0 || bytes < 0 || offset > size || bytes > size - offset) {
        return outside;
    }
    return offset % alignment == 0 ? ATTUNE_OK : ATTUNE_ERROR_ALIGNMENT;
}

int32_t attune_arena_range(const attune_memory *memory, int32_t offset, int64_t bytes, int32_t alignment) {
    return range(memory->arena_size, offset, bytes, alignment, ATTUNE_ERROR_ARENA);
}

int32_t attune_model_range(const attune_memory *memory, int32_t offset, int64_t bytes, int32_t alignment) {
    return range(memory->model_size, offset, bytes, alignment, ATTUNE_ERROR_MODEL);
}

int32_t attune_version(void) {
    return ATTUNE_VERSION;
}

int32_t attune_arena_open(int32_t bytes) {
    if (bytes < 1 || bytes > LARGEST_BLOCK) {
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

int32_t attune_arena_high_water(int32_t arena) {
    const attune_memory *memory = attune_memory_find(arena);
    return memory == NULL ? ATTUNE_ERROR_HANDLE : memory->high_water;
}

int32_t attune_arena_high_water_reset(int32_t arena) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    memory->high_water = 0;
    return ATTUNE_OK;
}

/* The bytes of a transfer of count elements between the caller's data[index..] and the arena, or a status. */
static int64_t arena_transfer(const attune_memory *memory, int32_t offset, const void *data, int32_t index,
                              int32_t count, int32_t element) {
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (index < 0 || count < 0 || (data == NULL && count > 0)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int64_t bytes = (int64_t)count * element;
    int32_t status = attune_arena_range(memory, offset, bytes, element);
    return status == ATTUNE_OK ? bytes : status;
}

static int32_t arena_write(int32_t arena, int32_t offset, const void *data, int32_t index, int32_t count,
                           int32_t element) {
    attune_memory *memory = attune_memory_find(arena);
    int64_t bytes = arena_transfer(memory, offset, data, index, count, element);
    if (bytes <= 0) {
        return (int32_t)bytes;
    }
    memcpy(memory->arena + offset, (const uint8_t *)data + (size_t)index * (size_t)element, (size_t)bytes);
    attune_touch(memory, offset, bytes);
    return ATTUNE_OK;
}

static int32_t arena_read(int32_t arena, int32_t offset, void *data, int32_t index, int32_t count, int32_t element) {
    attune_memory *memory = attune_memory_find(arena);
    int64_t bytes = arena_transfer(memory, offset, data, index, count, element);
    if (bytes <= 0) {
        return (int32_t)bytes;
    }
    memcpy((uint8_t *)data + (size_t)index * (size_t)element, memory->arena + offset, (size_t)bytes);
    attune_touch(memory, offset, bytes);
    return ATTUNE_OK;
}

int32_t attune_arena_write(int32_t arena, int32_t offset, const uint8_t *data, int32_t index, int32_t count) {
    return arena_write(arena, offset, data, index, count, 1);
}

int32_t attune_arena_read(int32_t arena, int32_t offset, uint8_t *data, int32_t index, int32_t count) {
    return arena_read(arena, offset, data, index, count, 1);
}

int32_t attune_arena_write_words(int32_t arena, int32_t offset, const int32_t *data, int32_t index, int32_t count) {
    return arena_write(arena, offset, data, index, count, 4);
}

int32_t attune_arena_read_words(int32_t arena, int32_t offset, int32_t *data, int32_t index, int32_t count) {
    return arena_read(arena, offset, data, index, count, 4);
}

int32_t attune_arena_fill(int32_t arena, int32_t offset, int32_t count, int32_t value) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (count < 0 || value < -128 || value > 255) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int32_t status = attune_arena_range(memory, offset, count, 1);
    if (status == ATTUNE_OK && count > 0) {
        memset(memory->arena + offset, value, (size_t)count);
        attune_touch(memory, offset, count);
    }
    return status;
}

int32_t attune_arena_flip(int32_t arena, int32_t offset, int32_t count) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (count < 0) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int32_t status = attune_arena_range(memory, offset, count, 1);
    if (status == ATTUNE_OK && count > 0) {
        for (int32_t i = 0; i < count; i++) {
            memory->arena[offset + i] ^= 0x80;
        }
        attune_touch(memory, offset, count);
    }
    return status;
}

int32_t attune_model_open(int32_t arena, int32_t bytes) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (bytes < 1 || bytes > LARGEST_BLOCK) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    uint8_t *model = block_open(bytes);
    if (model == NULL) {
        return ATTUNE_ERROR_MEMORY;
    }
    block_close(memory->model);
    memory->model = model;
    memory->model_size = bytes;
    return ATTUNE_OK;
}

int32_t attune_model_size(int32_t arena) {
    const attune_memory *memory = attune_memory_find(arena);
    return memory == NULL || memory->model == NULL ? ATTUNE_ERROR_HANDLE : memory->model_size;
}

/* As arena_transfer, for the model. */
static int64_t model_transfer(const attune_memory *memory, int32_t offset, const void *data, int32_t index,
                              int32_t count, int32_t element) {
    if (memory == NULL || memory->model == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (index < 0 || count < 0 || (data == NULL && count > 0)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int64_t bytes = (int64_t)count * element;
    int32_t status = attune_model_range(memory, offset, bytes, element);
    return status == ATTUNE_OK ? bytes : status;
}

int32_t attune_model_write(int32_t arena, int32_t offset, const uint8_t *data, int32_t index, int32_t count) {
    const attune_memory *memory = attune_memory_find(arena);
    int64_t bytes = model_transfer(memory, offset, data, index, count, 1);
    if (bytes <= 0) {
        return (int32_t)bytes;
    }
    memcpy(memory->model + offset, data + index, (size_t)bytes);
    return ATTUNE_OK;
}

static int32_t model_read(int32_t arena, int32_t offset, void *data, int32_t index, int32_t count, int32_t element) {
    const attune_memory *memory = attune_memory_find(arena);
    int64_t bytes = model_transfer(memory, offset, data, index, count, element);
    if (bytes <= 0) {
        return (int32_t)bytes;
    }
    memcpy((uint8_t *)data + (size_t)index * (size_t)element, memory->model + offset, (size_t)bytes);
    return ATTUNE_OK;
}

int32_t attune_model_read(int32_t arena, int32_t offset, uint8_t *data, int32_t index, int32_t count) {
    return model_read(arena, offset, data, index, count, 1);
}

int32_t attune_model_read_words(int32_t arena, int32_t offset, int32_t *data, int32_t index, int32_t count) {
    return model_read(arena, offset, data, index, count, 4);
}

int32_t attune_model_to_arena(int32_t arena, int32_t model_offset, int32_t arena_offset, int32_t count) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL || memory->model == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (count < 0) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int32_t status = attune_model_range(memory, model_offset, count, 1);
    if (status == ATTUNE_OK) {
        status = attune_arena_range(memory, arena_offset, count, 1);
    }
    if (status == ATTUNE_OK && count > 0) {
        memcpy(memory->arena + arena_offset, memory->model + model_offset, (size_t)count);
        attune_touch(memory, arena_offset, count);
    }
    return status;
}
