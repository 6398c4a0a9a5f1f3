/* Gradient kernels against loops over single elements: every bit, and no other byte of the arena. */
#include "check.h"
#include "random.h"
#include "training_case.h"

#include <string.h>

static int32_t lines_of(const training_case *test) {
    return test->layer.record[ATTUNE_OUTPUT_N] * test->layer.record[ATTUNE_OUTPUT_N + 1];
}

static void random_tile(const training_case *test, int32_t *first, int32_t *count) {
    *first = random_chance(30) ? 0 : random_between(0, test->channels - 1);
    *count = random_chance(30) ? test->channels - *first : random_between(1, test->channels - *first);
}

static void test_probe(void) {
    for (int run = 0; run < 300; run++) {
        training_case test;
        training_open(&test, training_operation());
        int32_t first, count;
        random_tile(&test, &first, &count);
        int32_t delta = training_place(&test, 4);
        int32_t weights = random_chance(10) ? -1 : training_place(&test, 4 * (int64_t)count * test.filter_size);
        int32_t biases = random_chance(10) ? -1 : training_place(&test, 4 * count);
        uint32_t low = random_word(), high = random_word();
        float difference = *AT(float, test.bytes, delta);
        training_expect(&test);
        for (int32_t c = first; c < first + count; c++) {
            for (int32_t k = 0; weights >= 0 && k < test.filter_size; k++) {
                int32_t sign = naive_sign((uint32_t)training_element(&test, c, k), low, high);
                AT(float, test.expected, weights)
                [training_tile_index(&test, first, count, c, k)] += (float)sign * difference;
            }
            if (biases >= 0) {
                int32_t sign = naive_sign((uint32_t)(test.channels * test.filter_size + c), low, high);
                AT(float, test.expected, biases)
                [c - first] += (float)sign * (difference / (float)training_bias_step(&test, c));
            }
        }
        CHECK_EQUAL(attune_gradient_probe(test.arena, CASE_RECORD, CASE_BINDING, low, high, delta, first, count,
                                          weights, biases),
                    ATTUNE_OK);
        training_compare(&test, "probe");
        training_close(&test);
    }
}

static void test_nodes(void) {
    for (int run = 0; run < 300; run++) {
        training_case test;
        training_open(&test, training_operation());
        int32_t first, count;
        random_tile(&test, &first, &count);
        int32_t delta = training_place(&test, 4);
        int32_t nodes = training_place(&test, 4 * (int64_t)test.positions * count);
        uint32_t low = random_word(), high = random_word();
        float difference = *AT(float, test.bytes, delta);
        training_expect(&test);
        for (int32_t p = 0; p < test.positions; p++) {
            for (int32_t c = 0; c < count; c++) {
                int32_t sign = naive_sign((uint32_t)(p * test.channels + first + c), low, high);
                AT(float, test.expected, nodes)[p * count + c] += (float)sign * difference;
            }
        }
        CHECK_EQUAL(
            attune_gradient_nodes(test.arena, CASE_RECORD, low, high, delta, first, count, 0, lines_of(&test), nodes),
            ATTUNE_OK);
        training_compare(&test, "nodes");
        training_close(&test);
    }
}

/* What weight k of a channel meets at a position: input minus zero point. Returns 0 for padding. */
static int naive_input(const training_case *test, int32_t channel, int32_t k, int32_t position, float *value) {
    const int32_t *record = test->layer.record;
    const int32_t *input = record + ATTUNE_INPUT_N;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    int32_t groups = record[ATTUNE_GROUPS];
    int32_t n, y = 0, x = 0, c;
    if (record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED) {
        n = position;
        c = k;
    } else {
        n = position / (output[1] * output[2]);
        y = position / output[2] % output[1] * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
        x = position % output[2] * record[ATTUNE_STRIDE_W] - record[ATTUNE_PAD_LEFT];
        int32_t depth = 1;
        if (record[ATTUNE_OPERATOR] == ATTUNE_CONV_2D) {
            depth = input[3] / groups;
            c = channel / (output[3] / groups) * depth + k % depth;
        } else {
            c = channel / groups;
        }
        y += k / depth / record[ATTUNE_KERNEL_W] * record[ATTUNE_DILATION_H];
        x += k / depth % record[ATTUNE_KERNEL_W] * record[ATTUNE_DILATION_W];
    }
    if (y < 0 || y >= input[1] || x < 0 || x >= input[2]) {
        return 0;
    }
    int32_t index = ((n * input[1] + y) * input[2] + x) * input[3] + c;
    *value =
        (float)(AT(int8_t, test->bytes, test->layer.binding[ATTUNE_BIND_INPUT])[index] - record[ATTUNE_INPUT_ZERO]);
    return 1;
}

static void test_inputs(void) {
    for (int run = 0; run < 300; run++) {
        training_case test;
        training_open(&test, training_operation());
        int32_t first, count;
        random_tile(&test, &first, &count);
        int32_t mode = random_chance(50) ? ATTUNE_RUN_ACCUMULATORS : 0;
        int32_t nodes = training_place(&test, 4 * (int64_t)test.positions * count);
        int32_t weights = random_chance(10) ? -1 : training_place(&test, 4 * (int64_t)count * test.filter_size);
        int32_t biases = random_chance(10) ? -1 : training_place(&test, 4 * count);
        training_expect(&test);
        const float *node = AT(const float, test.bytes, nodes);
        for (int32_t c = 0; c < count; c++) {
            float factor = mode ? 1.0f / (float)training_bias_step(&test, first + c)
                                : (float)training_multiplier(&test, first + c);
            for (int32_t k = 0; weights >= 0 && k < test.filter_size; k++) {
                float *sum = AT(float, test.expected, weights) + training_tile_index(&test, first, count, first + c, k);
                for (int32_t p = 0; p < test.positions; p++) {
                    float value;
                    if (naive_input(&test, first + c, k, p, &value)) {
                        float scaled = factor * node[p * count + c];
                        *sum += scaled * value;
                    }
                }
            }
            for (int32_t p = 0; biases >= 0 && p < test.positions; p++) {
                AT(float, test.expected, biases)[c] += factor * node[p * count + c];
            }
        }
        CHECK_EQUAL(attune_gradient_weights(test.arena, CASE_RECORD, CASE_BINDING, mode, nodes, first, count, 0,
                                            lines_of(&test), weights, biases),
                    ATTUNE_OK);
        training_compare(&test, "inputs");
        training_close(&test);
    }
}

/* The tiles of a layer, one after the other, are the layer's whole gradient. */
static void test_tiles(void) {
    for (int run = 0; run < 100; run++) {
        training_case test;
        training_open(&test, ATTUNE_CONV_2D);
        int64_t filter_bytes = 4 * (int64_t)test.filter_size;
        int32_t size = random_between(1, test.channels);
        int32_t delta = training_place(&test, 4);
        int32_t nodes = training_place(&test, 4 * (int64_t)test.positions * test.channels);
        int32_t whole = training_place(&test, filter_bytes * test.channels);
        int32_t tiles = training_place(&test, filter_bytes * test.channels);
        attune_arena_fill(test.arena, nodes, test.positions * test.channels * 4, 0);
        attune_arena_fill(test.arena, whole, (int32_t)filter_bytes * test.channels, 0);
        attune_arena_fill(test.arena, tiles, (int32_t)filter_bytes * test.channels, 0);
        attune_gradient_nodes(test.arena, CASE_RECORD, 3, 4, delta, 0, test.channels, 0, lines_of(&test), nodes);
        attune_gradient_weights(test.arena, CASE_RECORD, CASE_BINDING, 0, nodes, 0, test.channels, 0, lines_of(&test),
                                whole, -1);
        attune_gradient_probe(test.arena, CASE_RECORD, CASE_BINDING, 5, 6, delta, 0, test.channels, whole, -1);
        for (int32_t first = 0; first < test.channels; first += size) {
            int32_t count = test.channels - first < size ? test.channels - first : size;
            int32_t tile = tiles + (int32_t)filter_bytes * first;
            attune_arena_fill(test.arena, nodes, test.positions * count * 4, 0);
            attune_gradient_nodes(test.arena, CASE_RECORD, 3, 4, delta, first, count, 0, lines_of(&test), nodes);
            attune_gradient_weights(test.arena, CASE_RECORD, CASE_BINDING, 0, nodes, first, count, 0, lines_of(&test),
                                    tile, -1);
            attune_gradient_probe(test.arena, CASE_RECORD, CASE_BINDING, 5, 6, delta, first, count, tile, -1);
        }
        CHECK(memcmp(test.bytes + whole, test.bytes + tiles, (size_t)filter_bytes * (size_t)test.channels) == 0);
        training_close(&test);
    }
}

/* Lines in portions, from whole inputs or from a buffer of just the lines that they need, give the same bits. */
static void test_lines(void) {
    for (int run = 0; run < 300; run++) {
        training_case test;
        training_open(&test, training_operation());
        const int32_t *record = test.layer.record;
        int32_t size = 4 * test.channels * test.filter_size;
        int32_t delta = training_place(&test, 4);
        int32_t nodes = training_place(&test, 4 * (int64_t)test.positions * test.channels);
        int32_t whole[2] = {training_place(&test, size), training_place(&test, 4 * test.channels)};
        int32_t parts[2] = {training_place(&test, size), training_place(&test, 4 * test.channels)};
        memcpy(test.bytes + parts[0], test.bytes + whole[0], (size_t)size);
        memcpy(test.bytes + parts[1], test.bytes + whole[1], 4 * (size_t)test.channels);
        int32_t width = record[ATTUNE_OUTPUT_N + 2];
        int32_t lines = lines_of(&test);
        int32_t line_bytes = record[ATTUNE_INPUT_N + 2] * record[ATTUNE_INPUT_N + 3];
        int32_t fully_connected = record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED;
        int32_t extent = fully_connected ? 1 : (record[ATTUNE_KERNEL_H] - 1) * record[ATTUNE_DILATION_H] + 1;
        int32_t input_h = record[ATTUNE_INPUT_N + 1];
        int32_t ring = extent < input_h ? extent : input_h;
        int32_t input = test.layer.binding[ATTUNE_BIND_INPUT];
        int32_t buffer = training_place(&test, ring * line_bytes);
        attune_arena_fill(test.arena, nodes, 4 * test.positions * test.channels, 0);
        CHECK_EQUAL(attune_gradient_nodes(test.arena, CASE_RECORD, 3, 4, delta, 0, test.channels, 0, lines, nodes),
                    ATTUNE_OK);
        CHECK_EQUAL(attune_gradient_weights(test.arena, CASE_RECORD, CASE_BINDING, 0, nodes, 0, test.channels, 0, lines,
                                            whole[0], whole[1]),
                    ATTUNE_OK);
        int buffered = random_chance(50);
        for (int32_t line = 0, portion; line < lines; line += portion) {
            portion = buffered ? 1 : random_between(1, lines - line);
            attune_arena_fill(test.arena, nodes, 4 * portion * width * test.channels, 0);
            CHECK_EQUAL(
                attune_gradient_nodes(test.arena, CASE_RECORD, 3, 4, delta, 0, test.channels, line, portion, nodes),
                ATTUNE_OK);
            if (buffered) {
                int32_t image = line / record[ATTUNE_OUTPUT_N + 1] * input_h;
                int32_t top = fully_connected ? 0
                                              : line % record[ATTUNE_OUTPUT_N + 1] * record[ATTUNE_STRIDE_H] -
                                                    record[ATTUNE_PAD_TOP];
                for (int32_t y = top < 0 ? 0 : top; y < top + extent && y < input_h; y++) {
                    memcpy(test.bytes + buffer + (image + y) % ring * line_bytes,
                           test.bytes + input + (image + y) * line_bytes, (size_t)line_bytes);
                }
                training_bind(&test, ATTUNE_BIND_INPUT, buffer);
                training_bind(&test, ATTUNE_BIND_INPUT_LINES, ring);
            }
            CHECK_EQUAL(attune_gradient_weights(test.arena, CASE_RECORD, CASE_BINDING, 0, nodes, 0, test.channels, line,
                                                portion, parts[0], parts[1]),
                        ATTUNE_OK);
        }
        CHECK(memcmp(test.bytes + whole[0], test.bytes + parts[0], (size_t)size) == 0);
        CHECK(memcmp(test.bytes + whole[1], test.bytes + parts[1], 4 * (size_t)test.channels) == 0);
        training_close(&test);
    }
}

/* Places of the arrays of a call. */
typedef struct error_places {
    int32_t delta, nodes, weights, biases;
} error_places;

static void probe_errors(training_case *test, const error_places *at) {
    int32_t arena = test->arena, channels = test->channels;
    int32_t delta = at->delta, weights = at->weights, biases = at->biases;
#define PROBE(handle, record, binding, delta, first, count, weights, biases)                                           \
    attune_gradient_probe(handle, record, binding, 1, 2, delta, first, count, weights, biases)
    CHECK_EQUAL(PROBE(99, CASE_RECORD, CASE_BINDING, delta, 0, channels, weights, biases), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD + 2, CASE_BINDING, delta, 0, channels, weights, biases),
                ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(PROBE(arena, CASE_MODEL_BYTES, CASE_BINDING, delta, 0, channels, weights, biases), ATTUNE_ERROR_MODEL);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, -4, delta, 0, channels, weights, biases), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, -1, 0, channels, weights, biases), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, delta, -1, 1, weights, biases), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, delta, 0, 0, weights, biases), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, delta, 1, channels, weights, biases), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, delta, INT32_MAX, 1, weights, biases), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, delta, 0, channels, -2, biases), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, delta, 0, channels, weights + 2, biases),
                ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, delta, 0, channels, TRAINING_ARENA_BYTES - 4, -1),
                channels * test->filter_size == 1 ? ATTUNE_OK : ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, delta, 0, channels, weights, weights), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, weights, 0, channels, weights, -1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(PROBE(arena, CASE_RECORD, CASE_BINDING, delta, 0, 1, -1, CASE_BINDING + 8), ATTUNE_ERROR_ARGUMENT);
}

static void nodes_errors(training_case *test, const error_places *at) {
    int32_t arena = test->arena, channels = test->channels, lines = lines_of(test);
    int32_t delta = at->delta, nodes = at->nodes;
    CHECK_EQUAL(attune_gradient_nodes(arena, CASE_RECORD, 1, 2, delta, 0, channels + 1, 0, 1, nodes),
                ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_gradient_nodes(arena, CASE_RECORD, 1, 2, delta, 0, channels, 0, lines, -1), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_gradient_nodes(arena, CASE_RECORD, 1, 2, nodes, 0, channels, 0, 1, nodes),
                ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_gradient_nodes(arena, CASE_RECORD, 1, 2, delta, 0, channels, 1, lines, nodes),
                ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_gradient_nodes(arena, CASE_RECORD, 1, 2, delta, 0, channels, 0, 0, nodes),
                ATTUNE_ERROR_ARGUMENT);
}

static void weights_errors(training_case *test, const error_places *at) {
    int32_t arena = test->arena, channels = test->channels, lines = lines_of(test);
    int32_t nodes = at->nodes, weights = at->weights, biases = at->biases;
    int32_t input = test->layer.binding[ATTUNE_BIND_INPUT] / 4 * 4;
    CHECK_EQUAL(
        attune_gradient_weights(arena, CASE_RECORD, CASE_BINDING, 0, nodes, 0, channels, -1, 1, weights, biases),
        ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(
        attune_gradient_weights(arena, CASE_RECORD, CASE_BINDING, 0, nodes, 0, channels, 0, lines + 1, weights, biases),
        ATTUNE_ERROR_ARGUMENT);

#define WEIGHTS(mode, nodes, first, count, weights, biases)                                                            \
    attune_gradient_weights(arena, CASE_RECORD, CASE_BINDING, mode, nodes, first, count, 0, lines, weights, biases)
    CHECK_EQUAL(WEIGHTS(32, nodes, 0, channels, weights, biases), ATTUNE_ERROR_MODE);
    CHECK_EQUAL(WEIGHTS(-1, nodes, 0, channels, weights, biases), ATTUNE_ERROR_MODE);
    CHECK_EQUAL(WEIGHTS(0, -1, 0, channels, weights, biases), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(WEIGHTS(0, nodes, 0, channels + 1, weights, biases), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(WEIGHTS(0, nodes, 0, channels, nodes, biases), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(WEIGHTS(0, nodes, 0, channels, weights, nodes), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(WEIGHTS(0, nodes, 0, channels, -1, input), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(WEIGHTS(0, nodes, 0, channels, weights + 1, biases), ATTUNE_ERROR_ALIGNMENT);
    training_compare(test, "errors");
    training_bind(test, ATTUNE_BIND_INPUT, -1);
    training_expect(test);
    CHECK_EQUAL(WEIGHTS(0, nodes, 0, channels, weights, biases), ATTUNE_ERROR_ARENA);
    training_compare(test, "errors");
}

static void test_errors(void) {
    for (int32_t operation = ATTUNE_CONV_2D; operation <= ATTUNE_FULLY_CONNECTED; operation++) {
        training_case test;
        training_open(&test, operation);
        error_places at;
        at.delta = training_place(&test, 4);
        at.nodes = training_place(&test, 4 * (int64_t)test.positions * test.channels);
        at.weights = training_place(&test, 4 * (int64_t)test.channels * test.filter_size);
        at.biases = training_place(&test, 4 * test.channels);
        training_expect(&test);
        probe_errors(&test, &at);
        nodes_errors(&test, &at);
        weights_errors(&test, &at);
        training_close(&test);
    }

    layer_case other;
    case_create(&other, ATTUNE_MAX_POOL_2D);
    int32_t arena = case_open(&other);
    CHECK_EQUAL(attune_gradient_nodes(arena, CASE_RECORD, 1, 2, 0, 0, 1, 0, 1, 8), ATTUNE_ERROR_MODE);
    CHECK_EQUAL(attune_gradient_probe(arena, CASE_RECORD, CASE_BINDING, 1, 2, 0, 0, 1, 8, -1), ATTUNE_ERROR_MODE);
    attune_arena_close(arena);
    case_free(&other);
}

int main(void) {
    random_seed(3);
    test_probe();
    test_nodes();
    test_inputs();
    test_tiles();
    test_lines();
    test_errors();
    return check_result();
}
