/* The gradient estimators as statistics: perturbed runs of a layer and a loss that is linear in its accumulators must
 * give, on average, the gradient that the definition gives, with the error that theory predicts. */
#include "check.h"
#include "random.h"
#include "training_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* With g the gradient of a linear loss, Q probes estimate it with a mean square error of (d - 1) |g|^2 / Q. */
static void test_error_of_linear_loss(void) {
    training_case test;
    do {
        training_open(&test, ATTUNE_CONV_2D);
        int32_t size = test.channels * test.filter_size;
        if (size > 50 && size < 200) {
            break;
        }
        training_close(&test);
    } while (1);
    int32_t size = test.channels * test.filter_size;
    int32_t delta = training_place(&test, 4), tile = training_place(&test, 4 * size);
    double *gradient = malloc(sizeof *gradient * (size_t)size);
    double *mean = calloc((size_t)size, sizeof *mean);
    double norm = 0, error = 0;
    for (int32_t j = 0; j < size; j++) {
        gradient[j] = random_float(-1, 1);
        norm += gradient[j] * gradient[j];
    }
    const int trials = 1500, probes = 16;
    for (int trial = 0; trial < trials; trial++) {
        attune_arena_fill(test.arena, tile, 4 * size, 0);
        for (int probe = 0; probe < probes; probe++) {
            uint32_t low = random_word(), high = random_word();
            double loss = 0;
            for (int32_t j = 0; j < size; j++) {
                loss += gradient[j] * naive_sign((uint32_t)j, low, high);
            }
            *AT(float, test.bytes, delta) = (float)loss;
            CHECK_EQUAL(attune_gradient_probe(test.arena, CASE_RECORD, CASE_BINDING, low, high, delta, 0, test.channels,
                                              tile, -1),
                        ATTUNE_OK);
        }
        for (int32_t j = 0; j < size; j++) {
            double estimate = AT(float, test.bytes, tile)[j] / probes;
            mean[j] += estimate / trials;
            error += (estimate - gradient[j]) * (estimate - gradient[j]) / trials;
        }
    }
    double predicted = (size - 1) * norm / probes;
    CHECK(fabs(error / predicted - 1) < 0.1);
    double distance = 0;
    for (int32_t j = 0; j < size; j++) {
        distance += (mean[j] - gradient[j]) * (mean[j] - gradient[j]);
    }
    CHECK(distance < 1.5 * predicted / trials);
    printf("d = %d: error / predicted = %.3f, of the mean %.3f\n", (int)size, error / predicted,
           distance / (predicted / trials));
    free(gradient);
    free(mean);
    training_close(&test);
}

/* A layer whose accumulators stay far from the ends of int32, bound for runs that write accumulators. */
static void open_calm(training_case *test, int32_t operation, int32_t *output) {
    do {
        training_open(test, operation);
        int32_t size = test->channels * test->filter_size;
        if (size >= 20 && size < 300 && test->channels > 1 && test->channels * test->positions < 300) {
            break;
        }
        training_close(test);
    } while (1);
    int32_t bias = training_place(test, 4 * test->channels);
    int32_t rescale = training_place(test, 4 * test->channels);
    attune_arena_fill(test->arena, bias, 4 * test->channels, 0);
    for (int32_t c = 0; c < test->channels; c++) {
        AT(float, test->bytes, rescale)[c] = random_float(0.001f, 0.01f);
    }
    training_bind(test, ATTUNE_BIND_BIAS, bias);
    training_bind(test, ATTUNE_BIND_RESCALE, rescale);
    *output = training_place(test, 4 * (int64_t)test->positions * test->channels);
    training_bind(test, ATTUNE_BIND_OUTPUT, *output);
    /* More than any of these layers needs, so that what the test draws does not depend on the library. */
    const int32_t scratch_bytes = 16384;
    CHECK(attune_layer_scratch(test->arena, CASE_RECORD) <= scratch_bytes - 16);
    int32_t scratch = training_place(test, scratch_bytes);
    training_bind(test, ATTUNE_BIND_SCRATCH, (scratch + 15) / 16 * 16);
}

/* The loss sum_e slope[e] * accumulator[e] of a run, and its difference to the clean one. */
static double run_loss(const training_case *test, int32_t mode, const float *slope, int32_t output, uint32_t low,
                       uint32_t high) {
    double loss = 0;
    CHECK_EQUAL(attune_layer_run(test->arena, CASE_RECORD, CASE_BINDING, mode + ATTUNE_RUN_ACCUMULATORS, low, high),
                ATTUNE_OK);
    for (int32_t e = 0; e < test->positions * test->channels; e++) {
        loss += (double)slope[e] * AT(int32_t, test->bytes, output)[e];
    }
    return loss;
}

static double square_distance(const float *a, const float *b, int32_t count) {
    double sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
    }
    return sum;
}

/* A layer, a loss that is linear in its accumulators, and the loss's exact gradient. */
typedef struct estimator_case {
    training_case test;
    int32_t output;
    int32_t lines;
    int32_t size;       /* weights */
    int32_t nodes_size; /* outputs */
    int32_t delta, nodes, exact, exact_biases, tile, tile_biases;
    float *slope; /* [nodes_size] */
    double clean;
} estimator_case;

static void estimator_open(estimator_case *c, int32_t operation) {
    training_case *test = &c->test;
    open_calm(test, operation, &c->output);
    int32_t channels = test->channels;
    c->lines = test->layer.record[ATTUNE_OUTPUT_N] * test->layer.record[ATTUNE_OUTPUT_N + 1];
    c->size = channels * test->filter_size;
    c->nodes_size = test->positions * channels;
    c->delta = training_place(test, 4);
    c->nodes = training_place(test, 4 * c->nodes_size);
    c->exact = training_place(test, 4 * c->size);
    c->exact_biases = training_place(test, 4 * channels);
    c->tile = training_place(test, 4 * c->size);
    c->tile_biases = training_place(test, 4 * channels);
    c->slope = malloc(sizeof *c->slope * (size_t)c->nodes_size);
    memcpy(c->slope, test->bytes + c->nodes, sizeof *c->slope * (size_t)c->nodes_size);
    /* Exact: d loss / d accumulator is the slope. gradient_weights expects it per step k[c] of the accumulator. */
    for (int32_t e = 0; e < c->nodes_size; e++) {
        AT(float, test->bytes, c->nodes)[e] *= (float)training_bias_step(test, e % channels);
    }
    attune_arena_fill(test->arena, c->exact, 4 * c->size, 0);
    attune_arena_fill(test->arena, c->exact_biases, 4 * channels, 0);
    CHECK_EQUAL(attune_gradient_weights(test->arena, CASE_RECORD, CASE_BINDING, ATTUNE_RUN_ACCUMULATORS, c->nodes, 0,
                                        channels, 0, c->lines, c->exact, c->exact_biases),
                ATTUNE_OK);
    c->clean = run_loss(test, 0, c->slope, c->output, 0, 0);
}

static void estimator_close(estimator_case *c) {
    free(c->slope);
    training_close(&c->test);
}

/* The gradient from so many probes, in tile and tile_biases, or in nodes. */
static void estimate(estimator_case *c, int32_t mode, int probes) {
    training_case *test = &c->test;
    int32_t channels = test->channels;
    attune_arena_fill(test->arena, c->tile, 4 * c->size, 0);
    attune_arena_fill(test->arena, c->tile_biases, 4 * channels, 0);
    attune_arena_fill(test->arena, c->nodes, 4 * c->nodes_size, 0);
    for (int probe = 0; probe < probes; probe++) {
        uint32_t low = random_word(), high = random_word();
        double loss = run_loss(test, mode, c->slope, c->output, low, high);
        *AT(float, test->bytes, c->delta) = (float)((loss - c->clean) / probes);
        if (mode == ATTUNE_RUN_PROBE_NODES) {
            attune_gradient_nodes(test->arena, CASE_RECORD, low, high, c->delta, 0, channels, 0, c->lines, c->nodes);
        } else {
            attune_gradient_probe(test->arena, CASE_RECORD, CASE_BINDING, low, high, c->delta, 0, channels, c->tile,
                                  c->tile_biases);
        }
    }
}

/* |estimate - g|^2 and |g|^2, in units of the probe's step, where all dimensions are alike; returns the dimension. */
static int32_t errors_find(const estimator_case *c, int32_t mode, double *error, double *squares) {
    const training_case *test = &c->test;
    int32_t channels = test->channels;
    *error = *squares = 0;
    if (mode == ATTUNE_RUN_PROBE_WEIGHTS) {
        for (int32_t j = 0; j < c->size; j++) {
            *squares += pow(AT(float, test->bytes, c->exact)[j], 2);
        }
        *error = square_distance(AT(float, test->bytes, c->tile), AT(float, test->bytes, c->exact), c->size);
        return c->size;
    }
    if (mode == ATTUNE_RUN_PROBE_BIASES) {
        for (int32_t k = 0; k < channels; k++) {
            double step = training_bias_step(test, k);
            double truth = AT(float, test->bytes, c->exact_biases)[k] * step;
            *squares += truth * truth;
            *error += pow(AT(float, test->bytes, c->tile_biases)[k] * step - truth, 2);
        }
        return channels;
    }
    for (int32_t e = 0; e < c->nodes_size; e++) {
        double truth = (double)c->slope[e] * training_bias_step(test, e % channels);
        *squares += truth * truth;
        *error += pow(AT(float, test->bytes, c->nodes)[e] - truth, 2);
    }
    return c->nodes_size;
}

/* Perturbed runs against the exact gradient: with Q probes the estimate is off by what theory says. Signs, element
 * numbers and tile layouts must agree in both halves of the library for that. */
static void test_runs(void) {
    static const char *const names[] = {"weights", "biases", "nodes"};
    static const int32_t modes[] = {ATTUNE_RUN_PROBE_WEIGHTS, ATTUNE_RUN_PROBE_BIASES, ATTUNE_RUN_PROBE_NODES};
    double ratios[3] = {0, 0, 0};
    int counts[3] = {0, 0, 0};
    const int runs = 30, probes = 2000;
    for (int run = 0; run < runs; run++) {
        estimator_case c;
        estimator_open(&c, run % 3 + ATTUNE_CONV_2D);
        for (int m = 0; m < 3; m++) {
            double error, squares;
            estimate(&c, modes[m], probes);
            int32_t dimension = errors_find(&c, modes[m], &error, &squares);
            double expected = (dimension - 1) * squares / probes;
            if (squares > 0) { /* else every filter lies in the padding */
                ratios[m] += error / expected;
                counts[m]++;
            }
            /* One estimate scatters around the expectation. A wrong place or sign would give |g|^2 or more. */
            if (!(error <= 6 * expected)) {
                printf("operator %d, %s: error %g, expected %g, |g|^2 %g\n", (int)c.test.layer.record[ATTUNE_OPERATOR],
                       names[m], error, expected, squares);
                check_failures++;
            }
        }
        estimator_close(&c);
    }
    for (int m = 0; m < 3; m++) {
        double ratio = ratios[m] / counts[m];
        printf("%s: error / predicted = %.3f\n", names[m], ratio);
        CHECK(ratio > 0.7 && ratio < 1.4);
    }
}

int main(void) {
    random_seed(6);
    test_error_of_linear_loss();
    test_runs();
    return check_result();
}
