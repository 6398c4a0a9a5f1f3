/* Statistics of pre-activations and the alignment that uses them, against their definitions. */
#include "check.h"
#include "random.h"
#include "training_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static float record_float(const training_case *test, int word) {
    float value;
    memcpy(&value, &test->layer.record[word], 4);
    return value;
}

static int near(double actual, double expected, double tolerance) {
    return fabs(actual - expected) <= tolerance * fabs(expected);
}

/* Small biases of the model, so that they do not hide what is tested. */
static void calm_biases(training_case *test) {
    int32_t bias = test->layer.record[ATTUNE_BIAS];
    for (int32_t c = 0; bias >= 0 && c < test->channels; c++) {
        int32_t value = random_between(-20000, 20000);
        memcpy(test->layer.model + bias + 4 * c, &value, 4);
        attune_model_write(test->arena, bias + 4 * c, (const uint8_t *)&value, 0, 4);
    }
}

static double model_bias(const training_case *test, int32_t channel) {
    int32_t bias = test->layer.record[ATTUNE_BIAS];
    return bias < 0 ? 0 : AT(const int32_t, test->layer.model, bias)[channel];
}

static double unit(const training_case *test, int32_t channel) {
    return (double)record_float(test, ATTUNE_INPUT_SCALE) *
           AT(const float, test->layer.model, test->layer.record[ATTUNE_SCALES])[channel];
}

/* Channels that do not vary in the source. */
static void still_channels(training_case *test) {
    int32_t variances = test->layer.record[ATTUNE_STATISTICS] + 4 * test->channels;
    for (int32_t c = 0; c < test->channels; c++) {
        if (random_chance(10)) {
            AT(float, test->layer.model, variances)[c] = 0.0f;
        }
    }
    attune_model_write(test->arena, variances, test->layer.model + variances, 0, 4 * test->channels);
}

static double source_mean(const training_case *test, int32_t channel) {
    return AT(const float, test->layer.model, test->layer.record[ATTUNE_STATISTICS])[channel];
}

static double source_variance(const training_case *test, int32_t channel) {
    return source_mean(test, test->channels + channel);
}

/* The average over the channels that are in use and vary in the source; 0 if there are none. */
static double layer_average(const training_case *test, const double *values) {
    double sum = 0;
    int32_t count = 0;
    for (int32_t c = 0; c < test->channels; c++) {
        if (training_multiplier(test, c) > 0 && source_variance(test, c) > 0) {
            sum += values[c];
            count++;
        }
    }
    return count == 0 ? 0 : sum / count;
}

static double square(double x) {
    return x * x;
}

/* After k samples the running statistics are those of all their positions, and the scatter that of their means. */
static void test_fold(void) {
    for (int run = 0; run < 200; run++) {
        training_case test;
        training_open(&test, training_operation());
        calm_biases(&test);
        still_channels(&test);
        /* The model's multipliers say which channels are in use, not those in force. */
        training_bind(&test, ATTUNE_BIND_RESCALE, -1);
        int32_t channels = test.channels, samples = random_between(1, 5);
        int32_t mean = training_place(&test, 4 * channels);
        int32_t variance = training_place(&test, 4 * channels);
        int32_t scatter = training_place(&test, 8);
        int32_t statistics = training_place(&test, 16 * channels);
        training_bind(&test, ATTUNE_BIND_STATISTICS, statistics);
        /* NaN: what was there before the first sample does not count. */
        attune_arena_fill(test.arena, mean, 8 * channels, 0xff);
        attune_arena_fill(test.arena, scatter, 8, 0xff);
        attune_arena_fill(test.arena, statistics, 16 * channels, 0);
        int32_t values = test.positions * samples;
        int32_t *accumulators = malloc(sizeof *accumulators * (size_t)(values * channels));
        double *scatters = calloc((size_t)channels, sizeof *scatters);
        double *roundings = calloc((size_t)channels, sizeof *roundings);
        int64_t *sums = AT(int64_t, test.bytes, statistics);
        /* A large mean with a small spread loses everything in careless arithmetic. */
        int32_t offset = random_chance(50) ? 190000000 : 0;
        int32_t spread = random_chance(20) ? 0 : random_chance(50) ? 3 : 10000;
        for (int32_t sample = 0; sample < samples; sample++) {
            for (int32_t i = sample * test.positions * channels; i < (sample + 1) * test.positions * channels; i++) {
                int32_t c = i % channels;
                accumulators[i] = (c % 2 == 0 ? offset : -offset) + random_between(-spread, spread);
                sums[c] += accumulators[i];
                sums[channels + c] += (int64_t)accumulators[i] * accumulators[i];
            }
            CHECK_EQUAL(
                attune_statistics_fold(test.arena, CASE_RECORD, CASE_BINDING, mean, variance, scatter, sample, 1e-5f),
                ATTUNE_OK);
            for (int32_t c = 0; c < 2 * channels; c++) {
                CHECK_EQUAL(sums[c], 0);
            }
        }
        for (int32_t c = 0; c < channels; c++) {
            double average = 0, squares = 0, largest = 0;
            for (int32_t i = 0; i < values; i++) {
                average += (double)accumulators[i * channels + c] / values;
                largest = fmax(largest, fabs((double)accumulators[i * channels + c]));
            }
            for (int32_t i = 0; i < values; i++) {
                double difference = accumulators[i * channels + c] - average;
                squares += difference * difference / values;
            }
            double scale = unit(&test, c);
            double expected_mean = scale * (average + model_bias(&test, c));
            /* Each running mean was a float32; samples may cancel. */
            double mean_error = scale * (4e-7 * (largest + fabs(model_bias(&test, c))) + 1e-6);
            double actual = AT(float, test.bytes, mean)[c];
            CHECK(fabs(actual - expected_mean) <= mean_error);
            /* Between samples the running mean is a float32: its rounding enters the variance. */
            double rounding = samples == 1 ? 1e-12 * scale * scale
                                           : 4 * mean_error * mean_error + 4 * mean_error * scale * sqrt(squares);
            CHECK(fabs(AT(float, test.bytes, variance)[c] - scale * scale * squares) <=
                  1e-6 * scale * scale * squares + rounding);
            for (int32_t sample = 0; sample < samples; sample++) {
                double own = 0;
                for (int32_t i = sample * test.positions; i < (sample + 1) * test.positions; i++) {
                    own += (double)accumulators[i * channels + c] / test.positions;
                }
                scatters[c] += square(scale * (own - average)) / source_variance(&test, c);
                roundings[c] += square(mean_error) / source_variance(&test, c);
            }
        }
        double expected = layer_average(&test, scatters), rounding = layer_average(&test, roundings);
        CHECK(fabs(AT(float, test.bytes, scatter)[0] - expected) <=
              1e-6 * expected + 2 * sqrt(expected * rounding) + rounding);
        CHECK(samples > 1 || (AT(float, test.bytes, scatter)[0] == 0 && AT(float, test.bytes, scatter)[1] == 0));
        free(accumulators);
        free(scatters);
        free(roundings);
        training_close(&test);
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
    expected *= unit(&test, 0) * unit(&test, 0);
    CHECK(near(AT(float, test.bytes, variance)[0], expected, 1e-7));
    training_close(&test);
}

/* A further sample, by the equations of attune.h. */
static void test_merge(void) {
    for (int run = 0; run < 200; run++) {
        training_case test;
        training_open(&test, training_operation());
        calm_biases(&test);
        still_channels(&test);
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
            double n = test.positions, scale = unit(&test, c), k = samples;
            const int64_t *old = AT(const int64_t, test.expected, statistics);
            double accumulator = (double)old[c] / n;
            double m1 = AT(float, test.expected, mean)[c], v1 = AT(float, test.expected, variance)[c];
            double m2 = scale * (accumulator + model_bias(&test, c));
            double v2 = square(scale) * ((double)old[channels + c] / n - square(accumulator));
            double m = (k * m1 + m2) / (k + 1);
            double v = (k * (v1 + square(m1 - m)) + v2 + square(m2 - m)) / (k + 1);
            CHECK(fabs(AT(float, test.bytes, mean)[c] - m) <= 1e-7 * (fabs(m) + fabs(m1)));
            CHECK(near(AT(float, test.bytes, variance)[c], v, 1e-7));
            /* What one more sample adds to the sum of squared deviations. */
            double added = k * square(m1 - m) + square(m2 - m);
            means[c] = added / source_variance(&test, c);
            logs[c] = square(log((v2 + added + (double)epsilon) / (v + (double)epsilon)));
        }
        const float *before = AT(const float, test.expected, spread), *after = AT(const float, test.bytes, spread);
        double mean_scatter = layer_average(&test, means), variance_scatter = layer_average(&test, logs);
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
        calm_biases(&test);
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
                average += unit(&test, c) * AT(int32_t, test.bytes, output)[p * channels + c] / test.positions;
            }
            for (int32_t p = 0; p < test.positions; p++) {
                double z = unit(&test, c) * AT(int32_t, test.bytes, output)[p * channels + c];
                squares += (z - average) * (z - average) / test.positions;
            }
            CHECK(fabs(AT(float, test.bytes, mean)[c] - average) <= 1e-7 * fabs(average) + 1e-12);
            CHECK(fabs(AT(float, test.bytes, variance)[c] - squares) <= 1e-7 * squares + 1e-12);
        }
        training_close(&test);
    }
}

/* What attune.h says of the part of a difference that is corrected. */
static double part(double difference, double scatter, int32_t samples, double guard, double prior) {
    double n = samples;
    if (samples == 0 || (samples <= 5 && guard > 0)) {
        return 0;
    }
    if (guard == 0) {
        return n / (n + prior);
    }
    double kept = 1 - guard * scatter / (n * (n - 5)) / difference;
    return kept > 0 ? kept * n / (n + prior) : 0;
}

static void test_align(void) {
    int32_t full = 0, partial = 0, none = 0;
    for (int run = 0; run < 600; run++) {
        training_case test;
        training_open(&test, training_operation());
        still_channels(&test);
        if (random_chance(70)) {
            calm_biases(&test);
        }
        if (random_chance(20)) {
            training_record(&test, ATTUNE_BIAS, -1);
        }
        /* The model's multipliers count, not those in force. */
        training_bind(&test, ATTUNE_BIND_RESCALE, -1);
        int32_t channels = test.channels;
        int32_t mean = training_place(&test, 4 * channels);
        int32_t variance = training_place(&test, 4 * channels);
        int32_t rescale = training_place(&test, 4 * channels);
        int32_t bias = training_place(&test, 4 * channels);
        int32_t spread = training_place(&test, 8);
        int place = random_between(0, 2);
        rescale = place == 0 ? rescale : place == 1 ? mean : variance;
        bias = place == 0 ? bias : place == 1 ? variance : mean;
        float epsilon = random_chance(50) ? 1e-5f : 0.1f;
        float guard = random_chance(30) ? 0.0f : random_float(0.5f, 4.0f);
        int32_t prior = random_chance(50) ? 0 : random_between(1, 40);
        int32_t samples = random_between(0, random_chance(30) ? 6 : 30);
        int wild = random_chance(20);
        for (int32_t c = 0; c < channels; c++) {
            float *field = AT(float, test.bytes, variance) + c;
            *field = random_chance(5) ? 0.0f : *field * *field;
            if (wild && random_chance(10)) {
                AT(float, test.bytes, mean)[c] = random_chance(50) ? 3e38f : NAN;
            }
        }
        for (int i = 0; i < 2; i++) {
            AT(float, test.bytes, spread)
            [i] = random_float(0.0f, (float)(samples * samples)) * random_float(0.0f, 8.0f);
        }
        training_expect(&test);
        CHECK_EQUAL(attune_align(test.arena, CASE_RECORD, mean, variance, spread, samples, guard, prior, epsilon,
                                 rescale, bias),
                    ATTUNE_OK);
        double *shifts = malloc(sizeof *shifts * (size_t)channels), *logs = malloc(sizeof *logs * (size_t)channels);
        for (int32_t c = 0; c < channels; c++) {
            shifts[c] = square(AT(float, test.expected, mean)[c] - source_mean(&test, c)) / source_variance(&test, c);
            logs[c] = log(((double)AT(float, test.expected, variance)[c] + (double)epsilon) /
                          (source_variance(&test, c) + (double)epsilon));
            logs[c] *= logs[c];
        }
        const float *scatter = AT(const float, test.expected, spread);
        double mean_part = part(layer_average(&test, shifts), scatter[0], samples, guard, prior);
        double variance_part = part(layer_average(&test, logs), scatter[1], samples, guard, prior);
        for (int32_t c = 0; c < channels; c++) {
            double field_mean = AT(float, test.expected, mean)[c];
            double field_variance = (double)AT(float, test.expected, variance)[c];
            double real = training_multiplier(&test, c);
            double gain = pow((field_variance + epsilon) / (source_variance(&test, c) + epsilon), -variance_part / 2);
            double target = source_mean(&test, c) + mean_part * (field_mean - source_mean(&test, c));
            double offset = (source_mean(&test, c) / gain - target) / unit(&test, c);
            double kept = model_bias(&test, c);
            double moved = fmin(fmax(kept + offset, -0x1p30), 0x1p30);
            if (real == 0 || isnan(field_mean) || (mean_part == 0 && variance_part == 0)) {
                gain = 1;
                moved = kept;
            }
            float actual = AT(float, test.bytes, rescale)[c];
            int32_t aligned = AT(int32_t, test.bytes, bias)[c];
            CHECK(fabs(actual - gain * real) <= 1e-7 * gain * real);
            CHECK(fabs(aligned - moved) <= 0.5 + 1e-9 * fabs(moved - kept));
            if (mean_part == 0 && variance_part == 0) {
                CHECK(actual == (float)real && aligned == moved);
            }
            if (mean_part == 1 && variance_part == 1 && fabs(moved) < 0x1p30 && real > 0 && !isnan(field_mean)) {
                /* What alignment is for: the field's mean becomes the source's, up to half a step of the bias. */
                double step = gain * unit(&test, c);
                CHECK(fabs(gain * field_mean + step * (aligned - kept) - source_mean(&test, c)) <= 0.5001 * step);
            }
        }
        full += mean_part == 1;
        none += mean_part == 0;
        partial += mean_part > 0 && mean_part < 1;
        /* Nothing else changed. */
        memcpy(test.expected + rescale, test.bytes + rescale, (size_t)channels * 4);
        memcpy(test.expected + bias, test.bytes + bias, (size_t)channels * 4);
        training_compare(&test, "align");
        free(shifts);
        free(logs);
        training_close(&test);
    }
    CHECK(full > 50 && partial > 50 && none > 50);
}

static void test_errors(void) {
    training_case test;
    do {
        training_open(&test, ATTUNE_CONV_2D);
        if (test.channels > 1) {
            break;
        }
        training_close(&test);
    } while (1);
    int32_t arena = test.arena, channels = test.channels;
    int32_t mean = training_place(&test, 4 * channels);
    int32_t variance = training_place(&test, 4 * channels);
    int32_t rescale = training_place(&test, 4 * channels);
    int32_t bias = training_place(&test, 4 * channels);
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
#define ALIGN(mean, variance, spread, epsilon, rescale, bias)                                                          \
    attune_align(arena, CASE_RECORD, mean, variance, spread, 4, 3.0f, 1, epsilon, rescale, bias)
    CHECK_EQUAL(ALIGN(mean, variance, spread, 0.0f, rescale, bias), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(ALIGN(mean, variance, spread, NAN, rescale, bias), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(ALIGN(mean, variance, spread, INFINITY, rescale, bias), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(ALIGN(mean, variance, spread, 1e-5f, bias, bias), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(ALIGN(mean, variance, spread, 1e-5f, mean, mean), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(ALIGN(mean, variance, spread, 1e-5f, mean + 4, bias), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(ALIGN(mean, variance, rescale, 1e-5f, rescale, bias), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(ALIGN(mean, variance, spread, 1e-5f, -1, bias), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(ALIGN(mean, variance, -1, 1e-5f, rescale, bias), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(ALIGN(mean, variance, spread, 1e-5f, rescale, bias + 1), ATTUNE_ERROR_ALIGNMENT);
#define ALIGN_BY(samples, guard, prior)                                                                                \
    attune_align(arena, CASE_RECORD, mean, variance, spread, samples, guard, prior, 1e-5f, rescale, bias)
    CHECK_EQUAL(ALIGN_BY(-1, 3.0f, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(ALIGN_BY(4, -1.0f, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(ALIGN_BY(4, NAN, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(ALIGN_BY(4, 3.0f, -1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_align(arena, CASE_RECORD + 4, mean, variance, spread, 4, 3.0f, 1, 1e-5f, rescale, bias) < 0, 1);
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
    CHECK_EQUAL(ALIGN(mean, variance, spread, 1e-5f, rescale, bias), ATTUNE_ERROR_RECORD);
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
    test_align();
    test_errors();
    return check_result();
}
