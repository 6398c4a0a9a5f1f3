#include "naive_weighted.h"

#include "attune.h"
#include "naive_numbers.h"

#include <math.h>
#include <stddef.h>

int32_t naive_rescale(int32_t x, int32_t multiplier, int32_t shift) {
    int32_t shifted = shift > 0 ? naive_wrap((int64_t)x * ((int64_t)1 << shift)) : x;
    int64_t product = (int64_t)shifted * multiplier;
    int64_t nudge = product >= 0 ? (int64_t)1 << 30 : 1 - ((int64_t)1 << 30);
    int64_t high = (product + nudge) / ((int64_t)1 << 31);
    return (int32_t)(shift < 0 ? naive_divide_round(high, (int64_t)1 << -shift) : high);
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
                sum += weight * (layer->input[naive_at(input, n, iy, ix, first + k)] - r[ATTUNE_INPUT_ZERO]);
            }
        }
    }
    return sum;
}

int32_t naive_weighted(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c) {
    const int32_t *r = layer->record;
    int32_t channels = r[ATTUNE_OUTPUT_N + 3];
    int64_t weights = naive_filter_size(r) * channels;
    int64_t element = naive_at(r + ATTUNE_OUTPUT_N, n, y, x, c);
    int64_t sum = accumulate(layer, n, y, x, c);
    if (layer->mode & ATTUNE_RUN_STATISTICS) {
        layer->sums[c] += sum;
        layer->sums[channels + c] += sum * sum;
    }
    sum += layer->bias == NULL ? 0 : layer->bias[c];
    if (layer->mode & ATTUNE_RUN_PROBE_BIASES) {
        sum += bias_step(layer, c) * sign(layer, weights + c);
    }
    int64_t node = layer->mode & ATTUNE_RUN_PROBE_NODES ? sign(layer, element) : 0;
    if (layer->mode & ATTUNE_RUN_ACCUMULATORS) {
        return naive_wrap(sum + bias_step(layer, c) * node);
    }
    int32_t multiplier;
    int32_t shift;
    naive_multiplier(layer, c, &multiplier, &shift);
    int64_t value = naive_rescale(naive_wrap(sum), multiplier, shift);
    return naive_clamp(naive_wrap(value + r[ATTUNE_OUTPUT_ZERO] + node), r[ATTUNE_ACT_MIN], r[ATTUNE_ACT_MAX]);
}
