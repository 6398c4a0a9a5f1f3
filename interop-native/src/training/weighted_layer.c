/* Argument checks that the functions of training share. */
#include "training_checks.h"

#include <stddef.h>

int32_t attune_weighted_layer_find(int32_t arena, int32_t record, attune_memory **memory, const int32_t **words) {
    *memory = attune_memory_find(arena);
    if (*memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    int32_t status = attune_record_find(*memory, record, words);
    if (status != ATTUNE_OK) {
        return status;
    }
    return attune_record_has_weights(*words) ? ATTUNE_OK : ATTUNE_ERROR_MODE;
}

int32_t attune_tile_check(const int32_t *record, int32_t first, int32_t count) {
    int32_t channels = attune_record_channels(record);
    return first >= 0 && count >= 1 && count <= channels && first <= channels - count ? ATTUNE_OK
                                                                                      : ATTUNE_ERROR_ARGUMENT;
}

int32_t attune_lines_check(const int32_t *record, int32_t line, int32_t lines) {
    int32_t all = record[ATTUNE_OUTPUT_N] * record[ATTUNE_OUTPUT_N + 1];
    return line >= 0 && lines >= 1 && lines <= all && line <= all - lines ? ATTUNE_OK : ATTUNE_ERROR_ARGUMENT;
}

void attune_binding_ranges(const int32_t *record, int32_t binding, const int32_t *words,
                           attune_range ranges[ATTUNE_RANGE_COUNT]) {
    int64_t channels = attune_record_channels(record);
    int64_t weights = channels * attune_record_filter_size(record);
    ranges[ATTUNE_RANGE_BINDING] = attune_optional_range(binding, ATTUNE_BINDING_WORDS * 4, 4, 0);
    ranges[ATTUNE_RANGE_WEIGHTS] = attune_optional_range(words[ATTUNE_BIND_WEIGHTS], weights, 1, 0);
    ranges[ATTUNE_RANGE_BIAS] = attune_optional_range(words[ATTUNE_BIND_BIAS], channels * 4, 4, 0);
    ranges[ATTUNE_RANGE_RESCALE] = attune_optional_range(words[ATTUNE_BIND_RESCALE], channels * 4, 4, 0);
}

static int32_t overlap(const attune_range *a, const attune_range *b) {
    return a->bytes > 0 && b->bytes > 0 && a->offset < b->offset + b->bytes && b->offset < a->offset + a->bytes;
}

int32_t attune_ranges_use(attune_memory *memory, const attune_range *ranges, int32_t count) {
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
            if ((ranges[i].written || ranges[j].written) && overlap(&ranges[i], &ranges[j])) {
                return ATTUNE_ERROR_ARGUMENT;
            }
        }
    }
    for (int32_t i = 0; i < count; i++) {
        if (ranges[i].bytes > 0) {
            attune_touch(memory, ranges[i].offset, ranges[i].bytes);
        }
    }
    return ATTUNE_OK;
}
