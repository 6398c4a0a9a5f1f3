#include "training_case.h"

#include "check.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

float random_float(float low, float high) {
    return low + (high - low) * ((float)(random_word() >> 8) * 0x1p-24f);
}

int32_t training_operation(void) {
    return random_between(ATTUNE_CONV_2D, ATTUNE_FULLY_CONNECTED);
}

static int32_t float_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* An array of the model, filled with random floats. */
static int32_t model_floats(layer_case *layer, int32_t count) {
    int32_t offset = (layer->model_used + 3) / 4 * 4;
    layer->model_used = offset + 4 * count;
    return offset;
}

static void fill_floats(uint8_t *memory, int32_t offset, int32_t count, float low, float high) {
    for (int32_t i = 0; i < count; i++) {
        AT(float, memory, offset)[i] = random_float(low, high);
    }
}

void training_open(training_case *test, int32_t operation) {
    layer_case *layer = &test->layer;
    case_create(layer, operation);
    int32_t *record = layer->record;
    test->channels = record[ATTUNE_OUTPUT_N + 3];
    test->positions = record[ATTUNE_OUTPUT_N] * record[ATTUNE_OUTPUT_N + 1] * record[ATTUNE_OUTPUT_N + 2];
    test->filter_size = (int32_t)naive_filter_size(record);
    record[ATTUNE_INPUT_SCALE] = float_bits(random_float(0.01f, 0.1f));
    record[ATTUNE_OUTPUT_SCALE] = float_bits(random_float(0.01f, 0.1f));
    record[ATTUNE_SCALES] = model_floats(layer, test->channels);
    record[ATTUNE_STATISTICS] = model_floats(layer, 2 * test->channels);
    fill_floats(layer->model, record[ATTUNE_SCALES], test->channels, 0.001f, 0.02f);
    fill_floats(layer->model, record[ATTUNE_STATISTICS], test->channels, -2.0f, 2.0f);
    fill_floats(layer->model, record[ATTUNE_STATISTICS] + 4 * test->channels, test->channels, 0.0f, 3.0f);
    memcpy(layer->model + CASE_RECORD, record, sizeof layer->record);

    test->arena = attune_arena_open(TRAINING_ARENA_BYTES);
    attune_model_open(test->arena, CASE_MODEL_BYTES);
    attune_model_write(test->arena, 0, layer->model, 0, CASE_MODEL_BYTES);
    attune_arena_write(test->arena, 0, layer->arena, 0, CASE_ARENA_BYTES);
    test->bytes = attune_memory_find(test->arena)->arena;
    test->expected = malloc(TRAINING_ARENA_BYTES);
    test->used = CASE_ARENA_BYTES;
}

void training_close(training_case *test) {
    attune_arena_close(test->arena);
    free(test->expected);
    case_free(&test->layer);
}

int32_t training_place(training_case *test, int64_t bytes) {
    int32_t offset = (test->used + 7) / 8 * 8;
    int32_t count = (int32_t)((bytes + 3) / 4);
    if (offset + 4 * (int64_t)count > TRAINING_ARENA_BYTES) {
        printf("The test's arena is too small.\n");
        exit(1);
    }
    fill_floats(test->bytes, offset, count, -1.0f, 1.0f);
    test->used = offset + 4 * count;
    return offset;
}

void training_bind(training_case *test, int word, int32_t offset) {
    test->layer.binding[word] = offset;
    attune_arena_write_words(test->arena, CASE_BINDING + 4 * word, &offset, 0, 1);
}

void training_record(training_case *test, int word, int32_t value) {
    test->layer.record[word] = value;
    attune_model_write(test->arena, CASE_RECORD + 4 * word, (const uint8_t *)&value, 0, 4);
}

void training_expect(training_case *test) {
    memcpy(test->expected, test->bytes, (size_t)test->used);
}

void training_compare(const training_case *test, const char *what) {
    for (int32_t i = 0; i < test->used; i++) {
        if (test->bytes[i] != test->expected[i]) {
            printf("%s: operator %d: arena byte %d differs\n", what, (int)test->layer.record[ATTUNE_OPERATOR], (int)i);
            check_failures++;
            return;
        }
    }
}

double training_multiplier(const training_case *test, int32_t channel) {
    naive_layer naive = case_naive(&test->layer);
    int32_t rescale = test->layer.binding[ATTUNE_BIND_RESCALE];
    naive.rescale = rescale >= 0 ? AT(const float, test->bytes, rescale) : NULL;
    int32_t multiplier, shift;
    naive_multiplier(&naive, channel, &multiplier, &shift);
    return ldexp(multiplier, shift - 31);
}

int32_t training_bias_step(const training_case *test, int32_t channel) {
    double real = training_multiplier(test, channel);
    double step = real == 0 ? 1 : round(1 / real);
    return (int32_t)fmin(fmax(step, 1), 1 << 30);
}

int32_t training_element(const training_case *test, int32_t channel, int32_t k) {
    return test->layer.record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D ? k * test->channels + channel
                                                                           : channel * test->filter_size + k;
}

int32_t training_tile_index(const training_case *test, int32_t first, int32_t count, int32_t channel, int32_t k) {
    return test->layer.record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D ? k * count + channel - first
                                                                           : (channel - first) * test->filter_size + k;
}

void training_open_classifier(training_case *test) {
    do {
        training_open(test, ATTUNE_FULLY_CONNECTED);
        if (test->positions == 1) {
            return;
        }
        training_close(test);
    } while (1);
}
