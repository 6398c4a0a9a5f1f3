/* The update rule against its definition: every byte of the arena. */
#include "check.h"
#include "random.h"
#include "training_case.h"

#include <math.h>
#include <string.h>

static double clip(double value, double low, double high) {
    return fmin(fmax(value, low), high);
}

/* R of a step. */
static double naive_round(float step, double span, int stochastic, uint32_t element, uint32_t low, uint32_t high) {
    if (!isfinite(step)) {
        return 0;
    }
    double magnitude = fmin(fabs(step), span);
    if (stochastic) {
        double uniform = attune_word(element, low, high);
        magnitude = floor(magnitude) + (uniform < floor((magnitude - floor(magnitude)) * 0x1p32));
    }
    return copysign(round(magnitude), step);
}

typedef struct update_case {
    training_case base;
    int32_t first, count;
    int32_t weights, biases;
    int32_t flags;
    float rate;
    uint32_t low, high;
} update_case;

static float record_float(const training_case *test, int word) {
    float value;
    memcpy(&value, &test->layer.record[word], 4);
    return value;
}

/* Where the tile has the gradient of weight k, or of the bias where k is -1. */
static int32_t gradient_at(const update_case *test, int32_t channel, int32_t k) {
    return k >= 0 ? test->weights + 4 * training_tile_index(&test->base, test->first, test->count, channel, k)
                  : test->biases + 4 * (channel - test->first);
}

/* The rounded steps of weight k, or of the bias where k is -1. *rest: what the tile holds afterwards. */
static double naive_step(const update_case *test, int32_t channel, int32_t k, float *rest) {
    const training_case *base = &test->base;
    float factor = test->rate;
    float gradient = AT(float, base->bytes, gradient_at(test, channel, k))[0];
    *rest = gradient;
    if (test->flags & ATTUNE_UPDATE_SCALED) {
        double scale = training_multiplier(base, channel) * record_float(base, ATTUNE_OUTPUT_SCALE);
        scale = k >= 0 ? scale / record_float(base, ATTUNE_INPUT_SCALE) : scale;
        if (scale == 0) {
            return 0;
        }
        factor = (float)(test->rate / (scale * scale));
    }
    uint32_t element = k >= 0 ? (uint32_t)training_element(base, channel, k)
                              : (uint32_t)(base->channels * base->filter_size + channel);
    double span = k >= 0 ? 254 : 2147483520.0;
    double rounded =
        naive_round(factor * gradient, span, test->flags & ATTUNE_UPDATE_STOCHASTIC, element, test->low, test->high);
    if ((test->flags & ATTUNE_UPDATE_CARRIED) && factor != 0) {
        float step = factor * gradient;
        float left = (step - (float)rounded) / factor;
        *rest = fabsf(step) < (float)span && isfinite(left) ? left : 0;
    }
    return rounded;
}

/* Where the expected arena has that element of the tile. */
static float *expected_rest(const update_case *test, int32_t channel, int32_t k) {
    return AT(float, test->base.expected, gradient_at(test, channel, k));
}

static void open_update(update_case *test) {
    training_case *base = &test->base;
    training_open(base, training_operation());
    test->first = random_chance(30) ? 0 : random_between(0, base->channels - 1);
    test->count = random_chance(30) ? base->channels - test->first : random_between(1, base->channels - test->first);
    test->weights = training_place(base, 4 * (int64_t)test->count * base->filter_size);
    test->biases = training_place(base, 4 * test->count);
    test->flags = random_between(0, 7);
    test->low = random_word();
    test->high = random_word();
    /* Steps of the size of one, whatever the channels' scales. */
    double scale = training_multiplier(base, test->first) * record_float(base, ATTUNE_OUTPUT_SCALE) /
                   record_float(base, ATTUNE_INPUT_SCALE);
    test->rate = test->flags & ATTUNE_UPDATE_SCALED && scale > 1e-9 && scale < 1e9 ? (float)(scale * scale) : 1.0f;
    test->rate *= random_float(-3.0f, 3.0f);
    int32_t copy = training_place(base, (int64_t)base->channels * base->filter_size);
    for (int32_t j = 0; j < base->channels * base->filter_size; j++) {
        AT(int8_t, base->bytes, copy)[j] = (int8_t)random_between(-127, 127);
    }
    training_bind(base, ATTUNE_BIND_WEIGHTS, copy);
    training_bind(base, ATTUNE_BIND_BIAS, training_place(base, 4 * base->channels));
    /* Ties, what is not finite, and what is too large. */
    static const float odd[] = {0.5f, -0.5f, 1.5f, -2.5f, NAN, INFINITY, -INFINITY, 300.0f, -1e9f, 3e38f, 0.49999997f};
    for (int32_t i = 0; i < test->count * (base->filter_size + 1); i++) {
        if (random_chance(20)) {
            int32_t weight = i < test->count * base->filter_size;
            float *gradient = weight ? AT(float, base->bytes, test->weights) + i
                                     : AT(float, base->bytes, test->biases) + i - test->count * base->filter_size;
            *gradient = odd[random_between(0, 10)] / (random_chance(50) ? test->rate : 1.0f);
        }
    }
}

static int32_t run_update(const update_case *test, int32_t pending_weights, int32_t pending_biases) {
    return attune_update(test->base.arena, CASE_RECORD, CASE_BINDING, test->first, test->count, test->weights,
                         test->biases, test->rate, test->flags, test->low, test->high, pending_weights, pending_biases);
}

static void test_direct(void) {
    for (int run = 0; run < 400; run++) {
        update_case test;
        open_update(&test);
        training_case *base = &test.base;
        training_expect(base);
        int8_t *weights = AT(int8_t, base->expected, base->layer.binding[ATTUNE_BIND_WEIGHTS]);
        int32_t *biases = AT(int32_t, base->expected, base->layer.binding[ATTUNE_BIND_BIAS]);
        for (int32_t c = test.first; c < test.first + test.count; c++) {
            for (int32_t k = 0; k < base->filter_size; k++) {
                int8_t *weight = weights + training_element(base, c, k);
                *weight = (int8_t)clip(*weight - naive_step(&test, c, k, expected_rest(&test, c, k)), -127, 127);
            }
            biases[c] =
                (int32_t)clip(biases[c] - naive_step(&test, c, -1, expected_rest(&test, c, -1)), INT32_MIN, INT32_MAX);
        }
        CHECK_EQUAL(run_update(&test, -1, -1), ATTUNE_OK);
        training_compare(base, "update");
        training_close(base);
    }
}

/* The new values wait in another place; the ones in force stay. */
static void test_pending(void) {
    for (int run = 0; run < 400; run++) {
        update_case test;
        open_update(&test);
        training_case *base = &test.base;
        int32_t pending_weights = training_place(base, base->channels * base->filter_size);
        int32_t pending_biases = training_place(base, 4 * base->channels);
        training_expect(base);
        const int8_t *weights = AT(int8_t, base->expected, base->layer.binding[ATTUNE_BIND_WEIGHTS]);
        const int32_t *biases = AT(int32_t, base->expected, base->layer.binding[ATTUNE_BIND_BIAS]);
        for (int32_t c = test.first; c < test.first + test.count; c++) {
            for (int32_t k = 0; k < base->filter_size; k++) {
                int32_t element = training_element(base, c, k);
                AT(int8_t, base->expected, pending_weights)
                [element] =
                    (int8_t)clip(weights[element] - naive_step(&test, c, k, expected_rest(&test, c, k)), -127, 127);
            }
            AT(int32_t, base->expected, pending_biases)
            [c] =
                (int32_t)clip(biases[c] - naive_step(&test, c, -1, expected_rest(&test, c, -1)), INT32_MIN, INT32_MAX);
        }
        CHECK_EQUAL(run_update(&test, pending_weights, pending_biases), ATTUNE_OK);
        training_compare(base, "pending");
        training_close(base);
    }
}

/* Applied at once or put in force later: the same parameters. */
static void test_pending_equals_direct(void) {
    for (int run = 0; run < 100; run++) {
        update_case test;
        open_update(&test);
        test.flags &= ~ATTUNE_UPDATE_CARRIED; /* the second call would find another tile */
        training_case *base = &test.base;
        int32_t size = base->channels * base->filter_size;
        int32_t pending_weights = training_place(base, size);
        int32_t pending_biases = training_place(base, 4 * base->channels);
        int32_t weights = base->layer.binding[ATTUNE_BIND_WEIGHTS];
        int32_t biases = base->layer.binding[ATTUNE_BIND_BIAS];
        memcpy(base->bytes + pending_weights, base->bytes + weights, (size_t)size);
        memcpy(base->bytes + pending_biases, base->bytes + biases, 4 * (size_t)base->channels);
        CHECK_EQUAL(run_update(&test, pending_weights, pending_biases), ATTUNE_OK);
        /* Direct, kept as what is expected; then from the old parameters by way of the waiting ones. */
        training_expect(base);
        CHECK_EQUAL(run_update(&test, -1, -1), ATTUNE_OK);
        for (int32_t i = 0; i < base->used; i++) {
            uint8_t old = base->expected[i];
            base->expected[i] = base->bytes[i];
            base->bytes[i] = old;
        }
        CHECK_EQUAL(attune_update_apply(base->arena, CASE_RECORD, CASE_BINDING, pending_weights, pending_biases),
                    ATTUNE_OK);
        training_compare(base, "pending and direct");
        training_close(base);
    }
}

/* The mean of many stochastically rounded steps is the step. */
static void test_unbiased(void) {
    static const float steps[] = {0.3f, -0.3f, 0.01f, -2.75f, 0.5f, 1.0f, 0.999f};
    training_case test;
    do {
        training_open(&test, ATTUNE_FULLY_CONNECTED);
        if (test.channels * test.filter_size > 5000) {
            break;
        }
        training_close(&test);
    } while (1);
    int32_t size = test.channels * test.filter_size;
    int32_t gradient = training_place(&test, 4 * (int64_t)size);
    int32_t copy = training_place(&test, size);
    training_bind(&test, ATTUNE_BIND_WEIGHTS, copy);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const int rounds = 100;
        double sum = 0;
        for (int32_t j = 0; j < size; j++) {
            AT(float, test.bytes, gradient)[j] = steps[i];
        }
        for (int run = 0; run < rounds; run++) {
            attune_arena_fill(test.arena, copy, size, 0);
            CHECK_EQUAL(attune_update(test.arena, CASE_RECORD, CASE_BINDING, 0, test.channels, gradient, -1, 1.0f,
                                      ATTUNE_UPDATE_STOCHASTIC, random_word(), random_word(), -1, -1),
                        ATTUNE_OK);
            for (int32_t j = 0; j < size; j++) {
                sum -= AT(int8_t, test.bytes, copy)[j];
            }
        }
        double fraction = fabs(steps[i]) - floor(fabs(steps[i]));
        double count = (double)rounds * size;
        CHECK(fabs(sum / count - steps[i]) <= 4 * sqrt(fraction * (1 - fraction) / count) + 1e-9);
    }
    training_close(&test);
}

/* Filters that the tile leaves out, and channels without an output, stay as they are; a weight of -128 stays until a
 * step moves it. */
static void test_silent_channel(void) {
    update_case test;
    open_update(&test);
    training_case *base = &test.base;
    int32_t rescale = training_place(base, 4 * base->channels);
    attune_arena_fill(base->arena, rescale, 4 * base->channels, 0);
    training_bind(base, ATTUNE_BIND_RESCALE, rescale);
    attune_arena_fill(base->arena, base->layer.binding[ATTUNE_BIND_WEIGHTS], base->channels * base->filter_size, -128);
    test.flags = ATTUNE_UPDATE_SCALED;
    test.rate = 1.0f;
    training_expect(base);
    CHECK_EQUAL(run_update(&test, -1, -1), ATTUNE_OK);
    training_compare(base, "silent channel");
    training_close(base);
}

static void test_errors(void) {
    for (int run = 0; run < 20; run++) {
        update_case test;
        open_update(&test);
        training_case *base = &test.base;
        int32_t pending_weights = training_place(base, (int64_t)base->channels * base->filter_size);
        int32_t pending_biases = training_place(base, 4 * base->channels);
        int32_t arena = base->arena, weights = test.weights, biases = test.biases;
        int32_t copy = base->layer.binding[ATTUNE_BIND_WEIGHTS], bias_copy = base->layer.binding[ATTUNE_BIND_BIAS];
        int32_t first = test.first, count = test.count;
        training_expect(base);
#define UPDATE(first, count, weights, biases, rate, flags, pending_weights, pending_biases)                            \
    attune_update(arena, CASE_RECORD, CASE_BINDING, first, count, weights, biases, rate, flags, 1, 2, pending_weights, \
                  pending_biases)
        CHECK_EQUAL(UPDATE(first, base->channels + 1, weights, biases, 1.0f, 0, -1, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(UPDATE(-1, count, weights, biases, 1.0f, 0, -1, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(UPDATE(first, count, weights, biases, NAN, 0, -1, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(UPDATE(first, count, weights, biases, INFINITY, 0, -1, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(UPDATE(first, count, weights, biases, 1.0f, 8, -1, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(UPDATE(first, count, weights + 1, biases, 1.0f, 0, -1, -1), ATTUNE_ERROR_ALIGNMENT);
        CHECK_EQUAL(UPDATE(first, count, TRAINING_ARENA_BYTES, biases, 1.0f, 0, -1, -1), ATTUNE_ERROR_ARENA);
        CHECK_EQUAL(UPDATE(first, count, weights, biases, 1.0f, 0, -2, -1), ATTUNE_ERROR_ARENA);
        CHECK_EQUAL(UPDATE(first, count, weights, biases, 1.0f, 0, weights, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(UPDATE(first, count, weights, biases, 1.0f, 0, copy, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(UPDATE(first, count, weights, biases, 1.0f, 0, pending_weights, bias_copy), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(UPDATE(first, count, copy / 4 * 4, -1, 1.0f, 0, -1, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(attune_update_apply(arena, CASE_RECORD, CASE_BINDING, copy, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(attune_update_apply(arena, CASE_RECORD, CASE_BINDING, -1, pending_biases + 2),
                    ATTUNE_ERROR_ALIGNMENT);
        CHECK_EQUAL(attune_update_apply(arena, CASE_RECORD, -1, -1, pending_biases), ATTUNE_ERROR_ARENA);
        CHECK_EQUAL(attune_update_apply(arena, CASE_RECORD, CASE_BINDING, -1, -1), ATTUNE_OK);
        CHECK_EQUAL(UPDATE(first, count, -1, -1, 1.0f, 0, -1, -1), ATTUNE_OK);
        training_compare(base, "errors");

        training_bind(base, ATTUNE_BIND_WEIGHTS, -1);
        training_expect(base);
        CHECK_EQUAL(UPDATE(first, count, weights, biases, 1.0f, 0, -1, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(attune_update_apply(arena, CASE_RECORD, CASE_BINDING, pending_weights, -1), ATTUNE_ERROR_ARGUMENT);
        training_bind(base, ATTUNE_BIND_WEIGHTS, copy);
        training_bind(base, ATTUNE_BIND_BIAS, -1);
        training_expect(base);
        CHECK_EQUAL(UPDATE(first, count, weights, biases, 1.0f, 0, -1, -1), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(attune_update_apply(arena, CASE_RECORD, CASE_BINDING, -1, pending_biases), ATTUNE_ERROR_ARGUMENT);
        training_compare(base, "errors without copies");
        training_close(base);
    }
}

int main(void) {
    random_seed(4);
    test_direct();
    test_pending();
    test_pending_equals_direct();
    test_unbiased();
    test_silent_channel();
    test_errors();
    return check_result();
}
