/* Errors of class scores, and sums of two errors, against their definitions. */
#include "check.h"
#include "random.h"
#include "training_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CLASSES = 2000 };

/* (p - y) * scale of each score, in extended precision. */
static void derivatives_take(const long double *logits, int32_t count, int32_t label, long double scale,
                             long double *derivatives) {
    long double largest = -INFINITY, sum = 0;
    int32_t hidden = count == 1;
    for (int32_t k = 0; k < count + hidden; k++) {
        largest = fmaxl(largest, logits[k]);
    }
    for (int32_t k = 0; k < count + hidden; k++) {
        sum += expl(logits[k] - largest);
    }
    for (int32_t c = 0; c < count; c++) {
        int32_t k = c + hidden;
        derivatives[c] = (expl(logits[k] - largest) / sum - (k == label)) * scale;
    }
}

static void scores_check(const long double *derivatives, int32_t count, const int8_t *errors, float scale) {
    long double largest = 0;
    for (int32_t c = 0; c < count; c++) {
        largest = fmaxl(largest, fabsl(derivatives[c]));
    }
    if (largest < 1e-15L) { /* what double keeps of p - 1 */
        CHECK(scale < 1e-15f);
        return;
    }
    CHECK(fabsl(scale - largest / 127) <= 1e-6L * largest + 1e-17L);
    for (int32_t c = 0; c < count; c++) {
        CHECK(fabsl(errors[c] - derivatives[c] / scale) <= 0.5L + 1.0L / 256 + 1e-13L / scale);
        CHECK(errors[c] != -128);
    }
}

static void test_logits(void) {
    int32_t arena = attune_arena_open(8192);
    uint8_t *bytes = attune_memory_find(arena)->arena;
    for (int run = 0; run < 3000; run++) {
        static long double logits[CLASSES], derivatives[CLASSES];
        int32_t count = random_chance(20) ? 1 : random_between(2, random_chance(10) ? CLASSES : 12);
        int32_t hidden = count == 1;
        int32_t label = random_between(0, count + hidden - 1);
        int32_t zero = random_between(-128, 127);
        float scale = random_float(0.001f, 0.2f);
        logits[0] = 0;
        for (int32_t k = 0; k < count; k++) {
            bytes[k + 1] = (uint8_t)random_word();
            logits[k + hidden] = ((int8_t)bytes[k + 1] - zero) * (long double)scale;
        }
        derivatives_take(logits, count, label, scale, derivatives);
        CHECK_EQUAL(attune_error_logits(arena, 1, count, scale, zero, label, 4096, 8000), ATTUNE_OK);
        scores_check(derivatives, count, AT(int8_t, bytes, 4096), *AT(float, bytes, 8000));
    }
    attune_arena_close(arena);
}

static void test_head(void) {
    for (int run = 0; run < 300; run++) {
        static long double logits[CLASSES], derivatives[CLASSES];
        training_case test;
        training_open_classifier(&test);
        int32_t accumulators = training_place(&test, 4 * test.channels);
        int32_t error = training_place(&test, test.channels);
        int32_t result_scale = training_place(&test, 4);
        int32_t hidden = test.channels == 1;
        int32_t label = random_between(0, test.channels + hidden - 1);
        training_bind(&test, ATTUNE_BIND_OUTPUT, accumulators);
        float scale;
        memcpy(&scale, &test.layer.record[ATTUNE_OUTPUT_SCALE], 4);
        logits[0] = 0;
        for (int32_t c = 0; c < test.channels; c++) {
            double real = training_multiplier(&test, c) * scale;
            double wanted = real > 0 ? random_between(-2000, 2000) / 100.0 / real : 0;
            int32_t accumulator = (int32_t)fmin(fmax(wanted, INT32_MIN), INT32_MAX);
            AT(int32_t, test.bytes, accumulators)[c] = accumulator;
            logits[c + hidden] = (long double)accumulator * real;
        }
        derivatives_take(logits, test.channels, label, scale, derivatives);
        training_expect(&test);
        CHECK_EQUAL(attune_error_head(test.arena, CASE_RECORD, CASE_BINDING, label, error, result_scale), ATTUNE_OK);
        scores_check(derivatives, test.channels, AT(int8_t, test.bytes, error), *AT(float, test.bytes, result_scale));
        memcpy(test.expected + error, test.bytes + error, (size_t)test.channels);
        memcpy(test.expected + result_scale, test.bytes + result_scale, 4);
        training_compare(&test, "head");
        CHECK(attune_error_head(test.arena, CASE_RECORD, CASE_BINDING, -1, error, result_scale) < 0);
        CHECK(attune_error_head(test.arena, CASE_RECORD, CASE_BINDING, test.channels + hidden, error, result_scale) <
              0);
        training_compare(&test, "refused head");
        training_close(&test);
    }
}

/* A score so sure that float32 has nothing left of its error. */
static void test_nothing_left(void) {
    int32_t arena = attune_arena_open(64);
    uint8_t *bytes = attune_memory_find(arena)->arena;
    bytes[0] = 127;
    bytes[1] = 0x80;
    *AT(float, bytes, 16) = 7.0f;
    memset(bytes + 8, 1, 2);
    CHECK_EQUAL(attune_error_logits(arena, 0, 2, 10.0f, 0, 0, 8, 16), ATTUNE_OK);
    CHECK(*AT(float, bytes, 16) == 0.0f);
    CHECK_EQUAL(bytes[8], 0);
    CHECK_EQUAL(bytes[9], 0);
    attune_arena_close(arena);
}

/* --- Sums -----------------------------------------------------------------------------------------------------------
 */

enum { SUM_BYTES = 1 << 16, SCALE = 0, OTHER_SCALE = 4, ERROR = 16, OTHER = SUM_BYTES / 2 };

static void errors_random(int8_t *errors, int32_t count) {
    int32_t most = random_chance(60) ? 127 : random_between(0, 127);
    int zeros = random_chance(20) ? 95 : 10;
    for (int32_t i = 0; i < count; i++) {
        errors[i] = (int8_t)(random_chance(zeros) ? 0 : random_between(most == 127 ? -128 : -most, most));
    }
}

static double unit_random(void) {
    return ldexp(random_float(0.5f, 1.0f), random_between(-12, 0));
}

static int64_t compared, different;

static void test_merge(int32_t arena, uint8_t *bytes) {
    int32_t channels = random_between(1, 150), positions = random_between(1, 30), count = channels * positions;
    double *exact = malloc((size_t)count * sizeof *exact), *left = calloc((size_t)channels, sizeof *left);
    int8_t *errors = AT(int8_t, bytes, ERROR), *others = AT(int8_t, bytes, OTHER);
    errors_random(errors, count);
    errors_random(others, count);
    *AT(float, bytes, SCALE) = random_chance(10) ? 0.0f : (float)unit_random();
    *AT(float, bytes, OTHER_SCALE) = random_chance(10) ? 0.0f : (float)unit_random();
    double first = *AT(float, bytes, SCALE), second = *AT(float, bytes, OTHER_SCALE), most = 0;
    for (int32_t i = 0; i < count; i++) {
        exact[i] = errors[i] * first + others[i] * second;
        most = fmax(most, fabs(exact[i]));
    }
    int32_t nearest = random_chance(50) ? ATTUNE_ERROR_NEAREST : 0;
    CHECK_EQUAL(attune_error_merge(arena, ERROR, SCALE, OTHER, OTHER_SCALE, positions, channels, nearest, random_word(),
                                   random_word()),
                ATTUNE_OK);
    double scale = *AT(float, bytes, SCALE);
    for (int32_t i = 0; i < count && scale > 0; i++) {
        double value = exact[i] / scale, rounded = floor(value + 0.5);
        CHECK(fabs(value) < 128.0);
        CHECK(fabs(errors[i] - value) <= (nearest ? 0.5 : 1.0) + 1.0 / 128 || (value > 127 && errors[i] == 127));
        left[i % channels] += value - errors[i];
        compared += nearest != 0;
        different += nearest && errors[i] != rounded;
    }
    CHECK(scale > 0 || most == 0);
    for (int32_t c = 0; c < channels && !nearest; c++) {
        CHECK(fabs(left[c]) <= 1.5 + positions / 128.0);
    }
    free(exact);
    free(left);
}

static void test_merge_refused(int32_t arena, uint8_t *bytes) {
    uint8_t *before = malloc(SUM_BYTES);
    *AT(float, bytes, SCALE) = 1.0f;
    *AT(float, bytes, OTHER_SCALE) = 1.0f;
    memcpy(before, bytes, SUM_BYTES);
    CHECK_EQUAL(attune_error_merge(arena, ERROR, SCALE, OTHER, OTHER_SCALE, 0, 1, 0, 1, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_error_merge(arena, ERROR, SCALE, OTHER, OTHER_SCALE, 1, 0, 0, 1, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_error_merge(arena, ERROR, SCALE, OTHER, OTHER_SCALE, 1 << 20, 1 << 20, 0, 1, 1),
                ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_error_merge(arena, ERROR, SCALE, OTHER, OTHER_SCALE, 1, 1, 2, 1, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK(attune_error_merge(arena, ERROR, SCALE, ERROR + 1, OTHER_SCALE, 2, 2, 0, 1, 1) < 0);
    CHECK(attune_error_merge(arena, ERROR, SCALE, SUM_BYTES - 1, OTHER_SCALE, 2, 2, 0, 1, 1) < 0);
    CHECK(memcmp(before, bytes, SUM_BYTES) == 0);
    static const float bad[] = {-1.0f, NAN, INFINITY};
    for (int i = 0; i < 6; i++) {
        *AT(float, bytes, i < 3 ? SCALE : OTHER_SCALE) = bad[i % 3];
        memcpy(before, bytes, SUM_BYTES);
        CHECK_EQUAL(attune_error_merge(arena, ERROR, SCALE, OTHER, OTHER_SCALE, 2, 2, 0, 1, 1), ATTUNE_ERROR_ARGUMENT);
        CHECK(memcmp(before, bytes, SUM_BYTES) == 0);
        *AT(float, bytes, i < 3 ? SCALE : OTHER_SCALE) = 1.0f;
    }
    /* A sum beyond float32. */
    *AT(float, bytes, SCALE) = 0x1p127f;
    *AT(float, bytes, OTHER_SCALE) = 0x1p127f;
    memset(bytes + ERROR, 127, 4);
    memset(bytes + OTHER, 127, 4);
    memcpy(before, bytes, SUM_BYTES);
    CHECK_EQUAL(attune_error_merge(arena, ERROR, SCALE, OTHER, OTHER_SCALE, 2, 2, 0, 1, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK(memcmp(before, bytes, SUM_BYTES) == 0);
    free(before);
}

int main(void) {
    int32_t arena = attune_arena_open(SUM_BYTES);
    uint8_t *bytes = attune_memory_find(arena)->arena;
    test_logits();
    test_head();
    test_nothing_left();
    for (int run = 0; run < 3000; run++) {
        test_merge(arena, bytes);
    }
    printf("%lld of %lld sums are not the exact one rounded\n", (long long)different, (long long)compared);
    CHECK(different * 50 < compared);
    test_merge_refused(arena, bytes);
    attune_arena_close(arena);
    return check_result();
}
