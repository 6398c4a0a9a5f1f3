#include "layer_case.h"

#include "random.h"
#include "record_random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t case_elements(const int32_t *shape) {
    return (int64_t)shape[0] * shape[1] * shape[2] * shape[3];
}

static int has_weights(const layer_case *layer) {
    return layer->record[ATTUNE_OPERATOR] <= ATTUNE_FULLY_CONNECTED;
}

static void clamp_random(int32_t *record) {
    if (random_chance(50)) {
        record[ATTUNE_ACT_MIN] = random_between(-128, 0);
        record[ATTUNE_ACT_MAX] = random_between(record[ATTUNE_ACT_MIN], 127);
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
    return (float)ldexp(random_between(1 << 24, 1 << 25), record_shift(size) - 25);
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
        int32_t multiplier = record_multiplier();
        int32_t shift = record_shift(size);
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

/* Whether a layer of this record could need more than the case's model or arena has. */
static int is_too_large(const int32_t *record) {
    const int64_t gaps_and_scratch = 1 << 14;
    int64_t channels = record[ATTUNE_OUTPUT_N + 3];
    int weighted = record[ATTUNE_OPERATOR] >= ATTUNE_CONV_2D && record[ATTUNE_OPERATOR] <= ATTUNE_FULLY_CONNECTED;
    int64_t weights = weighted ? channels * naive_filter_size(record) : 0;
    int64_t parameters = weights + 32 * channels + gaps_and_scratch;
    int64_t values = case_elements(record + ATTUNE_INPUT_N) + case_elements(record + ATTUNE_INPUT2_N) +
                     4 * case_elements(record + ATTUNE_OUTPUT_N);
    return parameters > CASE_MODEL_BYTES || parameters + values > CASE_ARENA_BYTES;
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
    do {
        memset(record, 0, sizeof layer->record);
        record_neutral(record, operation);
        naive_operator_find(operation)->record(record);
    } while (is_too_large(record));
    clamp_random(record);
    int64_t inputs2 = case_elements(record + ATTUNE_INPUT2_N);
    layer->binding[ATTUNE_BIND_INPUT] = arena_place(layer, case_elements(record + ATTUNE_INPUT_N), 1);
    layer->binding[ATTUNE_BIND_INPUT2] = inputs2 > 0 ? arena_place(layer, inputs2, 1) : -1;
    for (int word = ATTUNE_BIND_SCRATCH; word <= ATTUNE_BIND_RESCALE; word++) {
        layer->binding[word] = -1;
    }
    layer->binding[ATTUNE_BIND_THRESHOLD] = random_chance(50) ? -1 : random_between(0, 255);
    if (has_weights(layer)) {
        parameters_random(layer);
    } else if (operation == ATTUNE_LOGISTIC || (inputs2 > 0 && random_chance(30))) {
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
