/* Instructions of every layer of a network, on the DSP kernels and on the portable ones, which must agree. */
#include "backend.h"
#include "bench.h"
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

static uint32_t measure(const network *net, int32_t layer, int32_t backend, int *good) {
    attune_backend_use(backend);
    uint32_t start = bench_ticks();
    *good = network_run(net, layer) && *good;
    return bench_instructions(start, bench_ticks());
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
    for (int32_t layer = one.first; layer < one.end; layer++) {
        int good = 1;
        int32_t bytes = net.bytes[layer + 1];
        uint8_t *expected = malloc((size_t)bytes);
        uint32_t portable = measure(&net, layer, ATTUNE_BACKEND_PORTABLE, &good);
        memcpy(expected, network_tensor(&net, layer + 1), (size_t)bytes);
        memset((uint8_t *)network_tensor(&net, layer + 1), 0x55, (size_t)bytes);
        stack_paint();
        uint32_t dsp = measure(&net, layer, ATTUNE_BACKEND_DSP, &good);
        int32_t used = stack_used();
        stack = used > stack ? used : stack;
        good = memcmp(expected, network_tensor(&net, layer + 1), (size_t)bytes) == 0 && good;
        free(expected);
        total += dsp;
        failures += !good;
        bench_print("layer %ld instructions %lu portable %lu equal %d\n", (long)layer, (unsigned long)dsp,
                    (unsigned long)portable, good);
    }
    bench_print("total %lu stack %ld\n", (unsigned long)total, (long)stack);
    return failures;
}
