#include "../core/pool.h"
#include "../core/simd.h"
#include "operator.h"
#include "window.h"

ATTUNE_VECTOR
static void max_window(const attune_call *call, int32_t batch, int32_t y, int32_t x, int32_t first, int32_t count,
                       int8_t *output) {
    int8_t largest[ATTUNE_POOL_CHANNELS];
    const int32_t *record = call->record;
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int32_t top, bottom, left, right;
    attune_pool_window(record, 0, y, &top, &bottom);
    attune_pool_window(record, 1, x, &left, &right);
    for (int32_t i = 0; i < count; i++) {
        largest[i] = -128;
    }
    for (int32_t at_y = top; at_y < bottom; at_y++) {
        const int8_t *row = attune_input_line(call, batch * record[ATTUNE_INPUT_N + 1] + at_y);
        for (int32_t at_x = left; at_x < right; at_x++) {
            const int8_t *input = row + at_x * pixel + first;
            for (int32_t i = 0; i < count; i++) {
                largest[i] = input[i] > largest[i] ? input[i] : largest[i];
            }
        }
    }
    for (int32_t i = 0; i < count; i++) {
        output[i] = (int8_t)attune_clamp(largest[i], record[ATTUNE_ACT_MIN], record[ATTUNE_ACT_MAX]);
    }
}

static void max_pool_2d(const attune_call *call) {
    attune_pool(call, max_window);
}

const attune_operator_rules attune_max_pool_2d = {
    .record_good = attune_pool_good,
    .lines = attune_pool_lines,
    .run = max_pool_2d,
};
