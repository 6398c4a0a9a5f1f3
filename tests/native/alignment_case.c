#include "alignment_case.h"

#include "random.h"

#include <math.h>
#include <string.h>

static float alignment_float(const training_case *test, int word) {
    float value;
    memcpy(&value, &test->layer.record[word], 4);
    return value;
}

int alignment_near(double actual, double expected, double tolerance) {
    return fabs(actual - expected) <= tolerance * fabs(expected);
}

/* Small biases of the model, so that they do not hide what is tested. */
void alignment_calm_biases(training_case *test) {
    int32_t bias = test->layer.record[ATTUNE_BIAS];
    for (int32_t c = 0; bias >= 0 && c < test->channels; c++) {
        int32_t value = random_between(-20000, 20000);
        memcpy(test->layer.model + bias + 4 * c, &value, 4);
        attune_model_write(test->arena, bias + 4 * c, (const uint8_t *)&value, 0, 4);
    }
}

double alignment_bias(const training_case *test, int32_t channel) {
    int32_t bias = test->layer.record[ATTUNE_BIAS];
    return bias < 0 ? 0 : AT(const int32_t, test->layer.model, bias)[channel];
}

double alignment_unit(const training_case *test, int32_t channel) {
    return (double)alignment_float(test, ATTUNE_INPUT_SCALE) *
           AT(const float, test->layer.model, test->layer.record[ATTUNE_SCALES])[channel];
}

/* Channels that do not vary in the source. */
void alignment_still_channels(training_case *test) {
    int32_t variances = test->layer.record[ATTUNE_STATISTICS] + 4 * test->channels;
    for (int32_t c = 0; c < test->channels; c++) {
        if (random_chance(10)) {
            AT(float, test->layer.model, variances)[c] = 0.0f;
        }
    }
    attune_model_write(test->arena, variances, test->layer.model + variances, 0, 4 * test->channels);
}

double alignment_source_mean(const training_case *test, int32_t channel) {
    return AT(const float, test->layer.model, test->layer.record[ATTUNE_STATISTICS])[channel];
}

double alignment_source_variance(const training_case *test, int32_t channel) {
    return alignment_source_mean(test, test->channels + channel);
}

/* The average over the channels that are in use and vary in the source; 0 if there are none. */
double alignment_average(const training_case *test, const double *values) {
    double sum = 0;
    int32_t count = 0;
    for (int32_t c = 0; c < test->channels; c++) {
        if (training_multiplier(test, c) > 0 && alignment_source_variance(test, c) > 0) {
            sum += values[c];
            count++;
        }
    }
    return count == 0 ? 0 : sum / count;
}

double alignment_square(double x) {
    return x * x;
}

void alignment_open_channels(training_case *test) {
    do {
        training_open(test, ATTUNE_CONV_2D);
        if (test->channels > 1) {
            return;
        }
        training_close(test);
    } while (1);
}
