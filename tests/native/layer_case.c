#include "layer_case.h"

#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t case_elements(const int32_t *shape) {
    return (int64_t)shape[0] * shape[1] * shape[2] * shape[3];
}

static int has_weights(const layer_case *layer) {
    return layer->record[ATTUNE_OPERATOR] <= ATTUNE_FULLY_CONNECTED;
}

static int32_t random_multiplier(void) {
    return random_chance(5) ? 0 : random_between(1 << 30, INT32_MAX);
}

/* A shift that brings values of this size to some tens, or any. */
static int32_t random_shift(double size) {
    if (random_chance(15)) {
        return random_between(-31, 30);
    }
    int32_t shift = 6 - (int32_t)log2(size) + random_between(-3, 2);
    return shift < -31 ? -31 : shift > 30 ? 30 : shift;
}

static void shape_set(int32_t *shape, int32_t n, int32_t h, int32_t w, int32_t c) {
    shape[0] = n;
    shape[1] = h;
    shape[2] = w;
    shape[3] = c;
}

static void shape_random(int32_t *shape, int32_t largest_c) {
    shape_set(shape, random_between(1, 2), random_between(1, 8), random_between(1, 8), random_between(1, largest_c));
}

static void clamp_random(int32_t *record) {
    if (random_chance(50)) {
        record[ATTUNE_ACT_MIN] = random_between(-128, 0);
        record[ATTUNE_ACT_MAX] = random_between(record[ATTUNE_ACT_MIN], 127);
    }
}

/* Kernel, stride, dilation, padding and output size of one axis. */
static void window_random(int32_t *record, int axis, int32_t largest_dilation) {
    int32_t input = record[ATTUNE_INPUT_N + 1 + axis];
    int32_t kernel = random_between(1, 5);
    int32_t stride = random_between(1, 3);
    int32_t dilation = random_chance(60) ? 1 : random_between(1, largest_dilation);
    int32_t pad = random_between(0, random_chance(50) ? (kernel - 1) * dilation : kernel / 2);
    int32_t largest_output = (input - 1 + pad) / stride + 1;
    pad = pad > (kernel - 1) * dilation ? (kernel - 1) * dilation : pad;
    record[ATTUNE_KERNEL_H + axis] = kernel;
    record[ATTUNE_STRIDE_H + axis] = stride;
    record[ATTUNE_DILATION_H + axis] = dilation;
    record[ATTUNE_PAD_TOP + axis] = pad;
    largest_output = (input - 1 + pad) / stride + 1;
    record[ATTUNE_OUTPUT_N + 1 + axis] = random_between(largest_output > 2 ? largest_output - 2 : 1, largest_output);
}

static void convolution_random(int32_t *record) {
    int depthwise = record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    int32_t groups = depthwise || random_chance(20) ? random_between(1, 4) : 1;
    int32_t input_c = random_between(1, random_chance(20) ? 90 : 12);
    int32_t output_c = random_between(1, random_chance(20) ? 80 : 9);
    shape_random(record + ATTUNE_INPUT_N, 1);
    record[ATTUNE_INPUT_N + 3] = depthwise ? input_c : input_c * groups;
    record[ATTUNE_OUTPUT_N] = record[ATTUNE_INPUT_N];
    record[ATTUNE_OUTPUT_N + 3] = depthwise ? input_c * groups : output_c * groups;
    record[ATTUNE_GROUPS] = groups;
    window_random(record, 0, 3);
    window_random(record, 1, 3);
    if (random_chance(25)) {
        for (int axis = 0; axis < 2; axis++) {
            record[ATTUNE_KERNEL_H + axis] = record[ATTUNE_STRIDE_H + axis] = record[ATTUNE_DILATION_H + axis] = 1;
            record[ATTUNE_PAD_TOP + axis] = 0;
            record[ATTUNE_OUTPUT_N + 1 + axis] = record[ATTUNE_INPUT_N + 1 + axis];
        }
    }
}

static void elementwise_random(int32_t *record) {
    shape_random(record + ATTUNE_OUTPUT_N, 70);
    for (int axis = 0; axis < 4; axis++) {
        int32_t size = record[ATTUNE_OUTPUT_N + axis];
        int equal = random_chance(50);
        record[ATTUNE_INPUT_N + axis] = equal || random_chance(60) ? size : 1;
        record[ATTUNE_INPUT2_N + axis] = equal || random_chance(60) ? size : 1;
    }
    if (random_chance(40)) {
        memcpy(record + ATTUNE_INPUT_N, record + ATTUNE_OUTPUT_N, 4 * sizeof *record);
        memcpy(record + ATTUNE_INPUT2_N, record + ATTUNE_OUTPUT_N, 4 * sizeof *record);
    }
    record[ATTUNE_INPUT2] = 1;
    record[ATTUNE_INPUT2_ZERO] = random_between(-128, 127);
    record[ATTUNE_MULTIPLIER] = random_multiplier();
    record[ATTUNE_SHIFT] = random_shift(5000);
    if (record[ATTUNE_OPERATOR] == ATTUNE_ADD) {
        record[ATTUNE_LEFT_SHIFT] = random_chance(80) ? 20 : random_between(0, 22);
        record[ATTUNE_MULTIPLIER1] = random_multiplier();
        record[ATTUNE_MULTIPLIER2] = random_multiplier();
        record[ATTUNE_SHIFT1] = random_chance(80) ? random_between(-6, 0) : random_between(-31, 30);
        record[ATTUNE_SHIFT2] = random_chance(80) ? random_between(-6, 0) : random_between(-31, 30);
        record[ATTUNE_SHIFT] = random_shift(ldexp(100, record[ATTUNE_LEFT_SHIFT]));
    }
}

static void mean_random(int32_t *record) {
    shape_random(record + ATTUNE_INPUT_N, 20);
    record[ATTUNE_AXES] = random_chance(50) ? 6 : random_between(1, 15);
    for (int axis = 0; axis < 4; axis++) {
        record[ATTUNE_OUTPUT_N + axis] = record[ATTUNE_AXES] >> axis & 1 ? 1 : record[ATTUNE_INPUT_N + axis];
    }
    record[ATTUNE_MULTIPLIER] = random_multiplier();
    record[ATTUNE_SHIFT] = random_shift(50);
}

static void pad_random(int32_t *record) {
    shape_random(record + ATTUNE_INPUT_N, 12);
    for (int axis = 0; axis < 4; axis++) {
        record[ATTUNE_PAD_BEFORE_N + axis] = random_between(0, 2);
        record[ATTUNE_PAD_AFTER_N + axis] = random_between(0, 2);
        record[ATTUNE_OUTPUT_N + axis] =
            record[ATTUNE_INPUT_N + axis] + record[ATTUNE_PAD_BEFORE_N + axis] + record[ATTUNE_PAD_AFTER_N + axis];
    }
    record[ATTUNE_PAD_VALUE] = random_between(-128, 127);
}

static void softmax_random(int32_t *record) {
    shape_random(record + ATTUNE_INPUT_N, random_chance(20) ? 700 : 20);
    memcpy(record + ATTUNE_OUTPUT_N, record + ATTUNE_INPUT_N, 4 * sizeof *record);
    record[ATTUNE_MULTIPLIER] = random_between(1 << 30, INT32_MAX);
    record[ATTUNE_SHIFT] = random_between(17, 27);
    record[ATTUNE_DIFF_MIN] = -(int32_t)(((int64_t)31 << 26) >> record[ATTUNE_SHIFT]);
}

static void fully_connected_random(int32_t *record) {
    int32_t rows = random_between(1, 3);
    shape_set(record + ATTUNE_INPUT_N, rows, 1, 1, random_between(1, random_chance(30) ? 700 : 40));
    shape_set(record + ATTUNE_OUTPUT_N, rows, 1, 1, random_between(1, random_chance(30) ? 150 : 20));
    record[ATTUNE_WEIGHTS_ZERO] = random_chance(30) ? random_between(-128, 127) : 0;
}

static void operator_random(int32_t *record) {
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
    case ATTUNE_DEPTHWISE_CONV_2D:
        convolution_random(record);
        break;
    case ATTUNE_FULLY_CONNECTED:
        fully_connected_random(record);
        break;
    case ATTUNE_ADD:
    case ATTUNE_MUL:
        elementwise_random(record);
        break;
    case ATTUNE_AVERAGE_POOL_2D:
    case ATTUNE_MAX_POOL_2D:
        shape_random(record + ATTUNE_INPUT_N, 90);
        record[ATTUNE_OUTPUT_N] = record[ATTUNE_INPUT_N];
        record[ATTUNE_OUTPUT_N + 3] = record[ATTUNE_INPUT_N + 3];
        window_random(record, 0, 1);
        window_random(record, 1, 1);
        break;
    case ATTUNE_MEAN:
        mean_random(record);
        break;
    case ATTUNE_PAD:
        pad_random(record);
        break;
    case ATTUNE_SOFTMAX:
        softmax_random(record);
        break;
    case ATTUNE_RESHAPE:
        shape_random(record + ATTUNE_INPUT_N, 30);
        shape_set(record + ATTUNE_OUTPUT_N, 1, 1, 1, (int32_t)case_elements(record + ATTUNE_INPUT_N));
        break;
    case ATTUNE_REQUANTIZE:
        shape_random(record + ATTUNE_INPUT_N, 30);
        memcpy(record + ATTUNE_OUTPUT_N, record + ATTUNE_INPUT_N, 4 * sizeof *record);
        record[ATTUNE_MULTIPLIER] = random_multiplier();
        record[ATTUNE_SHIFT] = random_shift(64);
        break;
    case ATTUNE_UPSAMPLE: {
        int32_t factor = random_between(1, 6);
        const int32_t *input = record + ATTUNE_INPUT_N;
        shape_random(record + ATTUNE_INPUT_N, 6);
        shape_set(record + ATTUNE_OUTPUT_N, input[0], factor * input[1], factor * input[2], input[3]);
        break;
    }
    case ATTUNE_MEDIAN_2D:
        shape_random(record + ATTUNE_INPUT_N, 30);
        memcpy(record + ATTUNE_OUTPUT_N, record + ATTUNE_INPUT_N, 4 * sizeof *record);
        record[ATTUNE_OUTPUT_ZERO] = record[ATTUNE_INPUT_ZERO];
        record[ATTUNE_THRESHOLD] = random_chance(30) ? 255 : random_between(0, 255);
        record[ATTUNE_THRESHOLD_SOURCE] = random_between(0, 255);
        break;
    }
}

/* Places an array of the model, with a gap before it. */
static int32_t model_place(layer_case *layer, int64_t bytes, int32_t alignment) {
    int32_t offset = layer->model_used + random_between(0, 9);
    offset = (offset + alignment - 1) / alignment * alignment;
    layer->model_used = (int32_t)(offset + bytes);
    return offset;
}

static int32_t arena_place(layer_case *layer, int64_t bytes, int32_t alignment) {
    int32_t offset = layer->arena_used + random_between(0, 9);
    offset = (offset + alignment - 1) / alignment * alignment;
    layer->arena_used = (int32_t)(offset + bytes);
    return offset;
}

static void words_store(uint8_t *memory, int32_t offset, int32_t index, const void *word) {
    memcpy(memory + offset + 4 * index, word, 4);
}

static int32_t random_bias(void) {
    if (random_chance(10)) {
        return random_chance(50) ? INT32_MIN + random_between(0, 100) : INT32_MAX - random_between(0, 100);
    }
    return random_between(-20000, 20000);
}

static float random_rescale(double size) {
    static const double odd[] = {0, -1, 1e-30, 1e30, 1073741824.0, 1073741760.0, 0.00000000023283064365386963};
    if (random_chance(10)) {
        int which = random_between(0, 8);
        return which == 7 ? NAN : which == 8 ? INFINITY : (float)odd[which];
    }
    return (float)ldexp(random_between(1 << 24, 1 << 25), random_shift(size) - 25);
}

static void parameters_random(layer_case *layer) {
    int32_t *record = layer->record;
    int32_t channels = record[ATTUNE_OUTPUT_N + 3];
    int64_t filter = naive_filter_size(record);
    double size = 5000 * sqrt((double)filter);
    record[ATTUNE_WEIGHTS] = model_place(layer, channels * filter, 1);
    record[ATTUNE_BIAS] = random_chance(80) ? model_place(layer, 4 * channels, 4) : -1;
    record[ATTUNE_MULTIPLIERS] = model_place(layer, 4 * channels, 4);
    record[ATTUNE_SHIFTS] = model_place(layer, 4 * channels, 4);
    record[ATTUNE_SCALES] = random_chance(50) ? model_place(layer, 4 * channels, 4) : -1;
    record[ATTUNE_STATISTICS] = random_chance(50) ? model_place(layer, 8 * channels, 4) : -1;
    layer->binding[ATTUNE_BIND_WEIGHTS] = random_chance(30) ? arena_place(layer, channels * filter, 1) : -1;
    layer->binding[ATTUNE_BIND_BIAS] = random_chance(30) ? arena_place(layer, 4 * channels, 4) : -1;
    layer->binding[ATTUNE_BIND_RESCALE] = random_chance(30) ? arena_place(layer, 4 * channels, 4) : -1;
    for (int32_t c = 0; c < channels; c++) {
        int32_t multiplier = random_multiplier();
        int32_t shift = random_shift(size);
        int32_t bias = random_bias();
        int32_t bound_bias = random_bias();
        float rescale = random_rescale(size);
        words_store(layer->model, record[ATTUNE_MULTIPLIERS], c, &multiplier);
        words_store(layer->model, record[ATTUNE_SHIFTS], c, &shift);
        if (record[ATTUNE_BIAS] >= 0) {
            words_store(layer->model, record[ATTUNE_BIAS], c, &bias);
        }
        if (layer->binding[ATTUNE_BIND_BIAS] >= 0) {
            words_store(layer->arena, layer->binding[ATTUNE_BIND_BIAS], c, &bound_bias);
        }
        if (layer->binding[ATTUNE_BIND_RESCALE] >= 0) {
            words_store(layer->arena, layer->binding[ATTUNE_BIND_RESCALE], c, &rescale);
        }
    }
    layer->mode = random_chance(40) ? 0 : random_between(0, 31);
    record[ATTUNE_BLOCK] = 0;
}

/* Bytes, extreme ones more often than by chance. */
static void bytes_random(uint8_t *memory, int32_t count) {
    int extremes = random_chance(20) ? 70 : 2;
    for (int32_t i = 0; i < count; i++) {
        memory[i] = random_chance(extremes) ? (random_chance(50) ? 0x80 : 0x7f) : (uint8_t)random_word();
    }
}

int64_t case_output_bytes(const layer_case *layer) {
    return case_elements(layer->record + ATTUNE_OUTPUT_N) * (layer->mode & ATTUNE_RUN_ACCUMULATORS ? 4 : 1);
}

static int in_place(const layer_case *layer) {
    int32_t operation = layer->record[ATTUNE_OPERATOR];
    return (operation == ATTUNE_RESHAPE || operation == ATTUNE_REQUANTIZE) && random_chance(40);
}

static void record_neutral(int32_t *record, int32_t operation) {
    memset(record, 0, ATTUNE_RECORD_WORDS * sizeof *record);
    record[ATTUNE_OPERATOR] = operation;
    record[ATTUNE_INPUT2] = -1;
    for (int word = ATTUNE_WEIGHTS; word <= ATTUNE_STATISTICS; word++) {
        record[word] = -1;
    }
    record[ATTUNE_BLOCK] = -1;
    record[ATTUNE_INPUT_ZERO] = random_between(-128, 127);
    record[ATTUNE_OUTPUT_ZERO] = random_between(-128, 127);
    record[ATTUNE_ACT_MIN] = -128;
    record[ATTUNE_ACT_MAX] = 127;
}

void case_create(layer_case *layer, int32_t operation) {
    int32_t *record = layer->record;
    memset(layer, 0, sizeof *layer);
    layer->model = malloc(CASE_MODEL_BYTES);
    layer->arena = malloc(CASE_ARENA_BYTES);
    bytes_random(layer->model, CASE_MODEL_BYTES);
    bytes_random(layer->arena, CASE_ARENA_BYTES);
    layer->model_used = CASE_RECORD + ATTUNE_RECORD_WORDS * 4;
    layer->arena_used = CASE_BINDING + ATTUNE_BINDING_WORDS * 4;
    layer->seed_low = random_word();
    layer->seed_high = random_word();
    record_neutral(record, operation);
    operator_random(record);
    clamp_random(record);
    int64_t inputs2 = case_elements(record + ATTUNE_INPUT2_N);
    layer->binding[ATTUNE_BIND_INPUT] = arena_place(layer, case_elements(record + ATTUNE_INPUT_N), 1);
    layer->binding[ATTUNE_BIND_INPUT2] = inputs2 > 0 ? arena_place(layer, inputs2, 1) : -1;
    for (int word = ATTUNE_BIND_SCRATCH; word <= ATTUNE_BIND_RESCALE; word++) {
        layer->binding[word] = -1;
    }
    int own = operation != ATTUNE_MEDIAN_2D || random_chance(50);
    layer->binding[ATTUNE_BIND_THRESHOLD] = own ? -1 : random_between(0, 255);
    if (has_weights(layer)) {
        parameters_random(layer);
    } else if (inputs2 > 0 && random_chance(30)) {
        record[ATTUNE_FLAGS] = ATTUNE_FLAG_CONSTANT_INPUT2;
        record[ATTUNE_INPUT2] = -1;
        record[ATTUNE_WEIGHTS] = model_place(layer, inputs2, 1);
        layer->binding[ATTUNE_BIND_INPUT2] = -1;
    }
    layer->binding[ATTUNE_BIND_OUTPUT] =
        in_place(layer) ? layer->binding[ATTUNE_BIND_INPUT] : arena_place(layer, case_output_bytes(layer), 4);
    if (layer->mode & ATTUNE_RUN_STATISTICS) {
        layer->binding[ATTUNE_BIND_STATISTICS] = arena_place(layer, 16 * record[ATTUNE_OUTPUT_N + 3], 8);
    }
    /* Scratch comes last: its size is the library's business. */
    layer->binding[ATTUNE_BIND_SCRATCH] = arena_place(layer, 0, 16);
    memcpy(layer->model + CASE_RECORD, record, sizeof layer->record);
    memcpy(layer->arena + CASE_BINDING, layer->binding, sizeof layer->binding);
}

void case_free(layer_case *layer) {
    free(layer->model);
    free(layer->arena);
}

int32_t case_open(const layer_case *layer) {
    int32_t arena = attune_arena_open(CASE_ARENA_BYTES);
    attune_model_open(arena, CASE_MODEL_BYTES);
    attune_model_write(arena, 0, layer->model, 0, CASE_MODEL_BYTES);
    attune_arena_write(arena, 0, layer->arena, 0, CASE_ARENA_BYTES);
    attune_arena_high_water_reset(arena);
    return arena;
}

int32_t case_touched(const layer_case *layer, int32_t scratch) {
    const int32_t *record = layer->record;
    int64_t channels = record[ATTUNE_OUTPUT_N + 3];
    int64_t bytes[ATTUNE_BINDING_WORDS] = {0};
    int64_t end = CASE_BINDING + ATTUNE_BINDING_WORDS * 4;
    bytes[ATTUNE_BIND_INPUT] = case_elements(record + ATTUNE_INPUT_N);
    bytes[ATTUNE_BIND_INPUT2] = case_elements(record + ATTUNE_INPUT2_N);
    bytes[ATTUNE_BIND_OUTPUT] = case_output_bytes(layer);
    bytes[ATTUNE_BIND_SCRATCH] = scratch;
    bytes[ATTUNE_BIND_STATISTICS] = 16 * channels;
    bytes[ATTUNE_BIND_WEIGHTS] = channels * naive_filter_size(record);
    bytes[ATTUNE_BIND_BIAS] = 4 * channels;
    bytes[ATTUNE_BIND_RESCALE] = 4 * channels;
    for (int word = 0; word < ATTUNE_BINDING_WORDS; word++) {
        int64_t stop = layer->binding[word] + bytes[word];
        if (layer->binding[word] >= 0 && bytes[word] > 0 && stop > end) {
            end = stop;
        }
    }
    return (int32_t)end;
}

/* An array that the binding may have moved into the arena. */
static const void *array(const layer_case *layer, int32_t field, int32_t bound) {
    if (layer->binding[bound] >= 0) {
        return layer->arena + layer->binding[bound];
    }
    return layer->record[field] >= 0 ? layer->model + layer->record[field] : NULL;
}

naive_layer case_naive(const layer_case *layer) {
    naive_layer naive = {
        .record = layer->record, .mode = layer->mode, .seed_low = layer->seed_low, .seed_high = layer->seed_high};
    naive.threshold = layer->binding[ATTUNE_BIND_THRESHOLD];
    naive.input = (const int8_t *)layer->arena + layer->binding[ATTUNE_BIND_INPUT];
    naive.input2 = array(layer, ATTUNE_WEIGHTS, ATTUNE_BIND_INPUT2);
    if (has_weights(layer)) {
        naive.weights = array(layer, ATTUNE_WEIGHTS, ATTUNE_BIND_WEIGHTS);
        naive.bias = array(layer, ATTUNE_BIAS, ATTUNE_BIND_BIAS);
        naive.multipliers = (const void *)(layer->model + layer->record[ATTUNE_MULTIPLIERS]);
        naive.shifts = (const void *)(layer->model + layer->record[ATTUNE_SHIFTS]);
        naive.rescale = layer->binding[ATTUNE_BIND_RESCALE] >= 0
                            ? (const void *)(layer->arena + layer->binding[ATTUNE_BIND_RESCALE])
                            : NULL;
    }
    return naive;
}
