#include "naive.h"

#include "attune.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

static int32_t wrap(int64_t x) {
    return (int32_t)(uint32_t)(uint64_t)x;
}

static int32_t clamp(int32_t x, int32_t low, int32_t high) {
    return x < low ? low : x > high ? high : x;
}

static int64_t divide_floor(int64_t a, int64_t b) {
    int64_t quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

/* a / b to nearest, ties away from zero; b > 0. */
static int64_t divide_round(int64_t a, int64_t b) {
    int64_t magnitude = a < 0 ? -a : a;
    int64_t quotient = (2 * magnitude + b) / (2 * b);
    return a < 0 ? -quotient : quotient;
}

int32_t naive_rescale(int32_t x, int32_t multiplier, int32_t shift) {
    int32_t shifted = shift > 0 ? wrap((int64_t)x * ((int64_t)1 << shift)) : x;
    int64_t product = (int64_t)shifted * multiplier;
    int64_t nudge = product >= 0 ? (int64_t)1 << 30 : 1 - ((int64_t)1 << 30);
    int64_t high = (product + nudge) / ((int64_t)1 << 31);
    return (int32_t)(shift < 0 ? divide_round(high, (int64_t)1 << -shift) : high);
}

static uint32_t mix(uint32_t x) {
    x = x ^ x >> 16;
    x = x * 0x21f0aaadu;
    x = x ^ x >> 15;
    x = x * 0x735a2d97u;
    return x ^ x >> 15;
}

int32_t naive_sign(uint32_t element, uint32_t seed_low, uint32_t seed_high) {
    uint32_t word = mix(mix(element / 32 ^ seed_low) + seed_high);
    return word & (uint32_t)1 << element % 32 ? -1 : 1;
}

static int32_t sign(const naive_layer *layer, int64_t element) {
    return naive_sign((uint32_t)element, layer->seed_low, layer->seed_high);
}

int64_t naive_filter_size(const int32_t *record) {
    int64_t window = (int64_t)record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W];
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        return window * record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS];
    case ATTUNE_DEPTHWISE_CONV_2D:
        return window;
    case ATTUNE_FULLY_CONNECTED:
        return record[ATTUNE_INPUT_N + 3];
    default:
        return 0;
    }
}

void naive_multiplier(const naive_layer *layer, int32_t channel, int32_t *multiplier, int32_t *shift) {
    if (layer->rescale == NULL) {
        *multiplier = layer->multipliers[channel];
        *shift = layer->shifts[channel];
        return;
    }
    double real = layer->rescale[channel];
    *multiplier = 0;
    *shift = 0;
    if (isfinite(real) && real >= ldexp(1, -32)) {
        int exponent;
        *multiplier = (int32_t)ldexp(frexp(real, &exponent), 31);
        *shift = exponent;
        if (real >= ldexp(1, 30)) {
            *multiplier = INT32_MAX;
            *shift = 30;
        }
    }
}

static int64_t bias_step(const naive_layer *layer, int32_t channel) {
    int32_t multiplier;
    int32_t shift;
    naive_multiplier(layer, channel, &multiplier, &shift);
    if (multiplier == 0) {
        return 1;
    }
    double step = round(1 / ldexp(multiplier, shift - 31));
    return step < 1 ? 1 : step > 1073741824.0 ? 1073741824 : (int64_t)step;
}

static int64_t at(const int32_t *shape, int64_t n, int64_t y, int64_t x, int64_t c) {
    return ((n * shape[1] + y) * shape[2] + x) * shape[3] + c;
}

/* The accumulator of one output, without bias. */
static int64_t accumulate(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    const int32_t *input = r + ATTUNE_INPUT_N;
    int fully = r[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED;
    int depthwise = r[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    int32_t channels = r[ATTUNE_OUTPUT_N + 3];
    int32_t kernel_h = fully ? 1 : r[ATTUNE_KERNEL_H];
    int32_t kernel_w = fully ? 1 : r[ATTUNE_KERNEL_W];
    int32_t depth = depthwise ? 1 : fully ? input[3] : input[3] / r[ATTUNE_GROUPS];
    int32_t first = depthwise ? c / r[ATTUNE_GROUPS] : fully ? 0 : c / (channels / r[ATTUNE_GROUPS]) * depth;
    int64_t sum = 0;
    for (int32_t ky = 0; ky < kernel_h; ky++) {
        for (int32_t kx = 0; kx < kernel_w; kx++) {
            for (int32_t k = 0; k < depth; k++) {
                int64_t iy =
                    fully ? 0 : (int64_t)y * r[ATTUNE_STRIDE_H] + ky * r[ATTUNE_DILATION_H] - r[ATTUNE_PAD_TOP];
                int64_t ix =
                    fully ? 0 : (int64_t)x * r[ATTUNE_STRIDE_W] + kx * r[ATTUNE_DILATION_W] - r[ATTUNE_PAD_LEFT];
                if (iy < 0 || iy >= input[1] || ix < 0 || ix >= input[2]) {
                    continue;
                }
                int64_t j = depthwise ? ((int64_t)ky * kernel_w + kx) * channels + c
                                      : (((int64_t)c * kernel_h + ky) * kernel_w + kx) * depth + k;
                int64_t weight = layer->weights[j] - r[ATTUNE_WEIGHTS_ZERO];
                if (layer->mode & ATTUNE_RUN_PROBE_WEIGHTS) {
                    weight += sign(layer, j);
                }
                sum += weight * (layer->input[at(input, n, iy, ix, first + k)] - r[ATTUNE_INPUT_ZERO]);
            }
        }
    }
    return sum;
}

static int32_t weighted(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c, int64_t *sums) {
    const int32_t *r = layer->record;
    int32_t channels = r[ATTUNE_OUTPUT_N + 3];
    int64_t weights = naive_filter_size(r) * channels;
    int64_t element = at(r + ATTUNE_OUTPUT_N, n, y, x, c);
    int64_t sum = accumulate(layer, n, y, x, c);
    if (layer->mode & ATTUNE_RUN_STATISTICS) {
        sums[c] += sum;
        sums[channels + c] += sum * sum;
    }
    sum += layer->bias == NULL ? 0 : layer->bias[c];
    if (layer->mode & ATTUNE_RUN_PROBE_BIASES) {
        sum += bias_step(layer, c) * sign(layer, weights + c);
    }
    int64_t node = layer->mode & ATTUNE_RUN_PROBE_NODES ? sign(layer, element) : 0;
    if (layer->mode & ATTUNE_RUN_ACCUMULATORS) {
        return wrap(sum + bias_step(layer, c) * node);
    }
    int32_t multiplier;
    int32_t shift;
    naive_multiplier(layer, c, &multiplier, &shift);
    int64_t value = naive_rescale(wrap(sum), multiplier, shift);
    return clamp(wrap(value + r[ATTUNE_OUTPUT_ZERO] + node), r[ATTUNE_ACT_MIN], r[ATTUNE_ACT_MAX]);
}

static int32_t elementwise(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    const int32_t *shape = r + ATTUNE_INPUT_N;
    const int32_t *shape2 = r + ATTUNE_INPUT2_N;
    int32_t a = layer->input[at(shape, n % shape[0], y % shape[1], x % shape[2], c % shape[3])] - r[ATTUNE_INPUT_ZERO];
    int32_t b =
        layer->input2[at(shape2, n % shape2[0], y % shape2[1], x % shape2[2], c % shape2[3])] - r[ATTUNE_INPUT2_ZERO];
    int64_t combined = (int64_t)a * b;
    if (r[ATTUNE_OPERATOR] == ATTUNE_ADD) {
        int32_t factor = 1 << r[ATTUNE_LEFT_SHIFT];
        combined = (int64_t)naive_rescale(a * factor, r[ATTUNE_MULTIPLIER1], r[ATTUNE_SHIFT1]) +
                   naive_rescale(b * factor, r[ATTUNE_MULTIPLIER2], r[ATTUNE_SHIFT2]);
    }
    int64_t value = naive_rescale(wrap(combined), r[ATTUNE_MULTIPLIER], r[ATTUNE_SHIFT]);
    return clamp(wrap(value + r[ATTUNE_OUTPUT_ZERO]), r[ATTUNE_ACT_MIN], r[ATTUNE_ACT_MAX]);
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
                int32_t value = layer->input[at(input, n, iy, ix, c)];
                sum += value;
                count++;
                largest = value > largest ? value : largest;
            }
        }
    }
    int32_t value = r[ATTUNE_OPERATOR] == ATTUNE_MAX_POOL_2D ? largest : (int32_t)divide_round(sum, count);
    return clamp(value, r[ATTUNE_ACT_MIN], r[ATTUNE_ACT_MAX]);
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
                    sum += layer->input[at(input, i, j, k, l)] - r[ATTUNE_INPUT_ZERO];
                }
            }
        }
    }
    int32_t bits = (int32_t)floor(log2((double)count));
    bits = bits > 31 + r[ATTUNE_SHIFT] ? 31 + r[ATTUNE_SHIFT] : bits;
    int64_t multiplier = ((int64_t)r[ATTUNE_MULTIPLIER] << bits) / count;
    int64_t value = naive_rescale((int32_t)sum, (int32_t)multiplier, r[ATTUNE_SHIFT] - bits);
    return clamp(wrap(value + r[ATTUNE_OUTPUT_ZERO]), -128, 127);
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
    return layer->input[at(r + ATTUNE_INPUT_N, place[0], place[1], place[2], place[3])];
}

static int32_t softmax(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    const int8_t *row = layer->input + at(r + ATTUNE_INPUT_N, n, y, x, 0);
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
    return clamp((int32_t)round(share * 256) - 128, -128, 127);
}

/* The two neighbours of an output along an axis and the second one's weight out of 2f, from the half-pixel position. */
static void neighbours(int32_t output, int32_t factor, int32_t inputs, int32_t *a, int32_t *b, int64_t *weight) {
    int64_t twice_position = 2 * (int64_t)output + 1 - factor; /* in units of 1 / 2f */
    int64_t whole = divide_floor(twice_position, 2 * factor);
    *weight = twice_position - whole * 2 * factor;
    *a = clamp((int32_t)whole, 0, inputs - 1);
    *b = clamp((int32_t)whole + 1, 0, inputs - 1);
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
    int64_t sum = (whole - wy) * (whole - wx) * layer->input[at(input, n, ya, xa, c)] +
                  (whole - wy) * wx * layer->input[at(input, n, ya, xb, c)] +
                  wy * (whole - wx) * layer->input[at(input, n, yb, xa, c)] +
                  wy * wx * layer->input[at(input, n, yb, xb, c)];
    return (int32_t)divide_floor(2 * sum + whole * whole, 2 * whole * whole);
}

/* The middle one of nine sorted values of the window, if the value in it stands out. */
static int32_t median(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *input = layer->record + ATTUNE_INPUT_N;
    int32_t sorted[9], count = 0;
    for (int32_t i = -1; i <= 1; i++) {
        for (int32_t j = -1; j <= 1; j++) {
            int32_t value = layer->input[at(input, n, clamp(y + i, 0, input[1] - 1), clamp(x + j, 0, input[2] - 1), c)];
            int32_t place = count++;
            for (; place > 0 && sorted[place - 1] > value; place--) {
                sorted[place] = sorted[place - 1];
            }
            sorted[place] = value;
        }
    }
    int32_t value = layer->input[at(input, n, y, x, c)];
    int32_t threshold = layer->threshold >= 0 ? layer->threshold : layer->record[ATTUNE_THRESHOLD];
    return abs(value - sorted[4]) > threshold ? sorted[4] : value;
}

static int32_t element(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c, int64_t *sums) {
    const int32_t *r = layer->record;
    int64_t place = at(r + ATTUNE_OUTPUT_N, n, y, x, c);
    switch (r[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
    case ATTUNE_DEPTHWISE_CONV_2D:
    case ATTUNE_FULLY_CONNECTED:
        return weighted(layer, n, y, x, c, sums);
    case ATTUNE_ADD:
    case ATTUNE_MUL:
        return elementwise(layer, n, y, x, c);
    case ATTUNE_AVERAGE_POOL_2D:
    case ATTUNE_MAX_POOL_2D:
        return pool(layer, n, y, x, c);
    case ATTUNE_MEAN:
        return mean(layer, n, y, x, c);
    case ATTUNE_PAD:
        return pad(layer, n, y, x, c);
    case ATTUNE_SOFTMAX:
        return softmax(layer, n, y, x, c);
    case ATTUNE_RESHAPE:
        return layer->input[place];
    case ATTUNE_REQUANTIZE:
        return clamp(wrap((int64_t)naive_rescale(layer->input[place] - r[ATTUNE_INPUT_ZERO], r[ATTUNE_MULTIPLIER],
                                                 r[ATTUNE_SHIFT]) +
                          r[ATTUNE_OUTPUT_ZERO]),
                     r[ATTUNE_ACT_MIN], r[ATTUNE_ACT_MAX]);
    case ATTUNE_UPSAMPLE:
        return upsample(layer, n, y, x, c);
    default:
        return median(layer, n, y, x, c);
    }
}

void naive_run(const naive_layer *layer, int32_t *output, int64_t *sums) {
    const int32_t *shape = layer->record + ATTUNE_OUTPUT_N;
    for (int32_t n = 0; n < shape[0]; n++) {
        for (int32_t y = 0; y < shape[1]; y++) {
            for (int32_t x = 0; x < shape[2]; x++) {
                for (int32_t c = 0; c < shape[3]; c++) {
                    *output++ = element(layer, n, y, x, c, sums);
                }
            }
        }
    }
}
