/* Standardised gradients against their definition, in double; what has no deviation takes no step. */
#include "check.h"
#include "random.h"
#include "training_case.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 2000 };

typedef struct standard_case {
    training_case base;
    int32_t first, count;
    int32_t weights, averages;
    float share;
} standard_case;

static int32_t run(const standard_case *test) {
    return attune_gradient_standardize(test->base.arena, CASE_RECORD, CASE_BINDING, test->first, test->count,
                                       test->weights, test->averages, test->share);
}

static void open_case(standard_case *test) {
    training_open(&test->base, training_operation());
    int32_t channels = test->base.channels;
    test->first = random_between(0, channels - 1);
    test->count = random_between(1, channels - test->first);
    test->weights = training_place(&test->base, 4 * (int64_t)test->count * test->base.filter_size);
    test->averages = training_place(&test->base, 8 * (int64_t)channels);
    test->share = random_float(0.01f, 1.0f);
    float *averages = AT(float, test->base.bytes, test->averages);
    for (int32_t c = 0; c < channels; c++) {
        averages[channels + c] = random_chance(30) ? 0.0f : random_float(0.05f, 1.0f);
        averages[c] = averages[channels + c] > 0.0f ? averages[c] : 0.0f;
    }
}

static float *value_at(const standard_case *test, uint8_t *memory, int32_t channel, int32_t k) {
    return AT(float, memory, test->weights) + training_tile_index(&test->base, test->first, test->count, channel, k);
}

static float record_float(const training_case *test, int word) {
    float value;
    memcpy(&value, &test->layer.record[word], 4);
    return value;
}

/* Mean and deviation of a filter before the call. */
static void define(const standard_case *test, int32_t channel, double *mean, double *deviation) {
    int32_t size = test->base.filter_size;
    *mean = *deviation = 0;
    for (int32_t k = 0; k < size; k++) {
        *mean += (double)test->share * *value_at(test, test->base.expected, channel, k) / size;
    }
    for (int32_t k = 0; k < size; k++) {
        double apart = (double)test->share * *value_at(test, test->base.expected, channel, k) - *mean;
        *deviation += apart * apart / size;
    }
    *deviation = sqrt(*deviation);
}

static void near(double actual, double expected, double span) {
    CHECK(fabs(actual - expected) <= 1e-4 * (fabs(expected) + span));
}

static void compare(const standard_case *test, int32_t channel) {
    const training_case *base = &test->base;
    int32_t size = base->filter_size;
    const float *before = AT(float, base->expected, test->averages);
    const float *after = AT(float, base->bytes, test->averages);
    double mean, deviation;
    define(test, channel, &mean, &deviation);
    if (size == 1) {
        CHECK(*value_at(test, base->bytes, channel, 0) == 0.0f && after[channel] == before[channel]);
        return;
    }
    double old = before[base->channels + channel];
    mean = old > 0 ? 0.8 * before[channel] + 0.2 * mean : mean;
    deviation = old > 0 ? 0.8 * old + 0.2 * deviation : deviation;
    near(after[channel], mean, 1);
    near(after[base->channels + channel], deviation, 0.01);
    double scale = training_multiplier(base, channel) * record_float(base, ATTUNE_OUTPUT_SCALE) /
                   record_float(base, ATTUNE_INPUT_SCALE);
    for (int32_t k = 0; k < size; k++) {
        double apart = (double)test->share * *value_at(test, base->expected, channel, k) - mean;
        near(*value_at(test, base->bytes, channel, k), scale * apart / deviation, scale / deviation);
    }
}

static void test_random(void) {
    for (int32_t number = 0; number < CASES; number++) {
        random_seed((uint32_t)number);
        standard_case test;
        open_case(&test);
        training_expect(&test.base);
        CHECK_EQUAL(run(&test), ATTUNE_OK);
        for (int32_t c = test.first; c < test.first + test.count; c++) {
            compare(&test, c);
        }
        training_close(&test.base);
    }
}

/* All equal, all zero, and what float32 does not hold: no step, and averages stay. */
static void test_without_deviation(void) {
    static const float values[4] = {0.0f, 0.1f, FLT_MAX, INFINITY};
    for (int32_t number = 0; number < 200; number++) {
        random_seed((uint32_t)number);
        standard_case test;
        open_case(&test);
        float *tile = AT(float, test.base.bytes, test.weights);
        float value = values[number % 4];
        for (int32_t i = 0; i < test.count * test.base.filter_size; i++) {
            tile[i] = value == FLT_MAX && i % 2 ? -value : value;
        }
        test.share = 1.0f;
        training_expect(&test.base);
        memset(AT(float, test.base.expected, test.weights), 0, 4 * (size_t)(test.count * test.base.filter_size));
        CHECK_EQUAL(run(&test), ATTUNE_OK);
        training_compare(&test.base, "no deviation");
        training_close(&test.base);
    }
}

static void test_refused(void) {
    random_seed(3);
    standard_case test;
    open_case(&test);
    training_expect(&test.base);
    test.share = -1.0f;
    CHECK_EQUAL(run(&test), ATTUNE_ERROR_ARGUMENT);
    test.share = NAN;
    CHECK_EQUAL(run(&test), ATTUNE_ERROR_ARGUMENT);
    test.share = 1.0f;
    test.count = test.base.channels - test.first + 1;
    CHECK_EQUAL(run(&test), ATTUNE_ERROR_ARGUMENT);
    test.count = 1;
    test.averages = test.weights;
    CHECK_EQUAL(run(&test), ATTUNE_ERROR_ARGUMENT);
    training_compare(&test.base, "refused");
    training_close(&test.base);
}

int main(void) {
    test_random();
    test_without_deviation();
    test_refused();
    return check_result();
}
