/* The bytes of open models, copied and checked. */
#include "ranges.h"

#include <string.h>

int32_t attune_model_size(int32_t arena) {
    const attune_memory *memory = attune_memory_find(arena);
    return memory == NULL || memory->model == NULL ? ATTUNE_ERROR_HANDLE : memory->model_size;
}

/* The bytes of a transfer of count elements between the caller's data[index..] and the model, or a status. */
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
    if (memory->model_block == NULL) {
        return ATTUNE_ERROR_READ_ONLY;
    }
    memcpy(memory->model_block + offset, data + index, (size_t)bytes);
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
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_arena_range(memory, arena_offset, count, 1);
    if (status != ATTUNE_OK || count == 0) {
        return status;
    }
    memcpy(memory->arena + arena_offset, memory->model + model_offset, (size_t)count);
    attune_touch(memory, arena_offset, count);
    return ATTUNE_OK;
}
