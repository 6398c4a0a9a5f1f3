/* Alignment, against its definition. */
#include "alignment_case.h"
#include "check.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

typedef struct align_case {
    training_case test;
    int32_t mean, variance, rescale, bias, spread;
    float epsilon;
    float guard;
    int32_t prior;
    int32_t samples;
    double mean_part;
    double variance_part;
} align_case;

/* Field statistics, some of them without meaning, and their scatter. */
static void field_random(align_case *align) {
    training_case *test = &align->test;
    int wild = random_chance(20);
    for (int32_t c = 0; c < test->channels; c++) {
        float *field = AT(float, test->bytes, align->variance) + c;
        *field = random_chance(5) ? 0.0f : *field * *field;
        if (wild && random_chance(10)) {
            AT(float, test->bytes, align->mean)[c] = random_chance(50) ? 3e38f : NAN;
        }
    }
    float *spread = AT(float, test->bytes, align->spread);
    for (int i = 0; i < 2; i++) {
        spread[i] = random_float(0.0f, (float)(align->samples * align->samples)) * random_float(0.0f, 8.0f);
    }
}

static void align_open(align_case *align) {
    training_case *test = &align->test;
    training_open(test, training_operation());
    alignment_still_channels(test);
    if (random_chance(70)) {
        alignment_calm_biases(test);
    }
    if (random_chance(20)) {
        training_record(test, ATTUNE_BIAS, -1);
    }
    /* The model's multipliers count, not those in force. */
    training_bind(test, ATTUNE_BIND_RESCALE, -1);
    int32_t bytes = 4 * test->channels;
    align->mean = training_place(test, bytes);
    align->variance = training_place(test, bytes);
    align->rescale = training_place(test, bytes);
    align->bias = training_place(test, bytes);
    align->spread = training_place(test, 8);
    int place = random_between(0, 2);
    align->rescale = place == 0 ? align->rescale : place == 1 ? align->mean : align->variance;
    align->bias = place == 0 ? align->bias : place == 1 ? align->variance : align->mean;
    align->epsilon = random_chance(50) ? 1e-5f : 0.1f;
    align->guard = random_chance(30) ? 0.0f : random_float(0.5f, 4.0f);
    align->prior = random_chance(50) ? 0 : random_between(1, 40);
    align->samples = random_between(0, random_chance(30) ? 6 : 30);
    field_random(align);
    training_expect(test);
}

/* The parts that are corrected, by their definition. */
static void parts_find(align_case *align) {
    const training_case *test = &align->test;
    int32_t channels = test->channels;
    double epsilon = align->epsilon;
    double *shifts = malloc(sizeof *shifts * (size_t)channels), *logs = malloc(sizeof *logs * (size_t)channels);
    for (int32_t c = 0; c < channels; c++) {
        double source = alignment_source_variance(test, c);
        shifts[c] =
            alignment_square(AT(float, test->expected, align->mean)[c] - alignment_source_mean(test, c)) / source;
        logs[c] = log(((double)AT(float, test->expected, align->variance)[c] + epsilon) / (source + epsilon));
        logs[c] *= logs[c];
    }
    const float *scatter = AT(const float, test->expected, align->spread);
    align->mean_part = part(alignment_average(test, shifts), scatter[0], align->samples, align->guard, align->prior);
    align->variance_part = part(alignment_average(test, logs), scatter[1], align->samples, align->guard, align->prior);
    free(shifts);
    free(logs);
}

/* Multiplier and bias of a channel, by their equations. */
static void channel_check(const align_case *align, int32_t c) {
    const training_case *test = &align->test;
    double field_mean = AT(float, test->expected, align->mean)[c];
    double field_variance = (double)AT(float, test->expected, align->variance)[c];
    double real = training_multiplier(test, c);
    double epsilon = align->epsilon;
    double source_mean = alignment_source_mean(test, c), source_variance = alignment_source_variance(test, c);
    int moves = align->mean_part != 0 || align->variance_part != 0;
    double gain = pow((field_variance + epsilon) / (source_variance + epsilon), -align->variance_part / 2);
    double target = source_mean + align->mean_part * (field_mean - source_mean);
    double offset = (source_mean / gain - target) / alignment_unit(test, c);
    double kept = alignment_bias(test, c);
    double moved = fmin(fmax(kept + offset, -0x1p30), 0x1p30);
    if (real == 0 || isnan(field_mean) || !moves) {
        gain = 1;
        moved = kept;
    }
    float actual = AT(float, test->bytes, align->rescale)[c];
    int32_t aligned = AT(int32_t, test->bytes, align->bias)[c];
    CHECK(fabs(actual - gain * real) <= 1e-7 * gain * real);
    CHECK(fabs(aligned - moved) <= 0.5 + 1e-9 * fabs(moved - kept));
    CHECK(moves || (actual == (float)real && aligned == moved));
    int whole = align->mean_part == 1 && align->variance_part == 1;
    if (whole && fabs(moved) < 0x1p30 && real > 0 && !isnan(field_mean)) {
        /* What alignment is for: the field's mean becomes the source's, up to half a step of the bias. */
        double step = gain * alignment_unit(test, c);
        CHECK(fabs(gain * field_mean + step * (aligned - kept) - source_mean) <= 0.5001 * step);
    }
}

static void test_align(void) {
    int32_t full = 0, partial = 0, none = 0;
    for (int run = 0; run < 600; run++) {
        align_case align;
        training_case *test = &align.test;
        align_open(&align);
        CHECK_EQUAL(attune_align(test->arena, CASE_RECORD, align.mean, align.variance, align.spread, align.samples,
                                 align.guard, align.prior, align.epsilon, align.rescale, align.bias),
                    ATTUNE_OK);
        parts_find(&align);
        for (int32_t c = 0; c < test->channels; c++) {
            channel_check(&align, c);
        }
        full += align.mean_part == 1;
        none += align.mean_part == 0;
        partial += align.mean_part > 0 && align.mean_part < 1;
        /* Nothing else changed. */
        memcpy(test->expected + align.rescale, test->bytes + align.rescale, (size_t)test->channels * 4);
        memcpy(test->expected + align.bias, test->bytes + align.bias, (size_t)test->channels * 4);
        training_compare(test, "align");
        training_close(test);
    }
    CHECK(full > 50 && partial > 50 && none > 50);
}

static void test_errors(void) {
    training_case test;
    alignment_open_channels(&test);
    int32_t arena = test.arena, channels = test.channels;
    int32_t mean = training_place(&test, 4 * channels);
    int32_t variance = training_place(&test, 4 * channels);
    int32_t rescale = training_place(&test, 4 * channels);
    int32_t bias = training_place(&test, 4 * channels);
    int32_t spread = training_place(&test, 8);
    training_expect(&test);
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

    training_record(&test, ATTUNE_STATISTICS, -1);
    CHECK_EQUAL(ALIGN(mean, variance, spread, 1e-5f, rescale, bias), ATTUNE_ERROR_RECORD);
    training_compare(&test, "errors");
    training_close(&test);
}

int main(void) {
    random_seed(5);
    test_align();
    test_errors();
    return check_result();
}
