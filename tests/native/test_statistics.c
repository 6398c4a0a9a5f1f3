/* Statistics of pre-activations, against their definitions. */
#include "alignment_case.h"
#include "check.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct fold_case {
    training_case test;
    int32_t mean, variance, scatter, statistics;
    int32_t samples;
    int32_t *accumulators; /* [samples][positions][channels] */
    double *scatters;      /* [channels] sums of squared deviations of the samples' means, over var_s */
    double *roundings;     /* [channels] what rounding may add to them */
} fold_case;

static void fold_open(fold_case *fold) {
    training_case *test = &fold->test;
    training_open(test, training_operation());
    alignment_calm_biases(test);
    alignment_still_channels(test);
    /* The model's multipliers say which channels are in use, not those in force. */
    training_bind(test, ATTUNE_BIND_RESCALE, -1);
    int32_t channels = test->channels;
    fold->samples = random_between(1, 5);
    fold->mean = training_place(test, 4 * channels);
    fold->variance = training_place(test, 4 * channels);
    fold->scatter = training_place(test, 8);
    fold->statistics = training_place(test, 16 * channels);
    training_bind(test, ATTUNE_BIND_STATISTICS, fold->statistics);
    /* NaN: what was there before the first sample does not count. */
    attune_arena_fill(test->arena, fold->mean, 8 * channels, 0xff);
    attune_arena_fill(test->arena, fold->scatter, 8, 0xff);
    attune_arena_fill(test->arena, fold->statistics, 16 * channels, 0);
    size_t values = (size_t)(test->positions * fold->samples * channels);
    fold->accumulators = malloc(sizeof *fold->accumulators * values);
    fold->scatters = calloc((size_t)channels, sizeof *fold->scatters);
    fold->roundings = calloc((size_t)channels, sizeof *fold->roundings);
}

static void fold_close(fold_case *fold) {
    free(fold->accumulators);
    free(fold->scatters);
    free(fold->roundings);
    training_close(&fold->test);
}

/* Draws the accumulators of all samples and folds one sample after the other. */
static void fold_samples(fold_case *fold) {
    training_case *test = &fold->test;
    int32_t channels = test->channels;
    int32_t count = test->positions * channels;
    int64_t *sums = AT(int64_t, test->bytes, fold->statistics);
    /* A large mean with a small spread loses everything in careless arithmetic. */
    int32_t offset = random_chance(50) ? 190000000 : 0;
    int32_t spread = random_chance(20) ? 0 : random_chance(50) ? 3 : 10000;
    for (int32_t sample = 0; sample < fold->samples; sample++) {
        for (int32_t i = sample * count; i < (sample + 1) * count; i++) {
            int32_t c = i % channels;
            int32_t value = (c % 2 == 0 ? offset : -offset) + random_between(-spread, spread);
            fold->accumulators[i] = value;
            sums[c] += value;
            sums[channels + c] += (int64_t)value * value;
        }
        CHECK_EQUAL(attune_statistics_fold(test->arena, CASE_RECORD, CASE_BINDING, fold->mean, fold->variance,
                                           fold->scatter, sample, 1e-5f),
                    ATTUNE_OK);
        for (int32_t c = 0; c < 2 * channels; c++) {
            CHECK_EQUAL(sums[c], 0);
        }
    }
}

/* Mean and variance of a channel over all positions, and the scatter of the samples' means. */
static void fold_channel_check(fold_case *fold, int32_t c) {
    const training_case *test = &fold->test;
    int32_t channels = test->channels, positions = test->positions, values = positions * fold->samples;
    const int32_t *accumulators = fold->accumulators + c;
    double average = 0, squares = 0, largest = 0;
    for (int32_t i = 0; i < values; i++) {
        average += (double)accumulators[i * channels] / values;
        largest = fmax(largest, fabs((double)accumulators[i * channels]));
    }
    for (int32_t i = 0; i < values; i++) {
        squares += alignment_square(accumulators[i * channels] - average) / values;
    }
    double scale = alignment_unit(test, c);
    double expected_mean = scale * (average + alignment_bias(test, c));
    /* Each running mean was a float32; samples may cancel. */
    double mean_error = scale * (4e-7 * (largest + fabs(alignment_bias(test, c))) + 1e-6);
    double actual = AT(float, test->bytes, fold->mean)[c];
    CHECK(fabs(actual - expected_mean) <= mean_error);
    /* Between samples the running mean is a float32: its rounding enters the variance. */
    double rounding = fold->samples == 1 ? 1e-12 * scale * scale
                                         : 4 * mean_error * mean_error + 4 * mean_error * scale * sqrt(squares);
    CHECK(fabs(AT(float, test->bytes, fold->variance)[c] - scale * scale * squares) <=
          1e-6 * scale * scale * squares + rounding);
    for (int32_t sample = 0; sample < fold->samples; sample++) {
        double own = 0;
        for (int32_t i = sample * positions; i < (sample + 1) * positions; i++) {
            own += (double)accumulators[i * channels] / positions;
        }
        fold->scatters[c] += alignment_square(scale * (own - average)) / alignment_source_variance(test, c);
        fold->roundings[c] += alignment_square(mean_error) / alignment_source_variance(test, c);
    }
}

/* After k samples the running statistics are those of all their positions, and the scatter that of their means. */
static void test_fold(void) {
    for (int run = 0; run < 200; run++) {
        fold_case fold;
        fold_open(&fold);
        fold_samples(&fold);
        for (int32_t c = 0; c < fold.test.channels; c++) {
            fold_channel_check(&fold, c);
        }
        double expected = alignment_average(&fold.test, fold.scatters);
        double rounding = alignment_average(&fold.test, fold.roundings);
        const float *scatter = AT(const float, fold.test.bytes, fold.scatter);
        CHECK(fabs(scatter[0] - expected) <= 1e-6 * expected + 2 * sqrt(expected * rounding) + rounding);
        CHECK(fold.samples > 1 || (scatter[0] == 0 && scatter[1] == 0));
        fold_close(&fold);
    }
}

/* n * squares and sum^2 lie on both sides of 2^64: the exact difference borrows from its upper half. */
static void test_fold_across_64_bits(void) {
    training_case test;
    do {
        training_open(&test, ATTUNE_CONV_2D);
        if (test.positions >= 8) {
            break;
        }
        training_close(&test);
    } while (1);
    int32_t n = test.positions, channels = test.channels;
    int32_t mean = training_place(&test, 4 * channels);
    int32_t variance = training_place(&test, 4 * channels);
    int32_t scatter = training_place(&test, 8);
    int32_t statistics = training_place(&test, 16 * channels);
    training_bind(&test, ATTUNE_BIND_STATISTICS, statistics);
    attune_arena_fill(test.arena, statistics, 16 * channels, 0);
    int64_t *sums = AT(int64_t, test.bytes, statistics);
    int64_t wanted = ((int64_t)1 << 32) - 1;
    double average = (double)wanted / n, expected = 0;
    for (int32_t p = 0; p < n; p++) {
        int64_t value = p < n - 1 ? wanted / n + random_between(-1000000, 1000000) : wanted - sums[0];
        sums[0] += value;
        sums[channels] += value * value;
        expected += ((double)value - average) * ((double)value - average) / n;
    }
    CHECK_EQUAL(attune_statistics_fold(test.arena, CASE_RECORD, CASE_BINDING, mean, variance, scatter, 0, 1.0f),
                ATTUNE_OK);
    expected *= alignment_unit(&test, 0) * alignment_unit(&test, 0);
    CHECK(alignment_near(AT(float, test.bytes, variance)[0], expected, 1e-7));
    training_close(&test);
}

/* A further sample, by the equations of attune.h. */
static void test_merge(void) {
    for (int run = 0; run < 200; run++) {
        training_case test;
        training_open(&test, training_operation());
        alignment_calm_biases(&test);
        alignment_still_channels(&test);
        training_bind(&test, ATTUNE_BIND_RESCALE, -1);
        int32_t channels = test.channels, samples = random_between(1, 40);
        float epsilon = random_chance(50) ? 1e-5f : 0.1f;
        int32_t mean = training_place(&test, 4 * channels);
        int32_t variance = training_place(&test, 4 * channels);
        int32_t spread = training_place(&test, 8);
        int32_t statistics = training_place(&test, 16 * channels);
        training_bind(&test, ATTUNE_BIND_STATISTICS, statistics);
        int64_t *sums = AT(int64_t, test.bytes, statistics);
        for (int32_t c = 0; c < channels; c++) {
            AT(float, test.bytes, variance)[c] += 1.0f;
            int64_t value = random_between(-3000, 3000);
            sums[c] = value * test.positions;
            sums[channels + c] = (value * value + random_between(0, 100000)) * test.positions;
        }
        training_expect(&test);
        CHECK_EQUAL(
            attune_statistics_fold(test.arena, CASE_RECORD, CASE_BINDING, mean, variance, spread, samples, epsilon),
            ATTUNE_OK);
        double *means = malloc(sizeof *means * (size_t)channels), *logs = malloc(sizeof *logs * (size_t)channels);
        for (int32_t c = 0; c < channels; c++) {
            double n = test.positions, scale = alignment_unit(&test, c), k = samples;
            const int64_t *old = AT(const int64_t, test.expected, statistics);
            double accumulator = (double)old[c] / n;
            double m1 = AT(float, test.expected, mean)[c], v1 = AT(float, test.expected, variance)[c];
            double m2 = scale * (accumulator + alignment_bias(&test, c));
            double v2 = alignment_square(scale) * ((double)old[channels + c] / n - alignment_square(accumulator));
            double m = (k * m1 + m2) / (k + 1);
            double v = (k * (v1 + alignment_square(m1 - m)) + v2 + alignment_square(m2 - m)) / (k + 1);
            CHECK(fabs(AT(float, test.bytes, mean)[c] - m) <= 1e-7 * (fabs(m) + fabs(m1)));
            CHECK(alignment_near(AT(float, test.bytes, variance)[c], v, 1e-7));
            /* What one more sample adds to the sum of squared deviations. */
            double added = k * alignment_square(m1 - m) + alignment_square(m2 - m);
            means[c] = added / alignment_source_variance(&test, c);
            logs[c] = alignment_square(log((v2 + added + (double)epsilon) / (v + (double)epsilon)));
        }
        const float *before = AT(const float, test.expected, spread), *after = AT(const float, test.bytes, spread);
        double mean_scatter = alignment_average(&test, means), variance_scatter = alignment_average(&test, logs);
        CHECK(fabs(after[0] - (before[0] + mean_scatter)) <= 1e-6 * (1 + mean_scatter));
        CHECK(fabs(after[1] - (before[1] + variance_scatter)) <= 1e-6 * (1 + variance_scatter));
        free(means);
        free(logs);
        training_close(&test);
    }
}

/* The sums that a run leaves give the statistics of that run's own accumulators. */
static void test_run_and_fold(void) {
    for (int run = 0; run < 50; run++) {
        training_case test;
        training_open(&test, training_operation());
        alignment_calm_biases(&test);
        int32_t channels = test.channels, values = test.positions * channels;
        int32_t mean = training_place(&test, 4 * channels);
        int32_t variance = training_place(&test, 4 * channels);
        int32_t output = training_place(&test, 4 * values);
        int32_t statistics = training_place(&test, 16 * channels);
        int32_t spread = training_place(&test, 8);
        int32_t scratch = (training_place(&test, attune_layer_scratch(test.arena, CASE_RECORD) + 16) + 15) / 16 * 16;
        training_bind(&test, ATTUNE_BIND_OUTPUT, output);
        training_bind(&test, ATTUNE_BIND_SCRATCH, scratch);
        training_bind(&test, ATTUNE_BIND_STATISTICS, statistics);
        training_bind(&test, ATTUNE_BIND_BIAS, -1);
        attune_arena_fill(test.arena, statistics, 16 * channels, 0);
        CHECK_EQUAL(attune_layer_run(test.arena, CASE_RECORD, CASE_BINDING,
                                     ATTUNE_RUN_ACCUMULATORS + ATTUNE_RUN_STATISTICS, 0, 0),
                    ATTUNE_OK);
        CHECK_EQUAL(attune_statistics_fold(test.arena, CASE_RECORD, CASE_BINDING, mean, variance, spread, 0, 1.0f),
                    ATTUNE_OK);
        for (int32_t c = 0; c < channels; c++) {
            double average = 0, squares = 0;
            for (int32_t p = 0; p < test.positions; p++) {
                average +=
                    alignment_unit(&test, c) * AT(int32_t, test.bytes, output)[p * channels + c] / test.positions;
            }
            for (int32_t p = 0; p < test.positions; p++) {
                double z = alignment_unit(&test, c) * AT(int32_t, test.bytes, output)[p * channels + c];
                squares += (z - average) * (z - average) / test.positions;
            }
            CHECK(fabs(AT(float, test.bytes, mean)[c] - average) <= 1e-7 * fabs(average) + 1e-12);
            CHECK(fabs(AT(float, test.bytes, variance)[c] - squares) <= 1e-7 * squares + 1e-12);
        }
        training_close(&test);
    }
}

static void test_errors(void) {
    training_case test;
    alignment_open_channels(&test);
    int32_t arena = test.arena, channels = test.channels;
    int32_t mean = training_place(&test, 4 * channels);
    int32_t variance = training_place(&test, 4 * channels);
    int32_t spread = training_place(&test, 8);
    int32_t statistics = training_place(&test, 16 * channels);
    attune_arena_fill(arena, statistics, 16 * channels, 0);
    training_bind(&test, ATTUNE_BIND_STATISTICS, statistics);
    training_expect(&test);
#define FOLD(mean, variance, spread, samples)                                                                          \
    attune_statistics_fold(arena, CASE_RECORD, CASE_BINDING, mean, variance, spread, samples, 1e-5f)
    CHECK_EQUAL(FOLD(mean, variance, spread, -1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(FOLD(mean, mean, spread, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(FOLD(statistics, variance, spread, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(FOLD(mean, variance, mean, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(FOLD(-1, variance, spread, 1), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(FOLD(mean, variance, TRAINING_ARENA_BYTES - 4, 1), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(FOLD(mean, variance + 2, spread, 1), ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(FOLD(mean, variance, spread + 1, 1), ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(attune_statistics_fold(arena, CASE_RECORD, CASE_BINDING, mean, variance, spread, 1, 0.0f),
                ATTUNE_ERROR_ARGUMENT);
    training_compare(&test, "errors");

    /* Sums that no values have. */
    int64_t *sums = AT(int64_t, test.bytes, statistics);
    sums[channels - 1] = INT64_MIN;
    training_expect(&test);
    CHECK_EQUAL(FOLD(mean, variance, spread, 1), ATTUNE_ERROR_RANGE);
    sums[channels - 1] = 0;
    sums[2 * channels - 1] = -1;
    training_expect(&test);
    CHECK_EQUAL(FOLD(mean, variance, spread, 1), ATTUNE_ERROR_RANGE);
    training_record(&test, ATTUNE_STATISTICS, -1);
    CHECK_EQUAL(FOLD(mean, variance, spread, 1), ATTUNE_ERROR_RECORD);
    training_record(&test, ATTUNE_SCALES, -1);
    CHECK_EQUAL(FOLD(mean, variance, spread, 1), ATTUNE_ERROR_RECORD);
    training_compare(&test, "errors");
    training_close(&test);
}

int main(void) {
    random_seed(5);
    test_fold();
    test_fold_across_64_bits();
    test_merge();
    test_run_and_fold();
    test_errors();
    return check_result();
}
