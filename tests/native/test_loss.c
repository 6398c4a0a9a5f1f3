/* Cross-entropy and argmax against their definitions. */
#include "check.h"
#include "random.h"
#include "training_case.h"

#include <math.h>
#include <string.h>

enum { CLASSES = 12 };

/* ln(sum_k exp(z_k - z_label)), in extended precision. */
static long double naive_loss(const long double *logits, int32_t count, int32_t label) {
    long double others = 0;
    for (int32_t k = 0; k < count; k++) {
        others += k == label ? 0 : expl(logits[k] - logits[label]);
    }
    return log1pl(others);
}

static void check_loss(const uint8_t *bytes, int32_t result, long double expected) {
    float actual = *AT(const float, bytes, result);
    /* Half a unit in the last place of float32, also of a subnormal one, and what the naive sum itself may be off. */
    if (!(fabsl(actual - expected) <= 6.1e-8L * expected + 0x1.01p-150L)) {
        printf("loss %.9g, not %.9Lg\n", actual, expected);
        check_failures++;
    }
}

static void test_accumulators(void) {
    for (int run = 0; run < 300; run++) {
        training_case test;
        training_open_classifier(&test);
        int32_t accumulators = training_place(&test, 4 * test.channels);
        int32_t clean = training_place(&test, 4);
        int32_t result = training_place(&test, 4);
        /* A single score has a class 0 beside it, of logit 0. */
        int32_t hidden = test.channels == 1;
        int32_t label = random_between(0, test.channels + hidden - 1);
        training_bind(&test, ATTUNE_BIND_OUTPUT, accumulators);
        float scale;
        memcpy(&scale, &test.layer.record[ATTUNE_OUTPUT_SCALE], 4);
        long double logits[2000] = {0};
        int confident = random_chance(30);
        for (int32_t c = 0; c < test.channels; c++) {
            double real = training_multiplier(&test, c) * scale;
            /* Logits of -20..20, and the label's far above when the sample is a confident one. */
            double wanted = random_between(-2000, 2000) / 100.0 + (confident && c + hidden == label ? 60.0 : 0.0);
            double accumulator = real > 0 ? wanted / real : 0;
            accumulator = fmin(fmax(accumulator, INT32_MIN), INT32_MAX);
            AT(int32_t, test.bytes, accumulators)[c] = (int32_t)accumulator;
            logits[c + hidden] = (long double)(int32_t)accumulator * real;
        }
        /* Beyond this the naive difference itself is too coarse. */
        long double expected = naive_loss(logits, test.channels + hidden, label);
        if (expected < 1e4L) {
            training_expect(&test);
            CHECK_EQUAL(attune_loss_s32(test.arena, CASE_RECORD, CASE_BINDING, label, -1, result), ATTUNE_OK);
            check_loss(test.bytes, result, expected);
            *AT(float, test.expected, result) = *AT(float, test.bytes, result);
            training_compare(&test, "loss");

            *AT(float, test.bytes, clean) = (float)expected;
            CHECK_EQUAL(attune_loss_s32(test.arena, CASE_RECORD, CASE_BINDING, label, clean, result), ATTUNE_OK);
            long double difference = expected - (float)expected;
            CHECK(fabsl(*AT(float, test.bytes, result) - difference) <=
                  6.1e-8L * fabsl(difference) + 1e-14L * expected + 1e-14L);
            /* The difference may replace the clean loss. */
            float apart = *AT(float, test.bytes, result);
            CHECK_EQUAL(attune_loss_s32(test.arena, CASE_RECORD, CASE_BINDING, label, clean, clean), ATTUNE_OK);
            CHECK(*AT(float, test.bytes, clean) == apart);
        }
        training_close(&test);
    }
}

static void test_int8(void) {
    int32_t arena = attune_arena_open(64);
    uint8_t *bytes = attune_memory_find(arena)->arena;
    for (int run = 0; run < 3000; run++) {
        int32_t count = random_between(1, CLASSES);
        int32_t hidden = count == 1;
        int32_t label = random_between(0, count + hidden - 1);
        int32_t zero = random_between(-128, 127);
        float scale = random_float(0.001f, 1.0f);
        long double logits[CLASSES] = {0};
        for (int32_t k = 0; k < count; k++) {
            AT(int8_t, bytes, 1)[k] = (int8_t)random_between(-128, 127);
            logits[k + hidden] = (AT(int8_t, bytes, 1)[k] - zero) * (long double)scale;
        }
        CHECK_EQUAL(attune_loss_s8(arena, 1, count, scale, zero, label, -1, 16), ATTUNE_OK);
        check_loss(bytes, 16, naive_loss(logits, count + hidden, label));
    }
    attune_arena_close(arena);
}

/* -sum p ln p, from probabilities in extended precision; with label -1. */
static void test_entropy(void) {
    int32_t arena = attune_arena_open(64);
    uint8_t *bytes = attune_memory_find(arena)->arena;
    for (int run = 0; run < 1000; run++) {
        int32_t count = random_between(1, CLASSES);
        int32_t zero = random_between(-128, 127);
        float scale = random_float(0.001f, 1.0f);
        int32_t hidden = count == 1;
        long double logits[CLASSES] = {0}, largest = -1000, sum = 0, expected = 0;
        for (int32_t k = 0; k < count; k++) {
            AT(int8_t, bytes, 1)[k] = (int8_t)random_between(-128, 127);
            logits[k + hidden] = (AT(int8_t, bytes, 1)[k] - zero) * (long double)scale;
        }
        for (int32_t k = 0; k < count + hidden; k++) {
            largest = fmaxl(largest, logits[k]);
        }
        for (int32_t k = 0; k < count + hidden; k++) {
            sum += expl(logits[k] - largest);
        }
        for (int32_t k = 0; k < count + hidden; k++) {
            long double logit = logits[k] - largest;
            expected -= expl(logit) / sum * (logit - logl(sum));
        }
        CHECK_EQUAL(attune_loss_s8(arena, 1, count, scale, zero, -1, -1, 16), ATTUNE_OK);
        /* The naive sum has no digits below those of 1. */
        CHECK(fabsl(*AT(const float, bytes, 16) - expected) <= 6.1e-8L * expected + 1e-15L);
        /* Minus a clean entropy, as for the loss. */
        *AT(float, bytes, 20) = (float)expected;
        CHECK_EQUAL(attune_loss_s8(arena, 1, count, scale, zero, -1, 20, 16), ATTUNE_OK);
        CHECK(fabsl(*AT(const float, bytes, 16) - (expected - (float)expected)) <= 1e-14L);
    }
    attune_arena_close(arena);
    for (int run = 0; run < 100; run++) {
        training_case test;
        training_open_classifier(&test);
        int32_t accumulators = training_place(&test, 4 * test.channels);
        int32_t result = training_place(&test, 4);
        training_bind(&test, ATTUNE_BIND_OUTPUT, accumulators);
        attune_arena_fill(test.arena, accumulators, 4 * test.channels, 0);
        CHECK_EQUAL(attune_loss_s32(test.arena, CASE_RECORD, CASE_BINDING, -1, -1, result), ATTUNE_OK);
        check_loss(test.bytes, result, logl(test.channels == 1 ? 2 : test.channels));
        training_close(&test);
    }
}

static void test_argmax(void) {
    int32_t arena = attune_arena_open(64);
    int8_t *bytes = (int8_t *)attune_memory_find(arena)->arena;
    static const int8_t values[] = {-128, -3, 90, -3, 90, 12};
    memcpy(bytes + 5, values, sizeof values);
    CHECK_EQUAL(attune_argmax_s8(arena, 5, 6), 2);
    CHECK_EQUAL(attune_argmax_s8(arena, 5, 2), 1);
    CHECK_EQUAL(attune_argmax_s8(arena, 5, 1), 0);
    CHECK_EQUAL(attune_argmax_s8(arena, 5, 0), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_argmax_s8(arena, 59, 6), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_argmax_s8(arena, -1, 1), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_argmax_s8(arena + 1, 5, 6), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_arena_high_water(arena), 11);
    attune_arena_close(arena);
}

static void test_errors(void) {
    training_case test;
    training_open_classifier(&test);
    int32_t accumulators = training_place(&test, 4 * test.channels);
    int32_t result = training_place(&test, 4);
    int32_t arena = test.arena;
    training_bind(&test, ATTUNE_BIND_OUTPUT, accumulators);
    training_expect(&test);
    CHECK_EQUAL(attune_loss_s32(-1, CASE_RECORD, CASE_BINDING, 0, -1, result), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_loss_s32(arena, CASE_RECORD, CASE_BINDING, -2, -1, result), ATTUNE_ERROR_ARGUMENT);
    int32_t classes = test.channels == 1 ? 2 : test.channels;
    CHECK_EQUAL(attune_loss_s32(arena, CASE_RECORD, CASE_BINDING, classes, -1, result), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_loss_s32(arena, CASE_RECORD, CASE_BINDING, 0, -2, result), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_loss_s32(arena, CASE_RECORD, CASE_BINDING, 0, -1, -1), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_loss_s32(arena, CASE_RECORD, CASE_BINDING, 0, -1, result + 2), ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(attune_loss_s32(arena, CASE_RECORD, CASE_BINDING, 0, -1, accumulators), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_loss_s32(arena, CASE_RECORD, CASE_BINDING, 0, -1, CASE_BINDING), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_loss_s32(arena, CASE_RECORD, CASE_BINDING, 0, -1, TRAINING_ARENA_BYTES), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_loss_s8(arena, accumulators, 4, 0.0f, 0, 0, -1, result), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_loss_s8(arena, accumulators, 4, NAN, 0, 0, -1, result), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_loss_s8(arena, accumulators, 4, 1.0f, 128, 0, -1, result), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_loss_s8(arena, accumulators, 4, 1.0f, 0, 4, -1, result), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_loss_s8(arena, accumulators, 1, 1.0f, 0, 2, -1, result), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_loss_s8(arena, accumulators, 0, 1.0f, 0, 0, -1, result), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_loss_s8(arena, accumulators, 4, 1.0f, 0, 0, -1, accumulators), ATTUNE_ERROR_ARGUMENT);
    training_compare(&test, "errors");
    training_close(&test);

    layer_case other;
    case_create(&other, ATTUNE_SOFTMAX);
    arena = case_open(&other);
    CHECK_EQUAL(attune_loss_s32(arena, CASE_RECORD, CASE_BINDING, 0, -1, 0), ATTUNE_ERROR_MODE);
    attune_arena_close(arena);
    case_free(&other);
}

int main(void) {
    random_seed(2);
    test_accumulators();
    test_int8();
    test_entropy();
    test_argmax();
    test_errors();
    return check_result();
}
