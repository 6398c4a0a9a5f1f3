/* Instructions of single layers whose shapes other libraries were measured with. */
#include "bench.h"
#include "layers/backend.h"
#include "layers/layer_call.h"
#include "random.h"
#include "random_layer.h"
#include "training/gradient_portable.h"
#include "training/signed_add.h"

#include <stdlib.h>
#include <string.h>

typedef struct shape_row {
    int32_t operation;
    int32_t input_h;
    int32_t input_c;
    int32_t output_c;
    int32_t kernel;
    int32_t stride;
} shape_row;

/* The order is that of the tool's table. */
static const shape_row rows[] = {
    {ATTUNE_CONV_2D, 128, 3, 16, 3, 2},
    {ATTUNE_CONV_2D, 64, 16, 8, 1, 1},
    {ATTUNE_CONV_2D, 64, 8, 24, 1, 1},
    {ATTUNE_CONV_2D, 16, 24, 144, 1, 1},
    {ATTUNE_CONV_2D, 16, 144, 24, 1, 1},
    {ATTUNE_CONV_2D, 8, 48, 240, 1, 1},
    {ATTUNE_CONV_2D, 8, 240, 48, 1, 1},
    {ATTUNE_CONV_2D, 4, 96, 480, 1, 1},
    {ATTUNE_CONV_2D, 4, 480, 160, 1, 1},
    {ATTUNE_DEPTHWISE_CONV_2D, 32, 48, 48, 3, 1},
    {ATTUNE_DEPTHWISE_CONV_2D, 64, 48, 48, 3, 2},
    {ATTUNE_DEPTHWISE_CONV_2D, 16, 144, 144, 5, 1},
    {ATTUNE_DEPTHWISE_CONV_2D, 16, 144, 144, 7, 1},
    {ATTUNE_DEPTHWISE_CONV_2D, 4, 480, 480, 7, 1},
    {ATTUNE_FULLY_CONNECTED, 1, 160, 1000, 1, 1},
    {ATTUNE_AVERAGE_POOL_2D, 4, 160, 160, 4, 4},
    {ATTUNE_ADD, 16, 24, 24, 1, 1},
};

static void row_fill(random_layer *layer, const shape_row *row) {
    int32_t *record = layer->record;
    int32_t output_h = row->input_h / row->stride;
    layer_neutral(layer, row->operation);
    layer_shape(record + ATTUNE_INPUT_N, 1, row->input_h, row->input_h, row->input_c);
    layer_shape(record + ATTUNE_INPUT2_N, 1, row->input_h, row->input_h, row->input_c);
    layer_shape(record + ATTUNE_OUTPUT_N, 1, output_h, output_h, row->output_c);
    for (int axis = 0; axis < 2; axis++) {
        record[ATTUNE_KERNEL_H + axis] = row->kernel;
        record[ATTUNE_STRIDE_H + axis] = row->stride;
        record[ATTUNE_PAD_TOP + axis] = row->operation == ATTUNE_AVERAGE_POOL_2D ? 0 : row->kernel / 2;
    }
    layer_fill(layer);
}

/* Instructions of the layer when each output line is a call, as in a chain of layers. */
static uint32_t by_line(const attune_call *whole) {
    uint32_t start = bench_ticks();
    for (int32_t line = 0; line < whole->line_count; line++) {
        attune_call call = *whole;
        call.line_first = line;
        call.line_count = 1;
        attune_call_run(&call);
    }
    return bench_instructions(start, bench_ticks());
}

/* Instructions of the layer with probed weights. */
static uint32_t probed(const attune_call *clean, int8_t *expected, int8_t *actual, int32_t bytes, int *equal) {
    attune_call call = *clean;
    call.mode = ATTUNE_RUN_PROBE_WEIGHTS;
    call.seed_low = 3;
    call.seed_high = 4;
    call.output = expected;
    attune_portable_run(&call);
    call.output = actual;
    uint32_t start = bench_ticks();
    attune_call_run(&call);
    uint32_t end = bench_ticks();
    *equal = memcmp(expected, actual, (size_t)bytes) == 0 && *equal;
    return bench_instructions(start, end);
}

/* What training does with a layer's weights: prints the instructions of a probe, of its signs added to the gradient,
 * and of the gradient from the nodes. */
static int training(const random_layer *layer, const attune_call *clean, int8_t *expected, int8_t *actual,
                    uint32_t number) {
    const int32_t *record = layer->record;
    int32_t outputs = attune_record_positions(record) * attune_record_channels(record);
    int32_t weights = attune_record_filter_size(record) * attune_record_channels(record);
    float *nodes = calloc((size_t)outputs, sizeof *nodes);
    float *gradient = calloc((size_t)weights, sizeof *gradient);
    float *reference = calloc((size_t)weights, sizeof *reference);
    size_t size = (size_t)weights * sizeof *gradient;
    int equal = 1;
    if (nodes == NULL || gradient == NULL || reference == NULL) {
        bench_print("there is no memory for the gradients\n");
        return 1;
    }
    for (int32_t i = 0; i < outputs; i++) {
        nodes[i] = (float)((uint32_t)i * 2654435761u >> 20) / 2048 - 1;
    }
    uint32_t probe = probed(clean, expected, actual, outputs, &equal);
    attune_gradient_call call = {record, &clean->parameters,          0, layer->input,      clean->input_ring, nodes,
                                 0,      record[ATTUNE_OUTPUT_N + 3], 0, clean->line_count, reference};
    attune_gradient_portable(&call, 0);
    call.weights = gradient;
    uint32_t start = bench_ticks();
    attune_gradient_portable(&call, attune_backend_gradient(&call));
    uint32_t middle = bench_ticks();
    equal = memcmp(gradient, reference, size) == 0 && equal;
    uint32_t again = bench_ticks();
    attune_signed_add(gradient, weights, 0, 0.25f, 3, 4);
    uint32_t end = bench_ticks();
    for (int32_t i = 0; i < weights; i++) {
        reference[i] += 0.25f * (float)attune_sign((uint32_t)i, 3, 4);
    }
    equal = memcmp(gradient, reference, size) == 0 && equal;
    bench_print("train %lu weights %ld probed %lu signs %lu gradient %lu equal %d\n", (unsigned long)number,
                (long)weights, (unsigned long)probe, (unsigned long)bench_instructions(again, end),
                (unsigned long)bench_instructions(start, middle), equal);
    free(nodes);
    free(gradient);
    free(reference);
    return !equal;
}

int bench_shapes(void) {
    static random_layer layer;
    static int8_t expected[LAYER_BYTES];
    static int8_t actual[LAYER_BYTES];
    int failures = 0;
    random_seed(1);
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        row_fill(&layer, &rows[i]);
        attune_call call = layer_call(&layer, expected);
        uint32_t start = bench_ticks();
        attune_portable_run(&call);
        uint32_t middle = bench_ticks();
        call.output = actual;
        attune_backend_use(ATTUNE_BACKEND_DSP);
        uint32_t again = bench_ticks();
        attune_call_run(&call);
        uint32_t end = bench_ticks();
        int32_t bytes = attune_record_positions(layer.record) * rows[i].output_c;
        int equal = memcmp(expected, actual, (size_t)bytes) == 0;
        memset(actual, 0x55, (size_t)bytes);
        uint32_t single = by_line(&call);
        equal = memcmp(expected, actual, (size_t)bytes) == 0 && equal;
        failures += !equal;
        bench_print("shape %lu instructions %lu lines %lu portable %lu equal %d\n", (unsigned long)i,
                    (unsigned long)bench_instructions(again, end), (unsigned long)single,
                    (unsigned long)bench_instructions(start, middle), equal);
        if (attune_record_has_weights(layer.record)) {
            failures += training(&layer, &call, expected, actual, i);
        }
    }
    return failures;
}
