/* Instructions of single layers whose shapes other libraries were measured with. */
#include "backend.h"
#include "bench.h"
#include "random.h"
#include "random_layer.h"

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
    layer_fill(layer, 1);
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
        layer_portable(&call);
        uint32_t middle = bench_ticks();
        call.output = actual;
        attune_backend_use(ATTUNE_BACKEND_DSP);
        uint32_t again = bench_ticks();
        if (!attune_backend_run(&call)) {
            layer_portable(&call);
        }
        uint32_t end = bench_ticks();
        int32_t bytes = attune_record_positions(layer.record) * rows[i].output_c;
        int equal = memcmp(expected, actual, (size_t)bytes) == 0;
        failures += !equal;
        bench_print("shape %lu instructions %lu portable %lu equal %d\n", (unsigned long)i,
                    (unsigned long)bench_instructions(again, end), (unsigned long)bench_instructions(start, middle),
                    equal);
    }
    return failures;
}
