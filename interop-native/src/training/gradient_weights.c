/* From the gradient of a layer's nodes to that of its weights and biases. */
#include "../layers/backend.h"
#include "gradient_loops.h"
#include "gradient_portable.h"
#include "weighted_layer.h"

#include <stddef.h>

static void add_biases(const attune_gradient_call *call, float *restrict biases) {
    int32_t positions = call->lines * call->record[ATTUNE_OUTPUT_N + 2];
    int32_t channels;
    for (int32_t begin = 0; begin < call->count; begin += channels) {
        channels = call->count - begin < ATTUNE_GRADIENT_RUN ? call->count - begin : ATTUNE_GRADIENT_RUN;
        float factors[ATTUNE_GRADIENT_RUN];
        attune_gradient_factors(call, call->first + begin, channels, factors);
        const float *nodes = call->nodes + begin;
        for (int32_t p = 0; p < positions; p++, nodes += call->count) {
            for (int32_t c = 0; c < channels; c++) {
                biases[begin + c] += factors[c] * nodes[c];
            }
        }
    }
}

/* Lines of the input that its buffer holds. */
static int32_t input_lines_find(const attune_weighted_layer *layer, int32_t *lines) {
    int32_t all = attune_record_lines(layer->record, ATTUNE_INPUT_N);
    int32_t ring = layer->bound[ATTUNE_BIND_INPUT_LINES];
    *lines = ring == 0 ? all : ring;
    return ring >= 0 && ring <= all ? ATTUNE_OK : ATTUNE_ERROR_ARGUMENT;
}

int32_t attune_gradient_weights(int32_t arena, int32_t record, int32_t binding, int32_t mode, int32_t nodes,
                                int32_t first, int32_t count, int32_t line, int32_t lines, int32_t weights,
                                int32_t biases) {
    attune_weighted_layer layer;
    attune_gradient_call call = {.first = first, .count = count, .line = line, .lines = lines};
    int32_t status = attune_weighted_layer_find(arena, record, binding, &layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (mode < 0 || mode >= 2 * ATTUNE_RUN_ACCUMULATORS) {
        return ATTUNE_ERROR_MODE;
    }
    status = attune_tile_check(layer.record, first, count);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_lines_check(layer.record, line, lines);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = input_lines_find(&layer, &call.input_ring);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *input_shape = layer.record + ATTUNE_INPUT_N;
    int32_t input = layer.bound[ATTUNE_BIND_INPUT];
    int64_t input_bytes = (int64_t)call.input_ring * input_shape[2] * input_shape[3];
    int64_t node_bytes = (int64_t)lines * layer.record[ATTUNE_OUTPUT_N + 2] * count * 4;
    attune_weighted_layer_add(&layer, (attune_range){input, input_bytes, 1, 0});
    attune_weighted_layer_add(&layer, (attune_range){nodes, node_bytes, 4, 0});
    attune_weighted_layer_add(&layer, attune_optional_range(weights, (int64_t)count * layer.filter_size * 4, 4, 1));
    attune_weighted_layer_add(&layer, attune_optional_range(biases, (int64_t)count * 4, 4, 1));
    status = attune_weighted_layer_use(&layer);
    if (status != ATTUNE_OK) {
        return status;
    }

    call.record = layer.record;
    call.parameters = &layer.parameters;
    call.accumulators = mode & ATTUNE_RUN_ACCUMULATORS;
    call.input = attune_weighted_layer_at(&layer, input);
    call.nodes = attune_weighted_layer_at(&layer, nodes);
    if (weights != -1) {
        call.weights = attune_weighted_layer_at(&layer, weights);
        attune_gradient_portable(&call, attune_backend_gradient(&call));
    }
    if (biases != -1) {
        add_biases(&call, attune_weighted_layer_at(&layer, biases));
    }
    return ATTUNE_OK;
}
