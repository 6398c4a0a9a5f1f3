/* A training step of back-propagation with one sample, as the engine takes it: forward with masks, errors from the last
 * layer to the first, biases of all layers and weights of the last updated. Counts instructions layer by layer; the
 * portable kernels must give the same bits. Weight gradients are counted for every layer. Below 100 percent, errors
 * keep so many of their channels. */
#include "bench.h"
#include "layers/backend.h"
#include "memory/memory.h"
#include "network.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 5 << 20, TILE_BYTES = 4096, PASSES = 6, LABEL = 3, NONE = -1 };

/* The network in an arena of its own, with places for all that a step uses. */
typedef struct backward_step {
    const network *net;
    int32_t arena;
    int32_t layers; /* up to the class scores */
    int32_t used;
    int32_t *tensor; /* offsets, of each tensor */
    int32_t *error;
    int32_t *scale;
    int32_t *mask;   /* of each layer, or NONE */
    int32_t *bias;   /* float32 gradients */
    int32_t *range;  /* two of each layer */
    int32_t weights; /* float32 gradients of a layer */
    int32_t added;   /* a second error of a tensor */
    int32_t added_scale;
    int32_t scratch;
    int32_t percent; /* of a layer's channels whose errors are kept */
    int32_t chosen;  /* the list, of one layer at a time; NONE: all channels */
} backward_step;

/* Instructions of the parts of a layer's step. */
typedef struct layer_parts {
    uint32_t forward;
    uint32_t masked; /* forward with a mask */
    uint32_t finish;
    uint32_t error;
    uint32_t merge;
    uint32_t weights;
    uint32_t update;
    uint32_t crc; /* of errors and gradients, in all steps */
} layer_parts;

static int32_t place(backward_step *step, int32_t bytes) {
    int32_t at = step->used;
    step->used = (at + bytes + 15) & ~15;
    return at;
}

static int32_t binding_at(int32_t layer) {
    return layer * ATTUNE_BINDING_WORDS * 4;
}

static int32_t record_at(int32_t layer) {
    return ATTUNE_RECORDS_AT + layer * ATTUNE_RECORD_WORDS * 4;
}

static uint8_t *at(const backward_step *step, int32_t offset) {
    return attune_memory_find(step->arena)->arena + offset;
}

static int32_t larger(int32_t a, int32_t b) {
    return a > b ? a : b;
}

static int32_t *words_new(int32_t count) {
    return calloc((size_t)count, sizeof(int32_t));
}

static void layer_bind(backward_step *step, int32_t layer) {
    const int32_t *words = network_record(step->net, layer);
    int32_t channels = attune_record_channels(words);
    int weighted = attune_record_has_weights(words);
    int32_t lines = words[ATTUNE_OUTPUT_N] * words[ATTUNE_OUTPUT_N + 1];
    int32_t row = words[ATTUNE_OUTPUT_N + 2] * words[ATTUNE_OUTPUT_N + 3];
    int masked = layer != step->layers - 1 && words[ATTUNE_ACTIVATION] != 0;
    step->mask[layer] = masked ? place(step, 4 * lines * ((row + 31) / 32)) : NONE;
    int32_t bias = weighted && words[ATTUNE_BIAS] >= 0 ? place(step, 4 * channels) : NONE;
    int32_t count = weighted ? channels * attune_record_filter_size(words) : 0;
    int32_t weights = weighted ? place(step, count) : NONE;
    const int32_t binding[ATTUNE_BINDING_WORDS] = {step->tensor[words[ATTUNE_INPUT]],
                                                   words[ATTUNE_INPUT2] < 0 ? NONE : step->tensor[words[ATTUNE_INPUT2]],
                                                   step->tensor[layer + 1],
                                                   step->scratch,
                                                   step->mask[layer],
                                                   weights,
                                                   bias,
                                                   NONE,
                                                   0,
                                                   0,
                                                   0,
                                                   NONE};
    attune_arena_write_words(step->arena, binding_at(layer), binding, 0, ATTUNE_BINDING_WORDS);
    if (weighted) {
        attune_model_to_arena(step->arena, words[ATTUNE_WEIGHTS], weights, count);
        step->bias[layer] = place(step, 4 * channels);
    }
    if (bias != NONE) {
        attune_model_to_arena(step->arena, words[ATTUNE_BIAS], bias, 4 * channels);
    }
}

/* Channels of a layer whose errors are kept. */
static int32_t kept(const backward_step *step, const int32_t *words) {
    int32_t count = attune_record_channels(words) * step->percent / 100;
    return count < 1 ? 1 : count;
}

static int step_open(backward_step *step, const network *net, int32_t layers, int32_t percent) {
    int32_t widest = 0;
    int32_t scratch = 0;
    int32_t largest = 0;
    int32_t weights = 0;
    *step = (backward_step){.net = net, .arena = attune_arena_open(ARENA_BYTES), .layers = layers, .percent = percent};
    int32_t bytes = attune_model_size(net->arena);
    if (step->arena < 0 || attune_model_open(step->arena, bytes) != ATTUNE_OK) {
        return 0;
    }
    attune_model_write(step->arena, 0, attune_memory_find(net->arena)->model, 0, bytes);
    step->used = binding_at(layers);
    step->tensor = words_new(layers + 1);
    step->error = words_new(layers + 1);
    step->scale = words_new(layers + 1);
    step->mask = words_new(layers);
    step->bias = words_new(layers);
    step->range = words_new(layers);
    for (int32_t tensor = 0; tensor <= layers; tensor++) {
        /* The class scores stay accumulators. */
        step->tensor[tensor] = place(step, net->bytes[tensor] * (tensor == layers ? 4 : 1));
        step->error[tensor] = place(step, net->bytes[tensor]);
        step->scale[tensor] = place(step, 4);
        largest = larger(largest, net->bytes[tensor]);
    }
    for (int32_t layer = 0; layer < layers; layer++) {
        const int32_t *words = network_record(net, layer);
        scratch = larger(scratch, attune_layer_scratch(step->arena, record_at(layer)));
        scratch = larger(scratch, attune_error_scratch(step->arena, record_at(layer), 0, kept(step, words)));
        if (attune_record_has_weights(words)) {
            widest = larger(widest, attune_record_channels(words));
            weights = larger(weights, attune_record_channels(words) * attune_record_filter_size(words));
        }
        step->range[layer] = place(step, 8);
    }
    step->scratch = place(step, scratch);
    step->chosen = percent < 100 ? place(step, 4 * (1 + widest)) : NONE;
    step->weights = place(step, 4 * weights);
    step->added = place(step, largest);
    step->added_scale = place(step, 4);
    for (int32_t layer = 0; layer < layers; layer++) {
        layer_bind(step, layer);
    }
    attune_arena_write(step->arena, step->tensor[0], network_tensor(net, 0), 0, net->bytes[0]);
    return step->used <= ARENA_BYTES;
}

static int forward_run(backward_step *step, layer_parts *parts) {
    int32_t failed = 0;
    for (int32_t layer = 0; layer < step->layers; layer++) {
        int32_t mode = layer == step->layers - 1 ? ATTUNE_RUN_ACCUMULATORS : 0;
        uint32_t start = bench_ticks();
        failed |= attune_layer_run(step->arena, record_at(layer), binding_at(layer), mode, 0, 0);
        parts[layer].forward = bench_instructions(start, bench_ticks());
        mode |= step->mask[layer] == NONE ? 0 : ATTUNE_RUN_MASK;
        start = bench_ticks();
        failed |= attune_layer_run(step->arena, record_at(layer), binding_at(layer), mode, 0, 0);
        parts[layer].masked = bench_instructions(start, bench_ticks());
    }
    return failed == 0;
}

/* Whether a layer behind this one reads the tensor too, and so has written its error. */
static int read_later(const backward_step *step, int32_t layer, int32_t tensor) {
    for (int32_t later = layer + 1; later < step->layers; later++) {
        const int32_t *words = network_record(step->net, later);
        if (words[ATTUNE_INPUT] == tensor || words[ATTUNE_INPUT2] == tensor) {
            return 1;
        }
    }
    return 0;
}

static int32_t chosen_of(const backward_step *step, const int32_t *words) {
    return attune_record_has_weights(words) ? step->chosen : NONE;
}

/* Whole error of a layer's output, or that of its chosen channels. */
static int layer_finish(backward_step *step, int32_t layer) {
    const int32_t *words = network_record(step->net, layer);
    int32_t error = step->error[layer + 1];
    int32_t scale = step->scale[layer + 1];
    int32_t biases = attune_record_has_weights(words) ? step->bias[layer] : NONE;
    int32_t chosen = chosen_of(step, words);
    int32_t status = attune_error_finish(step->arena, record_at(layer), binding_at(layer), error, scale,
                                         step->mask[layer], chosen == NONE ? biases : NONE);
    if (status == ATTUNE_OK && chosen != NONE) {
        status = attune_error_choose(step->arena, record_at(layer), binding_at(layer), error, scale, kept(step, words),
                                     chosen, biases);
    }
    return status == ATTUNE_OK;
}

/* From a layer's error to those of its inputs. */
static int layer_pass(backward_step *step, int32_t layer, layer_parts *parts) {
    const int32_t *words = network_record(step->net, layer);
    for (int32_t number = 0; number < 2; number++) {
        int32_t tensor = words[number == 0 ? ATTUNE_INPUT : ATTUNE_INPUT2];
        if (tensor <= 0) {
            continue;
        }
        int first = !read_later(step, layer, tensor) && !(number == 1 && tensor == words[ATTUNE_INPUT]);
        int32_t result = first ? step->error[tensor] : step->added;
        int32_t scale = first ? step->scale[tensor] : step->added_scale;
        uint32_t start = bench_ticks();
        int32_t status =
            attune_layer_error(step->arena, record_at(layer), binding_at(layer), number, 0, 7, (uint32_t)layer,
                               step->error[layer + 1], step->scale[layer + 1], step->scratch, result, scale,
                               step->range[layer] + 4 * number, chosen_of(step, words));
        parts->error += bench_instructions(start, bench_ticks());
        if (status < 0) {
            return 0;
        }
        start = bench_ticks();
        if (!first && attune_error_merge(
                          step->arena, step->error[tensor], step->scale[tensor], result, scale,
                          step->net->bytes[tensor] / words[(number ? ATTUNE_INPUT2_N : ATTUNE_INPUT_N) + 3],
                          words[(number ? ATTUNE_INPUT2_N : ATTUNE_INPUT_N) + 3], 0, 8, (uint32_t)layer) != ATTUNE_OK) {
            return 0;
        }
        parts->merge += bench_instructions(start, bench_ticks());
    }
    return 1;
}

/* The gradient of all weights, in tiles as the engine forms them, side by side. */
static int layer_gradient(backward_step *step, int32_t layer, layer_parts *parts) {
    const int32_t *words = network_record(step->net, layer);
    int32_t channels = attune_record_channels(words);
    int32_t filter = attune_record_filter_size(words);
    int32_t filters = larger(TILE_BYTES / (4 * filter), 16);
    int32_t failed = attune_arena_fill(step->arena, step->weights, 4 * channels * filter, 0);
    uint32_t start = bench_ticks();
    for (int32_t first = 0; first < channels; first += filters) {
        int32_t count = channels - first < filters ? channels - first : filters;
        failed |= attune_weights_gradient(step->arena, record_at(layer), binding_at(layer), step->error[layer + 1],
                                          step->scale[layer + 1], first, count, step->weights + 4 * first * filter,
                                          chosen_of(step, words));
    }
    parts->weights = bench_instructions(start, bench_ticks());
    return failed == 0;
}

/* What else a layer with weights does with its error. */
static int layer_move(backward_step *step, int32_t layer, layer_parts *parts) {
    const int32_t *words = network_record(step->net, layer);
    int32_t channels = attune_record_channels(words);
    int32_t filter = attune_record_filter_size(words);
    int last = layer == step->layers - 1;
    if (!layer_gradient(step, layer, parts)) {
        return 0;
    }
    parts->crc = attune_crc32(at(step, step->weights), 0, 4 * channels * filter, parts->crc);
    uint32_t start = bench_ticks();
    int32_t status = attune_update(step->arena, record_at(layer), binding_at(layer), 0, channels,
                                   last ? step->weights : NONE, words[ATTUNE_BIAS] < 0 ? NONE : step->bias[layer],
                                   1e-4f, ATTUNE_UPDATE_SCALED | ATTUNE_UPDATE_STOCHASTIC, 5, 6, NONE, NONE);
    parts->update = bench_instructions(start, bench_ticks());
    return status == ATTUNE_OK;
}

/* From the class scores to the first layer. */
static int backward_run(backward_step *step, layer_parts *parts) {
    int32_t last = step->layers - 1;
    int good = attune_error_head(step->arena, record_at(last), binding_at(last), LABEL, step->error[last + 1],
                                 step->scale[last + 1]) == ATTUNE_OK;
    for (int32_t layer = last; layer >= 0 && good; layer--) {
        const int32_t *words = network_record(step->net, layer);
        int weighted = attune_record_has_weights(words);
        if (weighted) {
            good = attune_arena_fill(step->arena, step->bias[layer], 4 * attune_record_channels(words), 0) == ATTUNE_OK;
        }
        uint32_t start = bench_ticks();
        good &= layer_finish(step, layer);
        parts[layer].finish = bench_instructions(start, bench_ticks());
        uint32_t *crc = &parts[layer].crc;
        *crc = attune_crc32(at(step, step->error[layer + 1]), 0, step->net->bytes[layer + 1], *crc);
        *crc = attune_crc32(at(step, step->scale[layer + 1]), 0, 4, *crc);
        if (weighted) {
            *crc = attune_crc32(at(step, step->bias[layer]), 0, 4 * attune_record_channels(words), *crc);
        }
        good &= layer_pass(step, layer, &parts[layer]);
        good &= !weighted || layer_move(step, layer, &parts[layer]);
    }
    return good;
}

/* Steps until ranges of errors have settled. parts: of the last one. Returns whether all ran. */
static int steps_run(const network *net, int32_t layers, int32_t percent, int32_t backend, layer_parts *parts) {
    backward_step step;
    int good = step_open(&step, net, layers, percent);
    attune_backend_use(backend);
    for (int32_t pass = 0; pass < PASSES && good; pass++) {
        for (int32_t layer = 0; layer < layers; layer++) {
            parts[layer] = (layer_parts){.crc = parts[layer].crc};
        }
        good = forward_run(&step, parts) && backward_run(&step, parts);
    }
    attune_arena_close(step.arena);
    free(step.tensor);
    free(step.error);
    free(step.scale);
    free(step.mask);
    free(step.bias);
    free(step.range);
    return good;
}

int bench_backward(const char *path, int32_t percent) {
    network_reader reader = network_open(path);
    network net;
    network_case one;
    memset(&net, 0, sizeof net);
    if (!reader.good || !network_read(&reader, &net, &one)) {
        return 1;
    }
    int32_t layers = one.end;
    while (!attune_record_has_weights(network_record(&net, layers - 1))) {
        layers--;
    }
    layer_parts *portable = calloc((size_t)layers, sizeof *portable);
    layer_parts *parts = calloc((size_t)layers, sizeof *parts);
    int failures = 0;
    int good = portable != NULL && parts != NULL;
    good = good && steps_run(&net, layers, percent, ATTUNE_BACKEND_PORTABLE, portable);
    good = good && steps_run(&net, layers, percent, ATTUNE_BACKEND_DSP, parts);
    for (int32_t layer = 0; layer < layers && parts != NULL; layer++) {
        const layer_parts *p = &parts[layer];
        int equal = p->crc == portable[layer].crc;
        failures += !equal;
        bench_print(
            "backward %ld forward %lu masked %lu finish %lu error %lu merge %lu weights %lu update %lu equal %d\n",
            (long)layer, (unsigned long)p->forward, (unsigned long)p->masked, (unsigned long)p->finish,
            (unsigned long)p->error, (unsigned long)p->merge, (unsigned long)p->weights, (unsigned long)p->update,
            equal);
    }
    free(portable);
    free(parts);
    return failures + !good;
}
