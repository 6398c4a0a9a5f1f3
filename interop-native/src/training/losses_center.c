/* Loss differences without their mean: the curvature that every probe of +-1 sees alike is gone from them. */
#include "../memory/ranges.h"

#include <stddef.h>

int32_t attune_losses_center(int32_t arena, int32_t losses, int32_t count) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (count < 2) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_range range = {losses, (int64_t)count * 4, 4, 1};
    int32_t status = attune_ranges_use(memory, &range, 1);
    if (status != ATTUNE_OK) {
        return status;
    }
    float *values = (float *)(void *)(memory->arena + losses);
    double sum = 0.0;
    for (int32_t i = 0; i < count; i++) {
        sum += values[i];
    }
    double mean = sum / count;
    double factor = (double)count / (count - 1);
    for (int32_t i = 0; i < count; i++) {
        values[i] = (float)((values[i] - mean) * factor);
    }
    return ATTUNE_OK;
}
