/* Gradients of random layers on the faster kernels and on the portable ones, and of random signs. */
#include "bench.h"
#include "layers/backend.h"
#include "random.h"
#include "random_layer.h"
#include "training/gradient_portable.h"
#include "training/signed_add.h"

#include <stdlib.h>
#include <string.h>

enum { CASES = 1500, SIGNS = 2000, WEIGHTS = 1 << 14, NODES = 1 << 14 };

static random_layer *layer; /* on the heap */
static float nodes[NODES];
static float expected[WEIGHTS];
static float actual[WEIGHTS];
static int8_t *buffer; /* LAYER_BYTES, likewise */

/* Any float that is not infinite or no number, small ones included; exponents are near each other. */
static float float_random(int wide) {
    uint32_t exponent = wide ? (uint32_t)random_between(0, 200) : (uint32_t)random_between(120, 130);
    uint32_t bits = (random_word() & 0x807fffffu) | exponent << 23;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void floats_random(float *values, int32_t count, int wide) {
    for (int32_t i = 0; i < count; i++) {
        values[i] = float_random(wide);
    }
}

static void window_random(int32_t *record, int axis) {
    int32_t input = record[ATTUNE_INPUT_N + 1 + axis];
    int32_t kernel = random_chance(60) ? 2 * random_between(0, 3) + 1 : random_between(1, 8);
    int32_t stride = random_chance(60) ? 1 : random_between(1, 3);
    int32_t dilation = random_chance(75) ? 1 : random_between(1, 3);
    int32_t pad = random_chance(60) ? kernel / 2 : random_between(0, (kernel - 1) * dilation);
    record[ATTUNE_KERNEL_H + axis] = kernel;
    record[ATTUNE_STRIDE_H + axis] = stride;
    record[ATTUNE_DILATION_H + axis] = dilation;
    record[ATTUNE_PAD_TOP + axis] = pad;
    record[ATTUNE_OUTPUT_N + 1 + axis] = (input - 1 + pad) / stride + 1;
}

static int32_t channels_random(int32_t largest) {
    return random_chance(50) ? 4 * random_between(1, largest / 4) : random_between(1, largest);
}

static void record_random(int32_t *record) {
    int32_t *input = record + ATTUNE_INPUT_N;
    int32_t *output = record + ATTUNE_OUTPUT_N;
    int long_line = random_chance(10);
    int32_t groups = random_chance(75) ? 1 : random_between(2, 3);
    layer_shape(input, random_between(1, 2), random_between(1, 10), random_between(1, 10), channels_random(40));
    if (long_line) {
        layer_shape(input, 1, random_between(1, 3), random_between(60, 150), channels_random(8));
    }
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_FULLY_CONNECTED:
        layer_shape(input, random_between(1, 3), 1, 1, channels_random(600));
        layer_shape(output, input[0], 1, 1, channels_random(100));
        return;
    case ATTUNE_CONV_2D:
        input[3] = random_chance(20) ? 3 : input[3] * groups;
        record[ATTUNE_GROUPS] = input[3] % groups == 0 ? groups : 1;
        memcpy(output, input, 4 * sizeof *output);
        output[3] = record[ATTUNE_GROUPS] * channels_random(80);
        break;
    default:
        record[ATTUNE_GROUPS] = groups;
        memcpy(output, input, 4 * sizeof *output);
        output[3] = input[3] * groups;
    }
    if (record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D || random_chance(60)) {
        window_random(record, 0);
        window_random(record, 1);
    }
}

static int fits(const int32_t *record) {
    const int32_t *input = record + ATTUNE_INPUT_N;
    int32_t channels = attune_record_channels(record);
    return input[0] * input[1] * input[2] * input[3] <= LAYER_BYTES && channels <= LAYER_CHANNELS &&
           attune_record_positions(record) * channels <= NODES &&
           channels * attune_record_filter_size(record) <= WEIGHTS;
}

/* Input lines low .. end - 1 are read by output lines first .. first + count - 1. */
static void lines_needed(const int32_t *record, int32_t first, int32_t count, int32_t *low, int32_t *end) {
    int32_t output_h = record[ATTUNE_OUTPUT_N + 1];
    int32_t input_h = record[ATTUNE_INPUT_N + 1];
    int32_t last = first + count - 1;
    int32_t top = first % output_h * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    int32_t bottom = last % output_h * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP] +
                     (record[ATTUNE_KERNEL_H] - 1) * record[ATTUNE_DILATION_H];
    top = top < 0 ? 0 : top;
    bottom = bottom >= input_h ? input_h - 1 : bottom;
    *low = first / output_h * input_h + top;
    *end = last / output_h * input_h + bottom + 1;
}

/* The same gradient in portions of lines, from a buffer of the lines that each needs. */
static void run_portions(const attune_gradient_call *whole) {
    const int32_t *record = whole->record;
    const int32_t *shape = record + ATTUNE_INPUT_N;
    int32_t row = shape[2] * shape[3];
    int32_t portion = random_between(1, whole->lines);
    for (int32_t line = 0; line < whole->lines; line += portion) {
        attune_gradient_call call = *whole;
        int32_t low, end;
        call.line = line;
        call.lines = whole->lines - line < portion ? whole->lines - line : portion;
        call.nodes = whole->nodes + line * record[ATTUNE_OUTPUT_N + 2] * whole->count;
        lines_needed(record, line, call.lines, &low, &end);
        call.input_ring = end - low < 1 ? 1 : random_between(end - low, shape[0] * shape[1]);
        call.input = buffer;
        memset(buffer, 0x33, LAYER_BYTES / 8);
        for (int32_t y = low; y < end; y++) {
            memcpy(buffer + y % call.input_ring * row, layer->input + y * row, (size_t)row);
        }
        attune_gradient_portable(&call, attune_backend_gradient(&call));
    }
}

/* The gradient of any tile of any layer, whole and in portions. */
static int inputs_differ(uint32_t seed) {
    static const int32_t operators[] = {ATTUNE_CONV_2D, ATTUNE_DEPTHWISE_CONV_2D, ATTUNE_FULLY_CONNECTED};
    do {
        layer_neutral(layer, operators[random_between(0, 9) * 3 / 10]);
        record_random(layer->record);
    } while (!fits(layer->record));
    layer_fill(layer);
    const int32_t *record = layer->record;
    attune_call forward = layer_call(layer, NULL);
    int32_t channels = attune_record_channels(record);
    int32_t first = random_chance(60) ? 0 : random_between(0, channels - 1);
    int32_t count = random_chance(60) ? channels - first : random_between(1, channels - first);
    int wide = random_chance(20);
    floats_random(nodes, NODES, wide);
    floats_random(expected, WEIGHTS, wide);
    memcpy(actual, expected, sizeof actual);
    attune_gradient_call call = {record,
                                 &forward.parameters,
                                 random_chance(20) ? ATTUNE_RUN_ACCUMULATORS : 0,
                                 layer->input,
                                 forward.input_ring,
                                 nodes,
                                 first,
                                 count,
                                 0,
                                 forward.line_count,
                                 expected};
    attune_gradient_portable(&call, 0);
    call.weights = actual;
    int portions = random_chance(50);
    if (portions) {
        run_portions(&call);
    } else {
        attune_gradient_portable(&call, attune_backend_gradient(&call));
    }
    if (memcmp(expected, actual, sizeof actual) == 0) {
        return 0;
    }
    bench_print("gradient %lu differs: operator %ld channels %ld of %ld portions %d", (unsigned long)seed,
                (long)record[ATTUNE_OPERATOR], (long)count, (long)channels, portions);
    bench_print(" input %ldx%ldx%ld kernel %ldx%ld\n", (long)record[ATTUNE_INPUT_N + 1],
                (long)record[ATTUNE_INPUT_N + 2], (long)record[ATTUNE_INPUT_N + 3], (long)record[ATTUNE_KERNEL_H],
                (long)record[ATTUNE_KERNEL_W]);
    return 1;
}

enum { SUMS = 2048 };

/* Signs of any stretch of elements, added to any sums. */
static int signs_differ(void) {
    static float sums[SUMS];
    static float reference[SUMS];
    int32_t count = random_between(1, SUMS);
    uint32_t element = (uint32_t)random_between(0, 100000);
    uint32_t low = random_word();
    uint32_t high = random_word();
    float delta = float_random(random_chance(20));
    floats_random(sums, SUMS, random_chance(20));
    memcpy(reference, sums, sizeof reference);
    for (int32_t i = 0; i < count; i++) {
        float sign = (float)attune_sign(element + (uint32_t)i, low, high);
        reference[i] += delta * sign;
    }
    attune_signed_add(sums, count, element, delta, low, high);
    return memcmp(sums, reference, sizeof reference) != 0;
}

int bench_gradients(void) {
    int inputs = 0;
    int signs = 0;
    layer = malloc(sizeof *layer);
    buffer = malloc(LAYER_BYTES);
    if (layer == NULL || buffer == NULL) {
        bench_print("there is no memory for the layers\n");
        return 1;
    }
    attune_backend_use(ATTUNE_BACKEND_DSP);
    for (uint32_t seed = 1; seed <= CASES; seed++) {
        random_seed(seed);
        inputs += inputs_differ(seed);
    }
    for (int32_t test = 0; test < SIGNS; test++) {
        signs += signs_differ();
    }
    bench_print("gradients %d failed %d signs %d failed %d\n", CASES, inputs, SIGNS, signs);
    free(buffer);
    free(layer);
    return inputs + signs;
}
