/* Mean over any axes. The averaged values of one output lie on a grid; outputs are taken one after another. */
#include "checks.h"
#include "operator.h"

/* The largest k with 2^k <= n. */
static int32_t floor_log2(int32_t n) {
    int32_t k = 0;
    while (n >> (k + 1) != 0) {
        k++;
    }
    return k;
}

static int32_t sum_grid(const int8_t *input, const int32_t *counts, const int32_t *strides) {
    int32_t sum = 0;
    for (int32_t n = 0; n < counts[0]; n++) {
        for (int32_t y = 0; y < counts[1]; y++) {
            for (int32_t x = 0; x < counts[2]; x++) {
                const int8_t *row = input + n * strides[0] + y * strides[1] + x * strides[2];
                for (int32_t c = 0; c < counts[3]; c++) {
                    sum += row[c];
                }
            }
        }
    }
    return sum;
}

static void mean(const attune_call *call) {
    const int32_t *record = call->record;
    const int32_t *input_shape = record + ATTUNE_INPUT_N;
    const int32_t *shape = record + ATTUNE_OUTPUT_N;
    int8_t *output = call->output;
    int32_t strides[4];
    int32_t counts[4];
    int32_t stride = 1;
    int32_t averaged = 1;
    for (int axis = 3; axis >= 0; axis--) {
        strides[axis] = stride;
        stride *= input_shape[axis];
        counts[axis] = record[ATTUNE_AXES] >> axis & 1 ? input_shape[axis] : 1;
        averaged *= counts[axis];
    }
    /* The division by the count is folded into the multiplier, with as many more bits as the shift has room for. */
    int32_t bits = floor_log2(averaged);
    int32_t room = 31 + record[ATTUNE_SHIFT];
    bits = bits < room ? bits : room;
    int32_t multiplier = (int32_t)(((int64_t)record[ATTUNE_MULTIPLIER] << bits) / averaged);
    int32_t shift = record[ATTUNE_SHIFT] - bits;
    for (int32_t n = 0; n < shape[0]; n++) {
        for (int32_t y = 0; y < shape[1]; y++) {
            for (int32_t x = 0; x < shape[2]; x++) {
                for (int32_t c = 0; c < shape[3]; c++) {
                    int32_t first = n * strides[0] + y * strides[1] + x * strides[2] + c;
                    int32_t sum = sum_grid(call->input + first, counts, strides);
                    int32_t scaled = attune_rescale(sum - averaged * record[ATTUNE_INPUT_ZERO], multiplier, shift);
                    int32_t value = attune_add_wrap(scaled, record[ATTUNE_OUTPUT_ZERO]);
                    *output++ = (int8_t)attune_clamp(value, -128, 127);
                }
            }
        }
    }
}

static int mean_good(const int32_t *record) {
    int32_t axes = record[ATTUNE_AXES];
    if (!attune_between(axes, 1, 15) || !attune_multiplier_good(record[ATTUNE_MULTIPLIER], record[ATTUNE_SHIFT])) {
        return 0;
    }
    int64_t averaged = 1;
    for (int axis = 0; axis < 4; axis++) {
        int32_t input = record[ATTUNE_INPUT_N + axis];
        int is_averaged = axes >> axis & 1;
        if (record[ATTUNE_OUTPUT_N + axis] != (is_averaged ? 1 : input)) {
            return 0;
        }
        averaged *= is_averaged ? input : 1;
    }
    return averaged <= ATTUNE_LARGEST_POOL;
}

const attune_operator_rules attune_mean = {
    .record_good = mean_good,
    .run = mean,
};
