/* A whole error: what a clamp stops, and the gradient of the biases. */
#include "../core/call.h"
#include "../core/errors.h"
#include "../core/simd.h"
#include "../layers/backend.h"
#include "../layers/record_check.h"
#include "../training/weighted_layer.h"
#include "error_sums.h"

#include <stddef.h>

#define CHUNK 64

ATTUNE_VECTOR
static void word_apply(uint32_t bits, int32_t count, int8_t *error) {
    for (int32_t i = 0; i < count; i++) {
        error[i] = (int8_t)(error[i] & -(int32_t)(bits >> i & 1));
    }
}

static void mask_apply(const int32_t *record, const uint32_t *mask, int8_t *error) {
    int32_t row = record[ATTUNE_OUTPUT_N + 2] * record[ATTUNE_OUTPUT_N + 3];
    int32_t lines = attune_record_lines(record, ATTUNE_OUTPUT_N);
    int32_t words = attune_mask_words(record);
    const attune_error_twins *twins = attune_backend_errors();
    for (int32_t line = 0; line < lines; line++) {
        int32_t done = twins == NULL ? 0 : twins->mask_apply(mask, row, error);
        error += done;
        mask += done / 32;
        for (int32_t word = done / 32; word < words; word++) {
            int32_t count = row - 32 * word < 32 ? row - 32 * word : 32;
            word_apply(*mask++, count, error);
            error += count;
        }
    }
}

/* Adds the errors of positions to sums of count channels. */
ATTUNE_VECTOR
static void channels_add(const int8_t *restrict error, int32_t positions, int32_t channels, int32_t count,
                         int32_t *restrict sums) {
    for (int32_t p = 0; p < positions; p++) {
        for (int32_t i = 0; i < count; i++) {
            sums[i] += error[i];
        }
        error += channels;
    }
}

void attune_error_sums_add(const int8_t *error, int32_t positions, int32_t channels, int32_t count, int32_t *sums) {
    const attune_error_twins *twins = attune_backend_errors();
    int32_t done = twins == NULL ? 0 : twins->sums_add(error, positions, channels, count, sums);
    if (done < count) {
        channels_add(error + done, positions, channels, count - done, sums + done);
    }
}

static void biases_add(const attune_weighted_layer *layer, const int8_t *error, float scale, float *biases) {
    const int32_t *record = layer->record;
    int32_t channels = attune_record_channels(record);
    int32_t positions = attune_record_positions(record);
    for (int32_t first = 0; first < channels; first += CHUNK) {
        int32_t count = channels - first < CHUNK ? channels - first : CHUNK;
        for (int32_t p = 0; p < positions; p += ATTUNE_SUMS_TOGETHER) {
            int32_t part = positions - p < ATTUNE_SUMS_TOGETHER ? positions - p : ATTUNE_SUMS_TOGETHER;
            int32_t sums[CHUNK] = {0};
            float units[CHUNK];
            attune_channel_floats(&layer->parameters, first, count, units);
            attune_error_sums_add(error + (int64_t)p * channels + first, part, channels, count, sums);
            for (int32_t i = 0; i < count; i++) {
                biases[first + i] += scale * units[i] * (float)sums[i];
            }
        }
    }
}

int32_t attune_error_finish(int32_t arena, int32_t record, int32_t binding, int32_t error, int32_t scale, int32_t mask,
                            int32_t biases) {
    attune_weighted_layer layer = {.memory = attune_memory_find(arena)};
    if (layer.memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    int32_t status = biases == -1 ? attune_record_find(layer.memory, record, &layer.record)
                                  : attune_weighted_layer_find(arena, record, binding, &layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *words = layer.record;
    int32_t channels = attune_record_channels(words);
    int64_t elements = (int64_t)attune_record_positions(words) * channels;
    int64_t mask_bytes = 4 * (int64_t)attune_record_lines(words, ATTUNE_OUTPUT_N) * attune_mask_words(words);
    attune_weighted_layer_add(&layer, (attune_range){error, elements, 1, 1});
    attune_weighted_layer_add(&layer, (attune_range){scale, 4, 4, 0});
    attune_weighted_layer_add(&layer, attune_optional_range(mask, mask_bytes, 4, 0));
    attune_weighted_layer_add(&layer, attune_optional_range(biases, (int64_t)channels * 4, 4, 1));
    status = attune_weighted_layer_check(&layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    float unit = *(const float *)attune_weighted_layer_at(&layer, scale);
    if (!attune_error_scale_good(unit)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_ranges_touch(layer.memory, layer.ranges, layer.range_count);
    int8_t *values = attune_weighted_layer_at(&layer, error);
    if (mask != -1) {
        mask_apply(words, attune_weighted_layer_at(&layer, mask), values);
    }
    if (biases != -1) {
        attune_parameters_resolve(layer.memory, words, layer.bound, &layer.parameters);
        biases_add(&layer, values, unit, attune_weighted_layer_at(&layer, biases));
    }
    return ATTUNE_OK;
}
