#include "filters.h"

#include "simd.h"

ATTUNE_VECTOR
static void prepare_clean(const int8_t *restrict weights, int32_t count, int32_t zero, int16_t *restrict filter) {
    for (int32_t i = 0; i < count; i++) {
        filter[i] = (int16_t)(weights[i] - zero);
    }
}

/* bit 0 of word is the sign of the first weight: set means -1. */
ATTUNE_VECTOR
static void prepare_probed(const int8_t *restrict weights, int32_t count, int32_t zero, uint32_t word,
                           int16_t *restrict filter) {
    for (int32_t i = 0; i < count; i++) {
        int32_t negative = (int32_t)(word >> i & 1);
        filter[i] = (int16_t)(weights[i] - zero + 1 - 2 * negative);
    }
}

void attune_filter_prepare(const attune_call *call, int32_t first, int32_t count, int16_t *filter) {
    const int8_t *weights = call->parameters.weights + first;
    int32_t zero = call->record[ATTUNE_WEIGHTS_ZERO];
    if (!(call->mode & ATTUNE_RUN_PROBE_WEIGHTS)) {
        prepare_clean(weights, count, zero, filter);
        return;
    }
    for (int32_t done = 0; done < count;) {
        uint32_t element = (uint32_t)(first + done);
        int32_t bit = (int32_t)(element & 31);
        int32_t part = count - done < 32 - bit ? count - done : 32 - bit;
        uint32_t word = attune_word(element >> 5, call->seed_low, call->seed_high) >> bit;
        prepare_probed(weights + done, part, zero, word, filter + done);
        done += part;
    }
}
