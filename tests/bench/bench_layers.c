/* Speed of single layers, in multiply-accumulates (for ADD: elements) a second, on every backend of this processor.
 * Each figure is the median of eleven runs of at least ten milliseconds; the backends take turns. */
#include "attune.h"
#include "bench.h"
#include "layers/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA = 16 << 20, MODEL = 4 << 20, BINDING = 0, DATA = 64, RUNS = 11 };

typedef struct bench_layer {
    const char *name;
    int32_t operation;
    int32_t size; /* height and width of the input */
    int32_t input_c;
    int32_t output_c;
    int32_t kernel;
    int32_t stride;
} bench_layer;

static const bench_layer layers[] = {
    {"pointwise 64x64, 16 to 48", ATTUNE_CONV_2D, 64, 16, 48, 1, 1},
    {"pointwise 32x32, 96 to 24", ATTUNE_CONV_2D, 32, 96, 24, 1, 1},
    {"pointwise 16x16, 40 to 240", ATTUNE_CONV_2D, 16, 40, 240, 1, 1},
    {"pointwise 8x8, 480 to 96", ATTUNE_CONV_2D, 8, 480, 96, 1, 1},
    {"pointwise 32x32, 256 to 256", ATTUNE_CONV_2D, 32, 256, 256, 1, 1},
    {"conv 3x3 s2 128x128, 3 to 16", ATTUNE_CONV_2D, 128, 3, 16, 3, 2},
    {"conv 3x3 32x32, 16 to 16", ATTUNE_CONV_2D, 32, 16, 16, 3, 1},
    {"conv 3x3 8x8, 64 to 64", ATTUNE_CONV_2D, 8, 64, 64, 3, 1},
    {"depthwise 3x3 64x64, 48", ATTUNE_DEPTHWISE_CONV_2D, 64, 48, 48, 3, 1},
    {"depthwise 5x5 s2 32x32, 96", ATTUNE_DEPTHWISE_CONV_2D, 32, 96, 96, 5, 2},
    {"depthwise 7x7 16x16, 240", ATTUNE_DEPTHWISE_CONV_2D, 16, 240, 240, 7, 1},
    {"fully connected 1024 to 256", ATTUNE_FULLY_CONNECTED, 1, 1024, 256, 1, 1},
    {"add 32x32, 64", ATTUNE_ADD, 32, 64, 64, 1, 1},
};

static const struct {
    int32_t backend;
    const char *name;
} backends[] = {{ATTUNE_BACKEND_PORTABLE, "portable"}, {ATTUNE_BACKEND_AVX2, "AVX2"}, {ATTUNE_BACKEND_VNNI, "VNNI"}};

static int32_t record[ATTUNE_RECORD_WORDS];
static int32_t binding[ATTUNE_BINDING_WORDS];

/* Writes the record; returns the model offset of the channels' parameters. */
static int32_t record_make(const bench_layer *layer, double *work) {
    int32_t pad = layer->kernel / 2;
    int32_t output = (layer->size + 2 * pad - layer->kernel) / layer->stride + 1;
    int32_t channels = layer->output_c;
    const int32_t shape[4] = {1, layer->size, layer->size, layer->input_c};
    const int32_t output_shape[4] = {1, output, output, channels};
    int depthwise = layer->operation == ATTUNE_DEPTHWISE_CONV_2D;
    int32_t filter = layer->kernel * layer->kernel * (depthwise ? 1 : layer->input_c);
    int32_t weights = channels * filter;
    int32_t place = (ATTUNE_RECORD_WORDS * 4 + weights + 3) / 4 * 4;
    memset(record, 0, sizeof record);
    record[ATTUNE_OPERATOR] = layer->operation;
    memcpy(record + ATTUNE_INPUT_N, shape, sizeof shape);
    memcpy(record + ATTUNE_OUTPUT_N, output_shape, sizeof output_shape);
    record[ATTUNE_KERNEL_H] = record[ATTUNE_KERNEL_W] = layer->kernel;
    record[ATTUNE_STRIDE_H] = record[ATTUNE_STRIDE_W] = layer->stride;
    record[ATTUNE_DILATION_H] = record[ATTUNE_DILATION_W] = 1;
    record[ATTUNE_PAD_TOP] = record[ATTUNE_PAD_LEFT] = pad;
    record[ATTUNE_GROUPS] = 1;
    record[ATTUNE_INPUT_ZERO] = -128;
    record[ATTUNE_ACT_MIN] = -128;
    record[ATTUNE_ACT_MAX] = 127;
    record[ATTUNE_INPUT2] = layer->operation == ATTUNE_ADD ? 1 : -1;
    record[ATTUNE_WEIGHTS] = ATTUNE_RECORD_WORDS * 4;
    record[ATTUNE_BIAS] = place;
    record[ATTUNE_MULTIPLIERS] = place + 4 * channels;
    record[ATTUNE_SHIFTS] = place + 8 * channels;
    record[ATTUNE_SCALES] = record[ATTUNE_STATISTICS] = -1;
    *work = (double)output * output * channels * filter;
    if (layer->operation == ATTUNE_ADD) {
        memcpy(record + ATTUNE_INPUT2_N, shape, sizeof shape);
        record[ATTUNE_LEFT_SHIFT] = 20;
        record[ATTUNE_MULTIPLIER] = record[ATTUNE_MULTIPLIER1] = record[ATTUNE_MULTIPLIER2] = 0x5a5a5a5a;
        record[ATTUNE_SHIFT] = -18;
        record[ATTUNE_SHIFT2] = -1;
        record[ATTUNE_WEIGHTS] = -1;
        *work = (double)output * output * channels;
    }
    return place;
}

/* Sets up the layer in an arena of its own; returns the handle. */
static int32_t layer_open(const bench_layer *layer, double *work) {
    int32_t place = record_make(layer, work);
    int32_t channels = layer->output_c;
    int32_t arena = attune_arena_open(ARENA);
    attune_model_open(arena, MODEL);
    uint8_t *noise = malloc(ARENA);
    for (int32_t i = 0; i < ARENA; i++) {
        noise[i] = (uint8_t)rand();
    }
    attune_arena_write(arena, 0, noise, 0, ARENA);
    attune_model_write(arena, 0, noise, 0, MODEL);
    attune_model_write(arena, 0, (const uint8_t *)record, 0, sizeof record);
    for (int32_t c = 0; c < channels; c++) {
        const int32_t words[3] = {c * 10, 0x5a5a5a5a, -8};
        for (int i = 0; i < 3; i++) {
            attune_model_write(arena, place + 4 * (i * channels + c), (const uint8_t *)&words[i], 0, 4);
        }
    }
    int32_t elements = layer->size * layer->size * layer->input_c;
    for (int word = 0; word < ATTUNE_BINDING_WORDS; word++) {
        binding[word] = word <= ATTUNE_BIND_RESCALE || word == ATTUNE_BIND_THRESHOLD ? -1 : 0;
    }
    binding[ATTUNE_BIND_INPUT] = DATA;
    binding[ATTUNE_BIND_INPUT2] = DATA + elements;
    binding[ATTUNE_BIND_OUTPUT] = DATA + 2 * elements;
    binding[ATTUNE_BIND_SCRATCH] = ARENA - (1 << 20);
    attune_arena_write_words(arena, BINDING, binding, 0, ATTUNE_BINDING_WORDS);
    free(noise);
    return arena;
}

static double layer_time(int32_t arena, int32_t mode, int32_t repeats) {
    double start = bench_seconds();
    for (int32_t i = 0; i < repeats; i++) {
        if (attune_layer_run(arena, 0, BINDING, mode, 1, 2) != ATTUNE_OK) {
            fprintf(stderr, "the layer does not run\n");
            exit(1);
        }
    }
    return (bench_seconds() - start) / repeats;
}

int main(void) {
    printf("| layer | portable | AVX2 | VNNI | VNNI, probed weights |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        double work;
        double times[4][RUNS];
        int32_t arena = layer_open(&layers[i], &work);
        printf("| %s |", layers[i].name);
        for (int run = 0; run < RUNS; run++) {
            for (int b = 0; b < 4; b++) {
                int32_t mode = b == 3 && layers[i].operation != ATTUNE_ADD ? ATTUNE_RUN_PROBE_WEIGHTS : 0;
                attune_backend_use(backends[b < 3 ? b : 2].backend);
                times[b][run] = layer_time(arena, mode, (int32_t)(0.01 / layer_time(arena, mode, 1)) + 1);
            }
        }
        for (int b = 0; b < 4; b++) {
            int missing = attune_backend_use(backends[b < 3 ? b : 2].backend) != backends[b < 3 ? b : 2].backend;
            if (missing || (b == 3 && layers[i].operation == ATTUNE_ADD)) {
                printf(" |");
            } else {
                printf(" %.1f |", work / bench_median(times[b], RUNS) / 1e9);
            }
        }
        printf("\n");
        fflush(stdout);
        attune_arena_close(arena);
    }
    return 0;
}
