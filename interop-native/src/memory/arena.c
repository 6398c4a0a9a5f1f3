/* The bytes of open arenas, copied and checked. */
#include "ranges.h"

#include <string.h>

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
    if (status != ATTUNE_OK || count == 0) {
        return status;
    }
    memset(memory->arena + offset, value, (size_t)count);
    attune_touch(memory, offset, count);
    return ATTUNE_OK;
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
    if (status != ATTUNE_OK || count == 0) {
        return status;
    }
    for (int32_t i = 0; i < count; i++) {
        memory->arena[offset + i] ^= 0x80;
    }
    attune_touch(memory, offset, count);
    return ATTUNE_OK;
}
