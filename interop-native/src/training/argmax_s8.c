/* Number of the largest of int8 values. */
#include "../memory/ranges.h"

#include <stddef.h>

int32_t attune_argmax_s8(int32_t arena, int32_t offset, int32_t count) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (count < 1) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_range range = {offset, count, 1, 0};
    int32_t status = attune_ranges_use(memory, &range, 1);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int8_t *values = (const int8_t *)(memory->arena + offset);
    int32_t largest = 0;
    for (int32_t i = 1; i < count; i++) {
        if (values[i] > values[largest]) {
            largest = i;
        }
    }
    return largest;
}
