/* Instructions of what training adds to the forward passes, layer by layer: probes, gradients and the update. */
#include "bench.h"
#include "layers/backend.h"
#include "memory/memory.h"
#include "network.h"

#include <string.h>

enum { ARENA_BYTES = 4 << 20, GAP = 64 };

/* A layer alone in an arena, with places for everything that training uses. */
typedef struct bench_layer {
    int32_t arena;
    int32_t record;
    int32_t nodes; /* whether its nodes are probed rather than its weights */
    int32_t accumulators;
    int32_t delta;
    int32_t node_gradient;
    int32_t weight_gradient;
    int32_t bias_gradient;
    int32_t used;
} bench_layer;

static int32_t place(bench_layer *layer, int32_t bytes) {
    int32_t at = layer->used;
    layer->used = (at + bytes + GAP + 15) & ~15;
    return at;
}

/* Weight probes if there are fewer weights and biases than outputs, as the engine chooses. */
static bench_layer layer_open(int32_t arena, const network *net, int32_t number) {
    const int32_t *words = network_record(net, number);
    int32_t channels = attune_record_channels(words);
    int32_t weights = channels * attune_record_filter_size(words);
    int32_t outputs = net->bytes[number + 1];
    bench_layer layer = {.arena = arena, .record = ATTUNE_RECORDS_AT + number * ATTUNE_RECORD_WORDS * 4};
    layer.nodes = weights + channels >= outputs;
    layer.used = ATTUNE_BINDING_WORDS * 4;
    int32_t binding[ATTUNE_BINDING_WORDS] = {0};
    int32_t input = words[ATTUNE_INPUT];
    binding[ATTUNE_BIND_INPUT] = place(&layer, net->bytes[input]);
    binding[ATTUNE_BIND_INPUT2] = -1;
    binding[ATTUNE_BIND_OUTPUT] = place(&layer, 4 * outputs);
    binding[ATTUNE_BIND_SCRATCH] = place(&layer, attune_layer_scratch(arena, layer.record));
    binding[ATTUNE_BIND_STATISTICS] = -1;
    binding[ATTUNE_BIND_WEIGHTS] = place(&layer, weights);
    binding[ATTUNE_BIND_BIAS] = words[ATTUNE_BIAS] >= 0 ? place(&layer, 4 * channels) : -1;
    binding[ATTUNE_BIND_RESCALE] = -1;
    binding[ATTUNE_BIND_THRESHOLD] = -1;
    layer.accumulators = place(&layer, layer.nodes ? 4 * outputs : 0);
    layer.node_gradient = place(&layer, layer.nodes ? 4 * outputs : 0);
    layer.weight_gradient = place(&layer, 4 * weights);
    layer.bias_gradient = place(&layer, 4 * channels);
    layer.delta = place(&layer, 4);
    attune_arena_write(arena, 0, (const uint8_t *)binding, 0, sizeof binding);
    attune_arena_write(arena, binding[ATTUNE_BIND_INPUT], network_tensor(net, input), 0, net->bytes[input]);
    attune_model_to_arena(arena, words[ATTUNE_WEIGHTS], binding[ATTUNE_BIND_WEIGHTS], weights);
    if (words[ATTUNE_BIAS] >= 0) {
        attune_model_to_arena(arena, words[ATTUNE_BIAS], binding[ATTUNE_BIND_BIAS], 4 * channels);
    }
    attune_arena_fill(arena, layer.node_gradient, 8 * outputs * layer.nodes, 0);
    attune_arena_fill(arena, layer.weight_gradient, 4 * weights, 0);
    attune_arena_fill(arena, layer.bias_gradient, 4 * channels, 0);
    float delta = 0.001f;
    attune_arena_write(arena, layer.delta, (const uint8_t *)&delta, 0, 4);
    return layer;
}

static int32_t gradient_of_probe(const bench_layer *layer, const int32_t *words) {
    int32_t channels = attune_record_channels(words);
    int32_t lines = words[ATTUNE_OUTPUT_N] * words[ATTUNE_OUTPUT_N + 1];
    return layer->nodes ? attune_gradient_nodes(layer->arena, layer->record, 3, 4, layer->delta, 0, channels, 0, lines,
                                                layer->node_gradient)
                        : attune_gradient_probe(layer->arena, layer->record, 0, 3, 4, layer->delta, 0, channels,
                                                layer->weight_gradient, layer->bias_gradient);
}

/* Prints what a probe adds, its part of the gradient, what is done once a sample, and the update. */
static int layer_measure(const bench_layer *layer, const int32_t *words, int32_t number) {
    int32_t channels = attune_record_channels(words);
    int32_t lines = words[ATTUNE_OUTPUT_N] * words[ATTUNE_OUTPUT_N + 1];
    int32_t bound = words[ATTUNE_BIAS] >= 0;
    int32_t failed = 0;
    uint32_t start = bench_ticks();
    failed |= attune_layer_run(layer->arena, layer->record, 0, 0, 0, 0);
    uint32_t clean = bench_instructions(start, bench_ticks());
    start = bench_ticks();
    failed |= layer->nodes
                  ? attune_nodes_run(layer->arena, layer->record, 0, layer->accumulators, ATTUNE_RUN_PROBE_NODES, 3, 4)
                  : attune_layer_run(layer->arena, layer->record, 0, ATTUNE_RUN_PROBE_WEIGHTS | ATTUNE_RUN_PROBE_BIASES,
                                     3, 4);
    uint32_t probe = bench_instructions(start, bench_ticks());
    start = bench_ticks();
    failed |= gradient_of_probe(layer, words);
    uint32_t gradient = bench_instructions(start, bench_ticks());
    start = bench_ticks();
    if (layer->nodes) {
        failed |= attune_gradient_weights(layer->arena, layer->record, 0, 0, layer->node_gradient, 0, channels, 0,
                                          lines, layer->weight_gradient, layer->bias_gradient);
    }
    uint32_t inputs = bench_instructions(start, bench_ticks());
    start = bench_ticks();
    failed |= attune_update(layer->arena, layer->record, 0, 0, channels, layer->weight_gradient,
                            bound ? layer->bias_gradient : -1, 0.001f, ATTUNE_UPDATE_SCALED | ATTUNE_UPDATE_STOCHASTIC,
                            5, 6, -1, -1);
    uint32_t update = bench_instructions(start, bench_ticks());
    bench_print("training %ld nodes %ld clean %lu probe %lu gradient %lu inputs %lu update %lu good %d\n", (long)number,
                (long)layer->nodes, (unsigned long)clean, (unsigned long)probe, (unsigned long)gradient,
                (unsigned long)inputs, (unsigned long)update, failed == 0);
    return failed != 0;
}

int bench_training(const char *path) {
    network_reader reader = network_open(path);
    network net;
    network_case one;
    memset(&net, 0, sizeof net);
    if (!reader.good || !network_read(&reader, &net, &one)) {
        return 1;
    }
    int32_t arena = attune_arena_open(ARENA_BYTES);
    int32_t bytes = attune_model_size(net.arena);
    if (arena < 0 || attune_model_open(arena, bytes) != ATTUNE_OK) {
        bench_print("there is no memory for the layers\n");
        return 1;
    }
    attune_model_write(arena, 0, attune_memory_find(net.arena)->model, 0, bytes);
    int failures = 0;
    for (int32_t number = one.first; number < one.end; number++) {
        const int32_t *words = network_record(&net, number);
        failures += !network_run(&net, number, 0);
        if (attune_record_has_weights(words)) {
            bench_layer layer = layer_open(arena, &net, number);
            failures += layer.used > ARENA_BYTES || layer_measure(&layer, words, number);
        }
    }
    attune_arena_close(arena);
    return failures;
}
