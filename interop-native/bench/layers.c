/* Instructions of every layer of a network, on the DSP kernels and on the portable ones, which must agree. */
#include "bench.h"
#include "layers/backend.h"
#include "memory/memory.h"
#include "network.h"

#include <stdlib.h>
#include <string.h>

#define PAINT 0x5a5aa5a5u
#define STACK_WORDS 8192

/* Fills the stack below this function with a pattern. */
static __attribute__((noinline)) void stack_paint(void) {
    volatile uint32_t *top = __builtin_frame_address(0);
    for (volatile uint32_t *word = top - STACK_WORDS; word < top - 32; word++) {
        *word = PAINT;
    }
}

/* Bytes of it that were written since. */
static __attribute__((noinline)) int32_t stack_used(void) {
    volatile uint32_t *top = __builtin_frame_address(0);
    volatile uint32_t *word = top - STACK_WORDS;
    while (word < top && *word == PAINT) {
        word++;
    }
    return (int32_t)((top - word) * 4);
}

static uint32_t measure(const network *net, int32_t layer, int32_t mode, int32_t backend, int *good) {
    attune_backend_use(backend);
    uint32_t start = bench_ticks();
    *good = network_run(net, layer, mode) && *good;
    return bench_instructions(start, bench_ticks());
}

typedef struct layer_count {
    uint32_t portable;
    uint32_t dsp;
    int32_t stack;
    int good;
} layer_count;

/* Runs a layer on both; its output is that of the DSP kernels afterwards. */
static layer_count layer_measure(const network *net, int32_t layer, int32_t mode) {
    layer_count count = {.good = 1};
    size_t bytes = (size_t)net->bytes[layer + 1];
    uint8_t *output = (uint8_t *)network_tensor(net, layer + 1);
    uint8_t *expected = malloc(bytes);
    count.portable = measure(net, layer, mode, ATTUNE_BACKEND_PORTABLE, &count.good);
    memcpy(expected, output, bytes);
    memset(output, 0x55, bytes);
    stack_paint();
    count.dsp = measure(net, layer, mode, ATTUNE_BACKEND_DSP, &count.good);
    count.stack = stack_used();
    count.good = memcmp(expected, output, bytes) == 0 && count.good;
    free(expected);
    return count;
}

int bench_layers(const char *path) {
    network_reader reader = network_open(path);
    network net;
    network_case one;
    memset(&net, 0, sizeof net);
    if (!reader.good || !network_read(&reader, &net, &one)) {
        return 1;
    }
    int failures = 0;
    uint64_t total = 0;
    int32_t stack = 0;
    uint64_t weights_total = 0;
    uint64_t nodes_total = 0;
    for (int32_t layer = one.first; layer < one.end; layer++) {
        int weighted = attune_record_has_weights(network_record(&net, layer));
        layer_count weights = layer_measure(&net, layer, weighted ? ATTUNE_RUN_PROBE_WEIGHTS : 0);
        layer_count nodes = layer_measure(&net, layer, weighted ? ATTUNE_RUN_PROBE_NODES : 0);
        layer_count clean = layer_measure(&net, layer, 0);
        int good = clean.good && weights.good && nodes.good;
        stack = clean.stack > stack ? clean.stack : stack;
        total += clean.dsp;
        weights_total += weights.dsp;
        nodes_total += nodes.dsp;
        failures += !good;
        bench_print("layer %ld instructions %lu weights %lu nodes %lu portable %lu equal %d\n", (long)layer,
                    (unsigned long)clean.dsp, (unsigned long)weights.dsp, (unsigned long)nodes.dsp,
                    (unsigned long)clean.portable, good);
    }
    bench_print("total %lu stack %ld weights %lu nodes %lu\n", (unsigned long)total, (long)stack,
                (unsigned long)weights_total, (unsigned long)nodes_total);
    return failures;
}
