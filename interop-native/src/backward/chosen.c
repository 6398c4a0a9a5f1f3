#include "chosen.h"

#include <stddef.h>
#include <string.h>

int attune_chosen_packs(const int32_t *record, int32_t count) {
    if (count > attune_record_channels(record) / 2) {
        return 0;
    }
    return record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED || record[ATTUNE_GROUPS] == 1;
}

int32_t attune_chosen_find(const attune_memory *memory, const int32_t *record, int32_t offset, const int32_t **channels,
                           int32_t *count) {
    int32_t all = attune_record_channels(record);
    *channels = NULL;
    *count = all;
    if (offset == -1) {
        return ATTUNE_OK;
    }
    int32_t status = attune_arena_range(memory, offset, 4 * (int64_t)(1 + all), 4);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *list = (const int32_t *)(const void *)(memory->arena + offset);
    if (!attune_record_has_weights(record) || list[0] < 1 || list[0] > all) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int32_t before = -1;
    for (int32_t i = 1; i <= list[0]; i++) {
        if (list[i] <= before || list[i] >= all) {
            return ATTUNE_ERROR_ARGUMENT;
        }
        before = list[i];
    }
    if (attune_chosen_packs(record, list[0])) {
        *channels = list + 1;
        *count = list[0];
    }
    return ATTUNE_OK;
}

attune_range attune_chosen_range(int32_t offset, const int32_t *channels, int32_t count) {
    return (attune_range){offset, channels == NULL ? 0 : 4 * (int64_t)(1 + count), 4, 0};
}

void attune_chosen_record(const int32_t *record, int32_t count, int32_t *chosen) {
    memcpy(chosen, record, ATTUNE_RECORD_WORDS * 4);
    chosen[ATTUNE_OUTPUT_N + 3] = count;
    if (record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D) {
        chosen[ATTUNE_INPUT_N + 3] = count;
    }
}

static int64_t whole(int64_t bytes) {
    return (bytes + 15) & ~(int64_t)15;
}

int64_t attune_chosen_bytes(const int32_t *record, int32_t count) {
    return 2 * whole(4 * (int64_t)count) + whole((int64_t)count * attune_record_filter_size(record));
}

static void weights_gather(const int32_t *record, const int8_t *weights, const int32_t *channels, int32_t count,
                           int8_t *to) {
    int32_t filter = attune_record_filter_size(record);
    if (record[ATTUNE_OPERATOR] != ATTUNE_DEPTHWISE_CONV_2D) {
        for (int32_t i = 0; i < count; i++) {
            memcpy(to + (int64_t)i * filter, weights + (int64_t)channels[i] * filter, (size_t)filter);
        }
        return;
    }
    for (int32_t tap = 0; tap < filter; tap++) {
        for (int32_t i = 0; i < count; i++) {
            *to++ = weights[channels[i]];
        }
        weights += attune_record_channels(record);
    }
}

void attune_chosen_gather(const int32_t *record, const attune_parameters *parameters, const int32_t *channels,
                          int32_t count, uint8_t *place, attune_parameters *chosen) {
    int32_t *first = (int32_t *)(void *)place;
    int32_t *second = (int32_t *)(void *)(place + whole(4 * (int64_t)count));
    int8_t *weights = (int8_t *)place + 2 * whole(4 * (int64_t)count);
    *chosen = (attune_parameters){.weights = weights};
    for (int32_t i = 0; i < count; i++) {
        if (parameters->rescale != NULL) {
            ((float *)first)[i] = parameters->rescale[channels[i]];
        } else {
            first[i] = parameters->multipliers[channels[i]];
            second[i] = parameters->shifts[channels[i]];
        }
    }
    if (parameters->rescale != NULL) {
        chosen->rescale = (const float *)first;
    } else {
        chosen->multipliers = first;
        chosen->shifts = second;
    }
#if defined(ATTUNE_WRONG_CHOICE)
    weights_gather(record, parameters->weights + 1, channels, count, weights);
#else
    weights_gather(record, parameters->weights, channels, count, weights);
#endif
}
