/* The classifier's gradient in closed form, and centred loss differences, against their definitions. */
#include "check.h"
#include "random.h"
#include "training_case.h"

#include <math.h>
#include <string.h>

static void test_gradient(void) {
    for (int run = 0; run < 300; run++) {
        training_case test;
        training_open_classifier(&test);
        int32_t accumulators = training_place(&test, 4 * test.channels);
        int32_t nodes = training_place(&test, 4 * test.channels);
        /* A single score has a class 0 beside it, of logit 0. */
        int32_t hidden = test.channels == 1;
        int32_t label = random_between(0, test.channels + hidden - 1);
        training_bind(&test, ATTUNE_BIND_OUTPUT, accumulators);
        float scale;
        memcpy(&scale, &test.layer.record[ATTUNE_OUTPUT_SCALE], 4);
        long double units[2000], logits[2000], sum = hidden;
        for (int32_t c = 0; c < test.channels; c++) {
            units[c] = (long double)training_multiplier(&test, c) * scale;
            double wanted = random_between(-600, 600) / 100.0;
            double accumulator = units[c] > 0 ? wanted / (double)units[c] : 0;
            accumulator = fmin(fmax(accumulator, INT32_MIN), INT32_MAX);
            AT(int32_t, test.bytes, accumulators)[c] = (int32_t)accumulator;
            logits[c] = (int32_t)accumulator * units[c];
            sum += expl(logits[c]);
        }
        training_expect(&test);
        CHECK_EQUAL(attune_gradient_head(test.arena, CASE_RECORD, CASE_BINDING, label, nodes), ATTUNE_OK);
        for (int32_t c = 0; c < test.channels; c++) {
            double real = training_multiplier(&test, c);
            long double step = real > 0 ? fmin(fmax(1.0, floor(1.0 / real + 0.5)), 1073741824.0) : 1.0;
            long double expected = step * units[c] * (expl(logits[c]) / sum - (c + hidden == label ? 1 : 0));
            float actual = AT(const float, test.bytes, nodes)[c];
            if (!(fabsl(actual - expected) <= 2e-7L * fabsl(expected) + 1e-12L * step * units[c])) {
                printf("derivative %.9g, not %.9Lg\n", actual, expected);
                check_failures++;
            }
            AT(float, test.expected, nodes)[c] = actual;
        }
        training_compare(&test, "head");
        training_close(&test);
    }
}

static void test_center(void) {
    int32_t arena = attune_arena_open(512);
    float *values = (float *)(void *)(attune_memory_find(arena)->arena + 16);
    for (int run = 0; run < 1000; run++) {
        int32_t count = random_between(2, 100);
        float before[101];
        double mean = 0;
        for (int32_t i = 0; i < 101; i++) {
            before[i] = values[i] = random_float(-2.0f, 3.0f);
            mean += i < count ? (double)before[i] / count : 0;
        }
        CHECK_EQUAL(attune_losses_center(arena, 16, count), ATTUNE_OK);
        double sum = 0;
        for (int32_t i = 0; i < count; i++) {
            CHECK(fabs(values[i] - (before[i] - mean) * count / (count - 1)) < 1e-5);
            sum += values[i];
        }
        CHECK(fabs(sum) < 1e-4);
        CHECK(values[count] == before[count]);
    }
    CHECK_EQUAL(attune_losses_center(arena, 16, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_losses_center(arena, 18, 4), ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(attune_losses_center(arena, 16, 125), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_losses_center(arena + 1, 16, 4), ATTUNE_ERROR_HANDLE);
    attune_arena_close(arena);
}

static void test_errors(void) {
    training_case test;
    training_open_classifier(&test);
    int32_t accumulators = training_place(&test, 4 * test.channels);
    int32_t nodes = training_place(&test, 4 * test.channels);
    int32_t arena = test.arena;
    training_bind(&test, ATTUNE_BIND_OUTPUT, accumulators);
    training_expect(&test);
    CHECK_EQUAL(attune_gradient_head(-1, CASE_RECORD, CASE_BINDING, 0, nodes), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_gradient_head(arena, CASE_RECORD, CASE_BINDING, -1, nodes), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_gradient_head(arena, CASE_RECORD, CASE_BINDING, test.channels == 1 ? 2 : test.channels, nodes),
                ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_gradient_head(arena, CASE_RECORD, CASE_BINDING, 0, -1), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_gradient_head(arena, CASE_RECORD, CASE_BINDING, 0, nodes + 2), ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(attune_gradient_head(arena, CASE_RECORD, CASE_BINDING, 0, accumulators), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_gradient_head(arena, CASE_RECORD, CASE_BINDING, 0, TRAINING_ARENA_BYTES), ATTUNE_ERROR_ARENA);
    training_compare(&test, "errors");
    training_close(&test);

    layer_case other;
    case_create(&other, ATTUNE_SOFTMAX);
    arena = case_open(&other);
    CHECK_EQUAL(attune_gradient_head(arena, CASE_RECORD, CASE_BINDING, 0, 0), ATTUNE_ERROR_MODE);
    attune_arena_close(arena);
    case_free(&other);
}

int main(void) {
    random_seed(12);
    test_gradient();
    test_center();
    test_errors();
    return check_result();
}
