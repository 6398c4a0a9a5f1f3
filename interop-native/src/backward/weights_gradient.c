/* The gradient of a layer's weights from its error and its input: exact sums of integer products, one float32 product
 * each. */
#include "../core/error_gradient.h"
#include "../core/simd.h"
#include "../layers/backend.h"
#include "../training/weighted_layer.h"
#include "chosen.h"

#include <stddef.h>
#include <string.h>

/* Weights summed at a time, and positions whose sums stay in int32: 2^16 * 128 * 255 < 2^31. */
#define CHUNK 64
#define TOGETHER 65536

/* Where output positions of a line meet the input at one tap of the filter. */
typedef struct tap_line {
    const int8_t *input; /* at the first such position; NULL: nowhere */
    int32_t first;
    int32_t end;
    int32_t step; /* bytes from one position's input to the next */
} tap_line;

static tap_line tap_find(const attune_error_gradient *part, int32_t line, int32_t ky, int32_t kx) {
    const int32_t *record = part->record;
    const int32_t *input = record + ATTUNE_INPUT_N;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    tap_line found = {NULL, 0, 0, 0};
    if (record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED) {
        found = (tap_line){part->input + line * input[3], 0, 1, 0};
        return found;
    }
    int32_t batch = line / output[1];
    int32_t y =
        (line - batch * output[1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP] + ky * record[ATTUNE_DILATION_H];
    int32_t left = kx * record[ATTUNE_DILATION_W] - record[ATTUNE_PAD_LEFT];
    int32_t stride = record[ATTUNE_STRIDE_W];
    if (y < 0 || y >= input[1]) {
        return found;
    }
    found.first = left < 0 ? (-left + stride - 1) / stride : 0;
    int32_t last = input[2] - 1 - left;
    found.end = last < 0 ? 0 : last / stride + 1 < output[2] ? last / stride + 1 : output[2];
    found.step = stride * input[3];
    if (found.first < found.end) {
        found.input = part->input + ((batch * input[1] + y) * input[2] + found.first * stride + left) * input[3];
    }
    return found;
}

/* sums[i] += error * (input[i] - zero) over the positions of a line; errors lie error_step apart. */
ATTUNE_VECTOR
static void line_add(const int8_t *restrict error, int32_t error_step, const int8_t *restrict input, int32_t input_step,
                     int32_t positions, int32_t zero, int32_t count, int32_t *restrict sums) {
    for (int32_t p = 0; p < positions; p++) {
        int32_t e = *error;
        if (e != 0) {
            for (int32_t i = 0; i < count; i++) {
                sums[i] += e * (input[i] - zero);
            }
        }
        error += error_step;
        input += input_step;
    }
}

/* The same where every weight of the run has an error of its own. */
ATTUNE_VECTOR
static void line_add_each(const int8_t *restrict error, int32_t error_step, const int8_t *restrict input,
                          int32_t input_step, int32_t positions, int32_t zero, int32_t multiplier, int32_t count,
                          int32_t *restrict sums) {
    for (int32_t p = 0; p < positions; p++) {
        if (multiplier == 1) {
            for (int32_t i = 0; i < count; i++) {
                sums[i] += error[i] * (input[i] - zero);
            }
        } else {
            for (int32_t i = 0; i < count; i++) {
                sums[i] += error[i] * (input[i / multiplier] - zero);
            }
        }
        error += error_step;
        input += input_step;
    }
}

/* A filter of a convolution or fully connected layer: [kernel h][kernel w][depth]. */
static void filter_add(const attune_error_gradient *part, int32_t filter) {
    const int32_t *record = part->record;
    int fully = record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED;
    int32_t channels = attune_record_channels(record);
    int32_t groups = fully ? 1 : record[ATTUNE_GROUPS];
    int32_t depth = record[ATTUNE_INPUT_N + 3] / groups;
    int32_t channel = part->first + filter; /* of the error */
    int32_t input_first = channel / (channels / groups) * depth;
    int32_t width = fully ? 1 : record[ATTUNE_OUTPUT_N + 2];
    int32_t kernel_h = fully ? 1 : record[ATTUNE_KERNEL_H];
    int32_t kernel_w = fully ? 1 : record[ATTUNE_KERNEL_W];
    float unit;
    attune_error_units(part, channel, 1, &unit);
    float *weights = part->weights + (int64_t)attune_error_row(part, channel) * kernel_h * kernel_w * depth;
    for (int32_t tap = 0; tap < kernel_h * kernel_w; tap++) {
        for (int32_t k = 0; k < depth; k += CHUNK) {
            int32_t count = depth - k < CHUNK ? depth - k : CHUNK;
            int32_t sums[CHUNK] = {0};
            for (int32_t line = part->line; line < part->end; line++) {
                tap_line at = tap_find(part, line, tap / kernel_w, tap % kernel_w);
                if (at.input != NULL) {
                    line_add(part->error + ((int64_t)line * width + at.first) * channels + channel, channels,
                             at.input + input_first + k, at.step, at.end - at.first, record[ATTUNE_INPUT_ZERO], count,
                             sums);
                }
            }
            for (int32_t i = 0; i < count; i++) {
                weights[tap * depth + k + i] += unit * (float)sums[i];
            }
        }
    }
}

/* Depthwise filters of the part from its `begin` on: [kernel h][kernel w][tile_count]. */
static void depthwise_add(const attune_error_gradient *part, int32_t begin) {
    const int32_t *record = part->record;
    int32_t channels = attune_record_channels(record);
    int32_t multiplier = record[ATTUNE_GROUPS];
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    /* Runs begin at the first output of an input channel, or lie within one. */
    int32_t most = multiplier == 1 && part->chosen == NULL ? CHUNK : 1;
    for (int32_t c = begin; c < part->count; c += most) {
        int32_t count = part->count - c < most ? part->count - c : most;
        int32_t channel = part->first + c;
        int32_t row = attune_error_row(part, channel);
        int32_t input = (row + part->tile_first) / multiplier;
        float units[CHUNK];
        attune_error_units(part, channel, count, units);
        for (int32_t tap = 0; tap < record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W]; tap++) {
            int32_t sums[CHUNK] = {0};
            for (int32_t line = part->line; line < part->end; line++) {
                tap_line at = tap_find(part, line, tap / record[ATTUNE_KERNEL_W], tap % record[ATTUNE_KERNEL_W]);
                if (at.input != NULL) {
                    line_add_each(part->error + ((int64_t)line * width + at.first) * channels + channel, channels,
                                  at.input + input, at.step, at.end - at.first, record[ATTUNE_INPUT_ZERO], multiplier,
                                  count, sums);
                }
            }
            for (int32_t i = 0; i < count; i++) {
                part->weights[(int64_t)tap * part->tile_count + row + i] += units[i] * (float)sums[i];
            }
        }
    }
}

/* Of the chosen channels, those of the tile. */
static void chosen_filters_find(attune_error_gradient *part, int32_t channels) {
    int32_t first = 0;
    while (first < channels && part->chosen[first] < part->tile_first) {
        first++;
    }
    int32_t end = first;
    while (end < channels && part->chosen[end] < part->tile_first + part->tile_count) {
        end++;
    }
    part->first = first;
    part->count = end - first;
}

/* All lines, as many at a time as sums allow. */
static void gradient_run(attune_error_gradient *part) {
    const int32_t *record = part->record;
    const attune_error_twins *twins = attune_backend_errors();
    int fully = record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED;
    int32_t lines = fully ? attune_record_positions(record) : attune_record_lines(record, ATTUNE_OUTPUT_N);
    int32_t together = fully ? TOGETHER : TOGETHER / record[ATTUNE_OUTPUT_N + 2];
    for (part->line = 0; part->line < lines && part->count > 0; part->line = part->end) {
        part->end = lines - part->line < together ? lines : part->line + together;
        int32_t done = twins == NULL ? 0 : twins->gradient(part);
        if (record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D) {
            depthwise_add(part, done);
            continue;
        }
        for (int32_t filter = done; filter < part->count; filter++) {
            filter_add(part, filter);
        }
    }
}

int32_t attune_weights_gradient(int32_t arena, int32_t record, int32_t binding, int32_t error, int32_t scale,
                                int32_t first, int32_t count, int32_t weights, int32_t chosen) {
    attune_weighted_layer layer;
    int32_t status = attune_weighted_layer_find(arena, record, binding, &layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_tile_check(layer.record, first, count);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *words = layer.record;
    const int32_t *shape = words + ATTUNE_INPUT_N;
    int32_t input = layer.bound[ATTUNE_BIND_INPUT];
    attune_error_gradient part = {.tile_first = first, .tile_count = count, .first = first, .count = count};
    int32_t channels;
    if (layer.bound[ATTUNE_BIND_INPUT_LINES] != 0) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    status = attune_chosen_find(layer.memory, words, chosen, &part.chosen, &channels);
    if (status != ATTUNE_OK) {
        return status;
    }
    int64_t elements = (int64_t)attune_record_positions(words) * channels;
    attune_weighted_layer_add(&layer, (attune_range){input, (int64_t)shape[0] * shape[1] * shape[2] * shape[3], 1, 0});
    attune_weighted_layer_add(&layer, (attune_range){error, elements, 1, 0});
    attune_weighted_layer_add(&layer, (attune_range){scale, 4, 4, 0});
    attune_weighted_layer_add(&layer, (attune_range){weights, (int64_t)count * layer.filter_size * 4, 4, 1});
    attune_weighted_layer_add(&layer, attune_chosen_range(chosen, part.chosen, channels));
    status = attune_weighted_layer_check(&layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    part.scale = *(const float *)attune_weighted_layer_at(&layer, scale);
    if (!attune_error_scale_good(part.scale)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_weighted_layer_use(&layer);
    part.error = attune_weighted_layer_at(&layer, error);
    part.input = attune_weighted_layer_at(&layer, input);
    part.parameters = &layer.parameters;
    part.weights = attune_weighted_layer_at(&layer, weights);
    part.record = words;
    int32_t some[ATTUNE_RECORD_WORDS];
    if (part.chosen != NULL) {
        memcpy(some, words, sizeof some);
        some[ATTUNE_OUTPUT_N + 3] = channels;
        part.record = some;
        chosen_filters_find(&part, channels);
    }
    gradient_run(&part);
    return ATTUNE_OK;
}
