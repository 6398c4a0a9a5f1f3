/* Operators without weights: the value of an output, then a random record; and the table of all operators. */
#include "naive.h"

#include "attune.h"
#include "naive_numbers.h"
#include "random.h"
#include "record_random.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static int32_t elementwise(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    const int32_t *shape = r + ATTUNE_INPUT_N;
    const int32_t *shape2 = r + ATTUNE_INPUT2_N;
    int32_t a =
        layer->input[naive_at(shape, n % shape[0], y % shape[1], x % shape[2], c % shape[3])] - r[ATTUNE_INPUT_ZERO];
    int32_t b = layer->input2[naive_at(shape2, n % shape2[0], y % shape2[1], x % shape2[2], c % shape2[3])] -
                r[ATTUNE_INPUT2_ZERO];
    int64_t combined = (int64_t)a * b;
    if (r[ATTUNE_OPERATOR] == ATTUNE_ADD) {
        int32_t factor = 1 << r[ATTUNE_LEFT_SHIFT];
        combined = (int64_t)naive_rescale(a * factor, r[ATTUNE_MULTIPLIER1], r[ATTUNE_SHIFT1]) +
                   naive_rescale(b * factor, r[ATTUNE_MULTIPLIER2], r[ATTUNE_SHIFT2]);
    }
    int64_t value = naive_rescale(naive_wrap(combined), r[ATTUNE_MULTIPLIER], r[ATTUNE_SHIFT]);
    return naive_clamp(naive_wrap(value + r[ATTUNE_OUTPUT_ZERO]), r[ATTUNE_ACT_MIN], r[ATTUNE_ACT_MAX]);
}

static void elementwise_random(int32_t *record) {
    record_shape_random(record + ATTUNE_OUTPUT_N, 70);
    for (int axis = 0; axis < 4; axis++) {
        int32_t size = record[ATTUNE_OUTPUT_N + axis];
        int equal = random_chance(50);
        record[ATTUNE_INPUT_N + axis] = equal || random_chance(60) ? size : 1;
        record[ATTUNE_INPUT2_N + axis] = equal || random_chance(60) ? size : 1;
    }
    if (random_chance(40)) {
        memcpy(record + ATTUNE_INPUT_N, record + ATTUNE_OUTPUT_N, 4 * sizeof *record);
        memcpy(record + ATTUNE_INPUT2_N, record + ATTUNE_OUTPUT_N, 4 * sizeof *record);
    }
    record[ATTUNE_INPUT2] = 1;
    record[ATTUNE_INPUT2_ZERO] = random_between(-128, 127);
    record[ATTUNE_MULTIPLIER] = record_multiplier();
    record[ATTUNE_SHIFT] = record_shift(5000);
    if (record[ATTUNE_OPERATOR] == ATTUNE_ADD) {
        record[ATTUNE_LEFT_SHIFT] = random_chance(80) ? 20 : random_between(0, 22);
        record[ATTUNE_MULTIPLIER1] = record_multiplier();
        record[ATTUNE_MULTIPLIER2] = record_multiplier();
        record[ATTUNE_SHIFT1] = random_chance(80) ? random_between(-6, 0) : random_between(-31, 30);
        record[ATTUNE_SHIFT2] = random_chance(80) ? random_between(-6, 0) : random_between(-31, 30);
        record[ATTUNE_SHIFT] = record_shift(ldexp(100, record[ATTUNE_LEFT_SHIFT]));
    }
}

static int32_t pool(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    const int32_t *input = r + ATTUNE_INPUT_N;
    int64_t sum = 0;
    int64_t count = 0;
    int32_t largest = -128;
    for (int32_t ky = 0; ky < r[ATTUNE_KERNEL_H]; ky++) {
        for (int32_t kx = 0; kx < r[ATTUNE_KERNEL_W]; kx++) {
            int32_t iy = y * r[ATTUNE_STRIDE_H] + ky - r[ATTUNE_PAD_TOP];
            int32_t ix = x * r[ATTUNE_STRIDE_W] + kx - r[ATTUNE_PAD_LEFT];
            if (iy >= 0 && iy < input[1] && ix >= 0 && ix < input[2]) {
                int32_t value = layer->input[naive_at(input, n, iy, ix, c)];
                sum += value;
                count++;
                largest = value > largest ? value : largest;
            }
        }
    }
    int32_t value = r[ATTUNE_OPERATOR] == ATTUNE_MAX_POOL_2D ? largest : (int32_t)naive_divide_round(sum, count);
    return naive_clamp(value, r[ATTUNE_ACT_MIN], r[ATTUNE_ACT_MAX]);
}

static void pool_random(int32_t *record) {
    record_shape_random(record + ATTUNE_INPUT_N, 90);
    record[ATTUNE_OUTPUT_N] = record[ATTUNE_INPUT_N];
    record[ATTUNE_OUTPUT_N + 3] = record[ATTUNE_INPUT_N + 3];
    record_window(record, 0, 1);
    record_window(record, 1, 1);
}

static int32_t mean(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    const int32_t *input = r + ATTUNE_INPUT_N;
    int32_t first[4] = {n, y, x, c};
    int32_t end[4];
    int64_t count = 1;
    for (int axis = 0; axis < 4; axis++) {
        int averaged = r[ATTUNE_AXES] >> axis & 1;
        first[axis] = averaged ? 0 : first[axis];
        end[axis] = averaged ? input[axis] : first[axis] + 1;
        count *= averaged ? input[axis] : 1;
    }
    int64_t sum = 0;
    for (int32_t i = first[0]; i < end[0]; i++) {
        for (int32_t j = first[1]; j < end[1]; j++) {
            for (int32_t k = first[2]; k < end[2]; k++) {
                for (int32_t l = first[3]; l < end[3]; l++) {
                    sum += layer->input[naive_at(input, i, j, k, l)] - r[ATTUNE_INPUT_ZERO];
                }
            }
        }
    }
    int32_t bits = (int32_t)floor(log2((double)count));
    bits = bits > 31 + r[ATTUNE_SHIFT] ? 31 + r[ATTUNE_SHIFT] : bits;
    int64_t multiplier = ((int64_t)r[ATTUNE_MULTIPLIER] << bits) / count;
    int64_t value = naive_rescale((int32_t)sum, (int32_t)multiplier, r[ATTUNE_SHIFT] - bits);
    return naive_clamp(naive_wrap(value + r[ATTUNE_OUTPUT_ZERO]), -128, 127);
}

static void mean_random(int32_t *record) {
    record_shape_random(record + ATTUNE_INPUT_N, 20);
    record[ATTUNE_AXES] = random_chance(50) ? 6 : random_between(1, 15);
    for (int axis = 0; axis < 4; axis++) {
        record[ATTUNE_OUTPUT_N + axis] = record[ATTUNE_AXES] >> axis & 1 ? 1 : record[ATTUNE_INPUT_N + axis];
    }
    record[ATTUNE_MULTIPLIER] = record_multiplier();
    record[ATTUNE_SHIFT] = record_shift(50);
}

static int32_t pad(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    int32_t place[4] = {n, y, x, c};
    for (int axis = 0; axis < 4; axis++) {
        place[axis] -= r[ATTUNE_PAD_BEFORE_N + axis];
        if (place[axis] < 0 || place[axis] >= r[ATTUNE_INPUT_N + axis]) {
            return r[ATTUNE_PAD_VALUE];
        }
    }
    return layer->input[naive_at(r + ATTUNE_INPUT_N, place[0], place[1], place[2], place[3])];
}

static void pad_random(int32_t *record) {
    record_shape_random(record + ATTUNE_INPUT_N, 12);
    for (int axis = 0; axis < 4; axis++) {
        record[ATTUNE_PAD_BEFORE_N + axis] = random_between(0, 2);
        record[ATTUNE_PAD_AFTER_N + axis] = random_between(0, 2);
        record[ATTUNE_OUTPUT_N + axis] =
            record[ATTUNE_INPUT_N + axis] + record[ATTUNE_PAD_BEFORE_N + axis] + record[ATTUNE_PAD_AFTER_N + axis];
    }
    record[ATTUNE_PAD_VALUE] = random_between(-128, 127);
}

static int32_t softmax(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    const int8_t *row = layer->input + naive_at(r + ATTUNE_INPUT_N, n, y, x, 0);
    /* Scaled differences are Q5.26. */
    double unit = ldexp(r[ATTUNE_MULTIPLIER], r[ATTUNE_SHIFT] - 31 - 26);
    double sum = 0;
    int32_t largest = -128;
    for (int32_t i = 0; i < r[ATTUNE_INPUT_N + 3]; i++) {
        largest = row[i] > largest ? row[i] : largest;
    }
    for (int32_t i = 0; i < r[ATTUNE_INPUT_N + 3]; i++) {
        sum += row[i] - largest >= r[ATTUNE_DIFF_MIN] ? exp(unit * (row[i] - largest)) : 0;
    }
    double share = row[c] - largest >= r[ATTUNE_DIFF_MIN] ? exp(unit * (row[c] - largest)) / sum : 0;
    return naive_clamp((int32_t)round(share * 256) - 128, -128, 127);
}

static void softmax_random(int32_t *record) {
    record_shape_random(record + ATTUNE_INPUT_N, random_chance(20) ? 700 : 20);
    memcpy(record + ATTUNE_OUTPUT_N, record + ATTUNE_INPUT_N, 4 * sizeof *record);
    record[ATTUNE_MULTIPLIER] = random_between(1 << 30, INT32_MAX);
    record[ATTUNE_SHIFT] = random_between(17, 27);
    record[ATTUNE_DIFF_MIN] = -(int32_t)(((int64_t)31 << 26) >> record[ATTUNE_SHIFT]);
}

static int32_t reshape(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    return layer->input[naive_at(layer->record + ATTUNE_OUTPUT_N, n, y, x, c)];
}

static void reshape_random(int32_t *record) {
    const int32_t *input = record + ATTUNE_INPUT_N;
    record_shape_random(record + ATTUNE_INPUT_N, 30);
    record_shape(record + ATTUNE_OUTPUT_N, 1, 1, 1, input[0] * input[1] * input[2] * input[3]);
}

static void same_shape_random(int32_t *record) {
    record_shape_random(record + ATTUNE_INPUT_N, 30);
    memcpy(record + ATTUNE_OUTPUT_N, record + ATTUNE_INPUT_N, 4 * sizeof *record);
}

static int32_t requantize(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    int32_t value = layer->input[naive_at(r + ATTUNE_OUTPUT_N, n, y, x, c)] - r[ATTUNE_INPUT_ZERO];
    int64_t scaled = naive_rescale(value, r[ATTUNE_MULTIPLIER], r[ATTUNE_SHIFT]);
    return naive_clamp(naive_wrap(scaled + r[ATTUNE_OUTPUT_ZERO]), r[ATTUNE_ACT_MIN], r[ATTUNE_ACT_MAX]);
}

static void requantize_random(int32_t *record) {
    same_shape_random(record);
    record[ATTUNE_MULTIPLIER] = record_multiplier();
    record[ATTUNE_SHIFT] = record_shift(64);
}

/* The two neighbours of an output along an axis and the second one's weight out of 2f, from the half-pixel position. */
static void neighbours(int32_t output, int32_t factor, int32_t inputs, int32_t *a, int32_t *b, int64_t *weight) {
    int64_t twice_position = 2 * (int64_t)output + 1 - factor; /* in units of 1 / 2f */
    int64_t whole = naive_divide_floor(twice_position, 2 * factor);
    *weight = twice_position - whole * 2 * factor;
    *a = naive_clamp((int32_t)whole, 0, inputs - 1);
    *b = naive_clamp((int32_t)whole + 1, 0, inputs - 1);
}

static int32_t upsample(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    const int32_t *input = r + ATTUNE_INPUT_N;
    int32_t factor = r[ATTUNE_OUTPUT_N + 1] / input[1];
    int32_t ya, yb, xa, xb;
    int64_t wy, wx;
    neighbours(y, factor, input[1], &ya, &yb, &wy);
    neighbours(x, factor, input[2], &xa, &xb, &wx);
    int64_t whole = 2 * (int64_t)factor;
    int64_t sum = (whole - wy) * (whole - wx) * layer->input[naive_at(input, n, ya, xa, c)] +
                  (whole - wy) * wx * layer->input[naive_at(input, n, ya, xb, c)] +
                  wy * (whole - wx) * layer->input[naive_at(input, n, yb, xa, c)] +
                  wy * wx * layer->input[naive_at(input, n, yb, xb, c)];
    return (int32_t)naive_divide_floor(2 * sum + whole * whole, 2 * whole * whole);
}

static void upsample_random(int32_t *record) {
    int32_t factor = random_between(1, 6);
    const int32_t *input = record + ATTUNE_INPUT_N;
    record_shape_random(record + ATTUNE_INPUT_N, 6);
    record_shape(record + ATTUNE_OUTPUT_N, input[0], factor * input[1], factor * input[2], input[3]);
}

/* The middle one of nine sorted values of the window, if the value in it stands out. */
static int32_t median(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *input = layer->record + ATTUNE_INPUT_N;
    int32_t sorted[9], count = 0;
    for (int32_t i = -1; i <= 1; i++) {
        for (int32_t j = -1; j <= 1; j++) {
            int32_t value = layer->input[naive_at(input, n, naive_clamp(y + i, 0, input[1] - 1),
                                                  naive_clamp(x + j, 0, input[2] - 1), c)];
            int32_t place = count++;
            for (; place > 0 && sorted[place - 1] > value; place--) {
                sorted[place] = sorted[place - 1];
            }
            sorted[place] = value;
        }
    }
    int32_t value = layer->input[naive_at(input, n, y, x, c)];
    int32_t threshold = layer->threshold >= 0 ? layer->threshold : layer->record[ATTUNE_THRESHOLD];
    return abs(value - sorted[4]) > threshold ? sorted[4] : value;
}

static void median_random(int32_t *record) {
    same_shape_random(record);
    record[ATTUNE_OUTPUT_ZERO] = record[ATTUNE_INPUT_ZERO];
    record[ATTUNE_THRESHOLD] = random_chance(30) ? 255 : random_between(0, 255);
    record[ATTUNE_THRESHOLD_SOURCE] = random_between(0, 255);
}

static int32_t lookup(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    return layer->input2[128 + layer->input[naive_at(layer->record + ATTUNE_OUTPUT_N, n, y, x, c)]];
}

static void lookup_random(int32_t *record) {
    same_shape_random(record);
    record_shape(record + ATTUNE_INPUT2_N, 1, 1, 1, 256);
}

/* --- All operators --------------------------------------------------------------------------------------------------
 */

static const naive_operator operators[] = {
    {ATTUNE_CONV_2D, naive_weighted, record_convolution},
    {ATTUNE_DEPTHWISE_CONV_2D, naive_weighted, record_convolution},
    {ATTUNE_FULLY_CONNECTED, naive_weighted, record_fully_connected},
    {ATTUNE_ADD, elementwise, elementwise_random},
    {ATTUNE_MUL, elementwise, elementwise_random},
    {ATTUNE_AVERAGE_POOL_2D, pool, pool_random},
    {ATTUNE_MAX_POOL_2D, pool, pool_random},
    {ATTUNE_MEAN, mean, mean_random},
    {ATTUNE_PAD, pad, pad_random},
    {ATTUNE_SOFTMAX, softmax, softmax_random},
    {ATTUNE_RESHAPE, reshape, reshape_random},
    {ATTUNE_REQUANTIZE, requantize, requantize_random},
    {ATTUNE_UPSAMPLE, upsample, upsample_random},
    {ATTUNE_MEDIAN_2D, median, median_random},
    {ATTUNE_LOGISTIC, lookup, lookup_random},
};

const naive_operator *naive_operator_at(int32_t index) {
    return index < (int32_t)(sizeof operators / sizeof operators[0]) ? &operators[index] : NULL;
}

const naive_operator *naive_operator_find(int32_t number) {
    int32_t index = 0;
    while (operators[index].number != number) {
        index++;
    }
    return &operators[index];
}

void naive_run(const naive_layer *layer, int32_t *output, int64_t *sums) {
    const int32_t *shape = layer->record + ATTUNE_OUTPUT_N;
    const naive_operator *operation = naive_operator_find(layer->record[ATTUNE_OPERATOR]);
    naive_layer summed = *layer;
    summed.sums = sums;
    for (int32_t n = 0; n < shape[0]; n++) {
        for (int32_t y = 0; y < shape[1]; y++) {
            for (int32_t x = 0; x < shape[2]; x++) {
                for (int32_t c = 0; c < shape[3]; c++) {
                    *output++ = operation->value(&summed, n, y, x, c);
                }
            }
        }
    }
}
