#include "mask.h"

#include "../core/simd.h"
#include "backend.h"

#include <stddef.h>

/* The bits of 32 values. */
ATTUNE_VECTOR
static uint32_t word_of(const int8_t *values, int32_t count, int32_t low, int32_t high) {
    uint32_t word = 0;
    for (int32_t i = 0; i < count; i++) {
        word |= (uint32_t)(values[i] > low && values[i] < high) << i;
    }
    return word;
}

void attune_mask_write(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t words = attune_mask_words(record);
    int32_t row = record[ATTUNE_OUTPUT_N + 2] * record[ATTUNE_OUTPUT_N + 3];
    int32_t low = record[ATTUNE_ACT_MIN];
    int32_t high = record[ATTUNE_ACT_MAX];
    const attune_error_twins *twins = attune_backend_errors();
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        const int8_t *values = attune_output_line(call, line);
        uint32_t *mask = call->mask + line * words;
        int32_t done = twins == NULL ? 0 : twins->mask_write(values, row, low, high, mask);
        for (int32_t first = done; first < row; first += 32) {
            int32_t count = row - first < 32 ? row - first : 32;
            mask[first / 32] = word_of(values + first, count, low, high);
        }
    }
}
