/* Gradient of a weight perturbation: loss difference times the signs of weights and biases. */
#include "signed_add.h"
#include "training_checks.h"

int32_t attune_gradient_probe(int32_t arena, int32_t record, int32_t binding, uint32_t seed_low, uint32_t seed_high,
                              int32_t delta, int32_t first, int32_t count, int32_t weights, int32_t biases) {
    attune_memory *memory;
    const int32_t *words;
    int32_t status = attune_weighted_layer_find(arena, record, &memory, &words);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_tile_check(words, first, count);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *bound;
    status = attune_binding_find(memory, binding, &bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_parameters parameters;
    status = attune_parameters_find(memory, words, bound, &parameters);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t channels = attune_record_channels(words);
    int32_t filter_size = attune_record_filter_size(words);
    attune_range ranges[ATTUNE_RANGE_COUNT + 3];
    attune_binding_ranges(words, binding, bound, ranges);
    ranges[ATTUNE_RANGE_COUNT] = (attune_range){delta, 4, 4, 0};
    ranges[ATTUNE_RANGE_COUNT + 1] = attune_optional_range(weights, (int64_t)count * filter_size * 4, 4, 1);
    ranges[ATTUNE_RANGE_COUNT + 2] = attune_optional_range(biases, (int64_t)count * 4, 4, 1);
    status = attune_ranges_use(memory, ranges, ATTUNE_RANGE_COUNT + 3);
    if (status != ATTUNE_OK) {
        return status;
    }

    float difference = *(const float *)(const void *)(memory->arena + delta);
    if (weights != -1) {
        float *tile = (float *)(void *)(memory->arena + weights);
        if (words[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D && count < channels) {
            for (int32_t k = 0; k < filter_size; k++) {
                attune_signed_add(tile + (int64_t)k * count, count, (uint32_t)(k * channels + first), difference,
                                  seed_low, seed_high);
            }
        } else {
            attune_signed_add(tile, count * filter_size, (uint32_t)(first * filter_size), difference, seed_low,
                              seed_high);
        }
    }
    if (biases != -1) {
        float *tile = (float *)(void *)(memory->arena + biases);
        uint32_t element = (uint32_t)(channels * filter_size + first);
        for (int32_t c = 0; c < count; c++) {
            int32_t step = attune_bias_step(&parameters, first + c);
            attune_signed_add(tile + c, 1, element + (uint32_t)c, difference / (float)step, seed_low, seed_high);
        }
    }
    return ATTUNE_OK;
}
