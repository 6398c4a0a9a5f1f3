/* Gradient of a weight perturbation: loss difference times the signs of weights and biases. */
#include "signed_add.h"
#include "weighted_layer.h"

typedef struct probe {
    int32_t first; /* filters of the tile */
    int32_t count;
    float difference;
    uint32_t seed_low;
    uint32_t seed_high;
} probe;

static void add_weights(const attune_weighted_layer *layer, const probe *by, float *tile) {
    int32_t count = by->count;
    if (layer->record[ATTUNE_OPERATOR] != ATTUNE_DEPTHWISE_CONV_2D || count == layer->channels) {
        attune_signed_add(tile, count * layer->filter_size, (uint32_t)(by->first * layer->filter_size), by->difference,
                          by->seed_low, by->seed_high);
        return;
    }
    for (int32_t k = 0; k < layer->filter_size; k++) {
        attune_signed_add(tile + (int64_t)k * count, count, (uint32_t)(k * layer->channels + by->first), by->difference,
                          by->seed_low, by->seed_high);
    }
}

static void add_biases(const attune_weighted_layer *layer, const probe *by, float *tile) {
    uint32_t element = (uint32_t)(layer->channels * layer->filter_size + by->first);
    for (int32_t c = 0; c < by->count; c++) {
        int32_t step = attune_bias_step(&layer->parameters, by->first + c);
        attune_signed_add(tile + c, 1, element + (uint32_t)c, by->difference / (float)step, by->seed_low,
                          by->seed_high);
    }
}

int32_t attune_gradient_probe(int32_t arena, int32_t record, int32_t binding, uint32_t seed_low, uint32_t seed_high,
                              int32_t delta, int32_t first, int32_t count, int32_t weights, int32_t biases) {
    attune_weighted_layer layer;
    int32_t status = attune_weighted_layer_find(arena, record, binding, &layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_tile_check(layer.record, first, count);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_weighted_layer_add(&layer, (attune_range){delta, 4, 4, 0});
    attune_weighted_layer_add(&layer, attune_optional_range(weights, (int64_t)count * layer.filter_size * 4, 4, 1));
    attune_weighted_layer_add(&layer, attune_optional_range(biases, (int64_t)count * 4, 4, 1));
    status = attune_weighted_layer_use(&layer);
    if (status != ATTUNE_OK) {
        return status;
    }

    probe by = {first, count, *(const float *)attune_weighted_layer_at(&layer, delta), seed_low, seed_high};
    if (weights != -1) {
        add_weights(&layer, &by, attune_weighted_layer_at(&layer, weights));
    }
    if (biases != -1) {
        add_biases(&layer, &by, attune_weighted_layer_at(&layer, biases));
    }
    return ATTUNE_OK;
}
