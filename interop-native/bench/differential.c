/* Random layers on the DSP kernels and on the portable ones: whole, and in pieces of lines that lie in rings. */
#include "backend.h"
#include "bench.h"
#include "random.h"
#include "random_layer.h"

#include <string.h>

enum { OUTPUT_WORDS = 1 << 16 };

static random_layer layer;
static int32_t expected[OUTPUT_WORDS];
static int32_t actual[OUTPUT_WORDS];
static int64_t expected_sums[2 * LAYER_CHANNELS];
static int64_t first_sums[2 * LAYER_CHANNELS];
/* Rings of the inputs and the output. */
static int8_t input_ring[LAYER_BYTES];
static int8_t input2_ring[LAYER_BYTES];
static int32_t output_ring[OUTPUT_WORDS];

static const int32_t operators[] = {ATTUNE_CONV_2D,         ATTUNE_CONV_2D, ATTUNE_DEPTHWISE_CONV_2D,
                                    ATTUNE_FULLY_CONNECTED, ATTUNE_ADD,     ATTUNE_AVERAGE_POOL_2D};

static void window_random(int32_t *record, int axis, int32_t largest_dilation) {
    int32_t input = record[ATTUNE_INPUT_N + 1 + axis];
    int32_t kernel = random_chance(60) ? 2 * random_between(0, 3) + 1 : random_between(1, 8);
    int32_t stride = random_chance(60) ? 1 : random_between(1, 3);
    int32_t dilation = random_chance(75) ? 1 : random_between(1, largest_dilation);
    int32_t pad = random_chance(60) ? kernel / 2 : random_between(0, (kernel - 1) * dilation);
    int32_t outputs = (input - 1 + pad) / stride + 1;
    record[ATTUNE_KERNEL_H + axis] = kernel;
    record[ATTUNE_STRIDE_H + axis] = stride;
    record[ATTUNE_DILATION_H + axis] = dilation;
    record[ATTUNE_PAD_TOP + axis] = pad;
    record[ATTUNE_OUTPUT_N + 1 + axis] = random_between(outputs > 2 ? outputs - 2 : 1, outputs);
}

static int32_t channels_random(void) {
    return random_chance(50) ? 4 * random_between(1, random_chance(20) ? 50 : 8)
                             : random_between(1, random_chance(20) ? 150 : 20);
}

static void shapes_random(int32_t *record) {
    int32_t *input = record + ATTUNE_INPUT_N;
    int32_t *output = record + ATTUNE_OUTPUT_N;
    layer_shape(input, random_between(1, 2), random_between(1, 12), random_between(1, 12), channels_random());
    memcpy(output, input, 4 * sizeof *output);
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        record[ATTUNE_GROUPS] = random_chance(85) ? 1 : random_between(1, 4);
        input[3] = random_chance(15) ? 3 : input[3] * record[ATTUNE_GROUPS];
        record[ATTUNE_GROUPS] = input[3] % record[ATTUNE_GROUPS] == 0 ? record[ATTUNE_GROUPS] : 1;
        output[3] = channels_random() * record[ATTUNE_GROUPS];
        if (random_chance(50)) {
            window_random(record, 0, 2);
            window_random(record, 1, 2);
        } else if (random_chance(20)) {
            input[3] = output[3] = random_between(600, 1000);
            output[3] = random_between(1, 9);
            record[ATTUNE_GROUPS] = 1;
        }
        break;
    case ATTUNE_DEPTHWISE_CONV_2D:
        record[ATTUNE_GROUPS] = random_chance(80) ? 1 : random_between(1, 4);
        output[3] = input[3] * record[ATTUNE_GROUPS];
        window_random(record, 0, 3);
        window_random(record, 1, 3);
        break;
    case ATTUNE_FULLY_CONNECTED:
        layer_shape(input, random_between(1, 3), 1, 1, random_between(1, random_chance(30) ? 700 : 60));
        layer_shape(output, input[0], 1, 1, random_between(1, random_chance(30) ? 150 : 20));
        record[ATTUNE_WEIGHTS_ZERO] = random_chance(20) ? random_between(-128, 127) : 0;
        break;
    case ATTUNE_ADD:
        memcpy(record + ATTUNE_INPUT2_N, input, 4 * sizeof *input);
        if (random_chance(20)) {
            record[ATTUNE_INPUT2_N + random_between(0, 3)] = 1;
        }
        break;
    case ATTUNE_AVERAGE_POOL_2D:
        window_random(record, 0, 1);
        window_random(record, 1, 1);
        break;
    }
}

static int32_t elements(const int32_t *shape) {
    return shape[0] * shape[1] * shape[2] * shape[3];
}

static int fits(const int32_t *record) {
    return elements(record + ATTUNE_INPUT_N) <= LAYER_BYTES && elements(record + ATTUNE_OUTPUT_N) <= OUTPUT_WORDS &&
           attune_record_channels(record) <= LAYER_CHANNELS &&
           attune_record_channels(record) * attune_record_filter_size(record) <= 1 << 16;
}

static void layer_random(void) {
    do {
        layer_neutral(&layer, operators[random_between(0, 5)]);
        shapes_random(layer.record);
    } while (!fits(layer.record));
    layer_fill(&layer, random_chance(60));
}

/* The mode and what goes with it. */
static void call_random(attune_call *call) {
    if (!attune_record_has_weights(layer.record)) {
        return;
    }
    call->mode = random_chance(40) ? 0 : random_chance(50) ? 1 << random_between(0, 4) : random_between(0, 31);
    call->seed_low = random_word();
    call->seed_high = random_word();
    if (random_chance(20)) {
        call->parameters.bias = NULL;
    }
    if (random_chance(20)) {
        call->parameters.rescale = layer.rescale;
    }
    if (call->mode & ATTUNE_RUN_STATISTICS) {
        call->sums = layer.sums;
    }
}

static int same(const attune_call *call, int32_t bytes) {
    return memcmp(expected, actual, (size_t)bytes) == 0 &&
           (call->sums == NULL || memcmp(expected_sums, layer.sums, sizeof expected_sums) == 0);
}

/* The lines of the first input that output lines first .. first + count - 1 need. */
static void lines_needed(const int32_t *record, int32_t first, int32_t count, int32_t *low, int32_t *end) {
    int32_t output_h = record[ATTUNE_OUTPUT_N + 1];
    int32_t input_h = record[ATTUNE_INPUT_N + 1];
    if (record[ATTUNE_OPERATOR] == ATTUNE_ADD || record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED) {
        *low = first;
        *end = first + count;
        return;
    }
    int32_t last = first + count - 1;
    int32_t top = first % output_h * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    int32_t bottom = last % output_h * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP] +
                     (record[ATTUNE_KERNEL_H] - 1) * record[ATTUNE_DILATION_H];
    top = top < 0 ? 0 : top;
    bottom = bottom >= input_h ? input_h - 1 : bottom;
    *low = first / output_h * input_h + top;
    *end = last / output_h * input_h + bottom + 1;
}

static int32_t largest_of(int32_t a, int32_t b) {
    return a > b ? a : b;
}

/* The whole output in pieces; what is not in a ring is not there. Returns 0 if a piece was not taken. */
static int run_pieces(attune_call *call, int32_t element) {
    const int32_t *record = layer.record;
    const int32_t *shape = record + ATTUNE_INPUT_N;
    int32_t input_row = shape[2] * shape[3];
    int32_t row = record[ATTUNE_OUTPUT_N + 2] * record[ATTUNE_OUTPUT_N + 3] * element;
    int32_t lines = record[ATTUNE_OUTPUT_N] * record[ATTUNE_OUTPUT_N + 1];
    int32_t piece = random_between(1, lines);
    for (int32_t first = 0; first < lines; first += piece) {
        int32_t count = lines - first < piece ? lines - first : piece;
        int32_t low, end;
        lines_needed(record, first, count, &low, &end);
        int32_t ring = random_between(end - low > 1 ? end - low : 1, largest_of(end - low, shape[0] * shape[1]));
        memset(input_ring, 0x33, sizeof input_ring / 8);
        for (int32_t line = low; line < end; line++) {
            memcpy(input_ring + line % ring * input_row, layer.input + line * input_row, (size_t)input_row);
            if (call->input2 != NULL) {
                memcpy(input2_ring + line % ring * input_row, layer.input2 + line * input_row, (size_t)input_row);
            }
        }
        attune_call part = *call;
        part.input = input_ring;
        part.input2 = call->input2 == NULL ? NULL : input2_ring;
        part.input_ring = part.input2_ring = ring;
        part.output = output_ring;
        part.output_ring = random_between(count, lines);
        part.line_first = first;
        part.line_count = count;
        if (!attune_backend_run(&part)) {
            return 0;
        }
        for (int32_t line = first; line < first + count; line++) {
            memcpy((int8_t *)actual + line * row, (int8_t *)output_ring + line % part.output_ring * row, (size_t)row);
        }
    }
    return 1;
}

static int report(uint32_t seed, const attune_call *call, const char *what) {
    const int32_t *record = layer.record;
    const int32_t *in = record + ATTUNE_INPUT_N;
    const int32_t *out = record + ATTUNE_OUTPUT_N;
    bench_print("random %lu %s differs: operator %ld mode %ld input %ldx%ldx%ldx%ld output %ldx%ldx%ldx%ld", seed, what,
                record[ATTUNE_OPERATOR], call->mode, in[0], in[1], in[2], in[3], out[0], out[1], out[2], out[3]);
    bench_print(" kernel %ldx%ld stride %ldx%ld dilation %ldx%ld pad %ldx%ld groups %ld\n", record[ATTUNE_KERNEL_H],
                record[ATTUNE_KERNEL_W], record[ATTUNE_STRIDE_H], record[ATTUNE_STRIDE_W], record[ATTUNE_DILATION_H],
                record[ATTUNE_DILATION_W], record[ATTUNE_PAD_TOP], record[ATTUNE_PAD_LEFT], record[ATTUNE_GROUPS]);
    return 1;
}

int bench_random(uint32_t first, uint32_t count) {
    int failures = 0;
    uint32_t taken = 0;
    uint32_t pieces = 0;
    attune_backend_use(ATTUNE_BACKEND_DSP);
    for (uint32_t seed = first; seed < first + count; seed++) {
        random_seed(seed);
        layer_random();
        attune_call call = layer_call(&layer, expected);
        call_random(&call);
        int32_t element = call.mode & ATTUNE_RUN_ACCUMULATORS ? 4 : 1;
        int32_t bytes = elements(layer.record + ATTUNE_OUTPUT_N) * element;
        memcpy(first_sums, layer.sums, sizeof first_sums);
        layer_portable(&call);
        memcpy(expected_sums, layer.sums, sizeof expected_sums);
        memcpy(layer.sums, first_sums, sizeof first_sums);
        call.output = actual;
        memset(actual, 0x55, (size_t)bytes);
        if (attune_backend_run(&call)) {
            taken++;
            failures += !same(&call, bytes) && report(seed, &call, "whole");
        }
        memcpy(layer.sums, first_sums, sizeof first_sums);
        memset(actual, 0x55, (size_t)bytes);
        int plain = layer.record[ATTUNE_OPERATOR] != ATTUNE_ADD ||
                    memcmp(layer.record + ATTUNE_INPUT_N, layer.record + ATTUNE_INPUT2_N, 16) == 0;
        if (plain && run_pieces(&call, element)) {
            pieces++;
            failures += !same(&call, bytes) && report(seed, &call, "pieces");
        }
    }
    bench_print("random %lu taken %lu pieces %lu failed %d\n", count, taken, pieces, failures);
    return failures;
}
