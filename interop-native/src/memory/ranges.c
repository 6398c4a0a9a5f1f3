#include "ranges.h"

static int32_t range_check(int32_t size, int32_t offset, int64_t bytes, int32_t alignment, int32_t outside) {
    if (offset < 0 || bytes < 0 || offset > size || bytes > size - offset) {
        return outside;
    }
    return offset % alignment == 0 ? ATTUNE_OK : ATTUNE_ERROR_ALIGNMENT;
}

int32_t attune_arena_range(const attune_memory *memory, int32_t offset, int64_t bytes, int32_t alignment) {
    return range_check(memory->arena_size, offset, bytes, alignment, ATTUNE_ERROR_ARENA);
}

int32_t attune_model_range(const attune_memory *memory, int32_t offset, int64_t bytes, int32_t alignment) {
    return range_check(memory->model_size, offset, bytes, alignment, ATTUNE_ERROR_MODEL);
}

int32_t attune_ranges_check(const attune_memory *memory, const attune_range *ranges, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (ranges[i].bytes > 0) {
            int32_t status = attune_arena_range(memory, ranges[i].offset, ranges[i].bytes, ranges[i].alignment);
            if (status != ATTUNE_OK) {
                return status;
            }
        }
    }
    for (int32_t i = 0; i < count; i++) {
        for (int32_t j = i + 1; j < count; j++) {
            if ((ranges[i].written || ranges[j].written) && !attune_ranges_apart(&ranges[i], &ranges[j])) {
                return ATTUNE_ERROR_ARGUMENT;
            }
        }
    }
    return ATTUNE_OK;
}

void attune_touch(attune_memory *memory, int32_t offset, int64_t bytes) {
    int32_t end = (int32_t)(offset + bytes);
    if (end > memory->high_water) {
        memory->high_water = end;
    }
}

void attune_ranges_touch(attune_memory *memory, const attune_range *ranges, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (ranges[i].bytes > 0) {
            attune_touch(memory, ranges[i].offset, ranges[i].bytes);
        }
    }
}

int32_t attune_ranges_use(attune_memory *memory, const attune_range *ranges, int32_t count) {
    int32_t status = attune_ranges_check(memory, ranges, count);
    if (status == ATTUNE_OK) {
        attune_ranges_touch(memory, ranges, count);
    }
    return status;
}
