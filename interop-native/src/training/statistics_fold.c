/* Running mean and variance of a layer's pre-activation, one sample at a time, and how far the samples scatter. */
#include "alignment.h"
#include "training_checks.h"

#include <stddef.h>

/* An unsigned 128-bit integer; not every target's compiler has one. */
typedef struct wide {
    uint64_t high;
    uint64_t low;
} wide;

static wide wide_product(uint64_t a, uint64_t b) {
    uint64_t a_high = a >> 32, a_low = a & 0xffffffffu;
    uint64_t b_high = b >> 32, b_low = b & 0xffffffffu;
    uint64_t low = a_low * b_low;
    uint64_t middle = a_high * b_low + (low >> 32);
    uint64_t middle2 = a_low * b_high + (middle & 0xffffffffu);
    wide product = {a_high * b_high + (middle >> 32) + (middle2 >> 32), (middle2 << 32) | (low & 0xffffffffu)};
    return product;
}

/* n^2 times the population variance of n values: n * squares - sum^2, exact until its one rounding to double.
 * Negative if no n values have these sums. */
static double scaled_variance(int32_t n, int64_t sum, int64_t squares) {
    uint64_t magnitude = sum < 0 ? 0 - (uint64_t)sum : (uint64_t)sum;
    if (squares < 0) {
        return -1.0;
    }
    wide a = wide_product((uint64_t)n, (uint64_t)squares);
    wide b = wide_product(magnitude, magnitude);
    if (a.high < b.high || (a.high == b.high && a.low < b.low)) {
        return -1.0;
    }
    uint64_t high = a.high - b.high - (a.low < b.low ? 1 : 0);
    return (double)high * 18446744073709551616.0 + (double)(a.low - b.low);
}

int32_t attune_statistics_fold(int32_t arena, int32_t record, int32_t binding, int32_t mean, int32_t variance,
                               int32_t spread, int32_t samples, float epsilon) {
    attune_memory *memory;
    const int32_t *words;
    int32_t status = attune_weighted_layer_find(arena, record, &memory, &words);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (words[ATTUNE_STATISTICS] == -1 || words[ATTUNE_SCALES] == -1) {
        return ATTUNE_ERROR_RECORD;
    }
    if (samples < 0 || !(epsilon > 0.0f && epsilon <= FLT_MAX)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    const int32_t *bound;
    status = attune_binding_find(memory, binding, &bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t channels = attune_record_channels(words);
    attune_range ranges[ATTUNE_RANGE_COUNT + 4];
    attune_binding_ranges(words, binding, bound, ranges);
    ranges[ATTUNE_RANGE_COUNT] = (attune_range){bound[ATTUNE_BIND_STATISTICS], (int64_t)channels * 16, 8, 1};
    ranges[ATTUNE_RANGE_COUNT + 1] = (attune_range){mean, (int64_t)channels * 4, 4, 1};
    ranges[ATTUNE_RANGE_COUNT + 2] = (attune_range){variance, (int64_t)channels * 4, 4, 1};
    ranges[ATTUNE_RANGE_COUNT + 3] = (attune_range){spread, 8, 4, 1};
    status = attune_ranges_use(memory, ranges, ATTUNE_RANGE_COUNT + 4);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t positions = attune_record_positions(words);
    int64_t *sums = (int64_t *)(void *)(memory->arena + bound[ATTUNE_BIND_STATISTICS]);
    int64_t *squares = sums + channels;
    for (int32_t c = 0; c < channels; c++) {
        if (scaled_variance(positions, sums[c], squares[c]) < 0.0) {
            return ATTUNE_ERROR_RANGE;
        }
    }

    attune_parameters parameters;
    status = attune_model_parameters_find(memory, words, &parameters);
    if (status != ATTUNE_OK) {
        return status;
    }

    float *means = (float *)(void *)(memory->arena + mean);
    float *variances = (float *)(void *)(memory->arena + variance);
    float *spreads = (float *)(void *)(memory->arena + spread);
    const float *scales = (const float *)(const void *)(memory->model + words[ATTUNE_SCALES]);
    const float *source_variance = (const float *)(const void *)(memory->model + words[ATTUNE_STATISTICS]) + channels;
    double input_scale = attune_record_float(words, ATTUNE_INPUT_SCALE);
    double n = positions;
    double weight = 1.0 / ((double)samples + 1.0);
    double mean_scatter = 0.0;
    double variance_scatter = 0.0;
    int32_t speaking = 0;
    for (int32_t c = 0; c < channels; c++) {
        double scale = input_scale * scales[c];
        double bias = parameters.bias == NULL ? 0.0 : parameters.bias[c];
        double sample_mean = scale * ((double)sums[c] / n + bias);
        double sample_variance = scale * scale * (scaled_variance(positions, sums[c], squares[c]) / (n * n));
        if (samples == 0) {
            means[c] = (float)sample_mean;
            variances[c] = (float)sample_variance;
        } else {
            /* Chan, Golub and LeVeque (1979): two sets of relative weights 1 - weight and weight. */
            double difference = sample_mean - means[c];
            double scatter = difference * difference * (1.0 - weight);
            double merged = (1.0 - weight) * variances[c] + (scatter + sample_variance) * weight;
            if (attune_channel_speaks(&parameters, c, source_variance[c])) {
                double ratio = attune_log_ratio(sample_variance + scatter, merged, epsilon);
                mean_scatter += scatter / source_variance[c];
                variance_scatter += ratio * ratio;
                speaking++;
            }
            means[c] = (float)(means[c] + difference * weight);
            variances[c] = (float)merged;
        }
        sums[c] = 0;
        squares[c] = 0;
    }
    if (samples == 0) {
        spreads[0] = 0.0f;
        spreads[1] = 0.0f;
    } else if (speaking > 0) {
        spreads[0] = (float)(spreads[0] + mean_scatter / speaking);
        spreads[1] = (float)(spreads[1] + variance_scatter / speaking);
    }
    return ATTUNE_OK;
}
