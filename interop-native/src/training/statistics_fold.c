/* Running mean and variance of a layer's pre-activation, one sample at a time, and how far the samples scatter. */
#include "alignment.h"
#include "weighted_layer.h"

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

typedef struct fold {
    attune_weighted_layer layer;
    attune_parameters source; /* the model's own */
    int32_t positions;
    int64_t *sums;    /* of the sample; then its squares */
    float *means;     /* running */
    float *variances; /* likewise */
    const float *scales;
    const float *source_variance;
    double input_scale;
    double weight; /* of the sample */
    double epsilon;
    int32_t samples;
    int32_t active;          /* channels that averages are taken over */
    double mean_scatter;     /* sums over them */
    double variance_scatter; /* likewise */
} fold;

/* Merges a channel of the sample into its running mean and variance. */
static void channel_merge(fold *into, int32_t c, double sample_mean, double sample_variance) {
    if (into->samples == 0) {
        into->means[c] = (float)sample_mean;
        into->variances[c] = (float)sample_variance;
        return;
    }
    /* Chan, Golub and LeVeque (1979): two sets of relative weights 1 - weight and weight. */
    double weight = into->weight;
    double difference = sample_mean - into->means[c];
    double scatter = difference * difference * (1.0 - weight);
    double merged = (1.0 - weight) * into->variances[c] + (scatter + sample_variance) * weight;
    if (attune_channel_active(&into->source, c, into->source_variance[c])) {
        double ratio = attune_log_ratio(sample_variance + scatter, merged, into->epsilon);
        into->mean_scatter += scatter / into->source_variance[c];
        into->variance_scatter += ratio * ratio;
        into->active++;
    }
    into->means[c] = (float)(into->means[c] + difference * weight);
    into->variances[c] = (float)merged;
}

static void channels_merge(fold *into) {
    int32_t channels = into->layer.channels;
    int64_t *squares = into->sums + channels;
    double n = into->positions;
    for (int32_t c = 0; c < channels; c++) {
        double scale = into->input_scale * into->scales[c];
        double bias = into->source.bias == NULL ? 0.0 : into->source.bias[c];
        double sample_mean = scale * ((double)into->sums[c] / n + bias);
        double variance = scaled_variance(into->positions, into->sums[c], squares[c]) / (n * n);
        channel_merge(into, c, sample_mean, scale * scale * variance);
        into->sums[c] = 0;
        squares[c] = 0;
    }
}

static void spread_add(const fold *from, float *spread) {
    if (from->samples == 0) {
        spread[0] = 0.0f;
        spread[1] = 0.0f;
    } else if (from->active > 0) {
        spread[0] = (float)(spread[0] + from->mean_scatter / from->active);
        spread[1] = (float)(spread[1] + from->variance_scatter / from->active);
    }
}

/* Checks that some values have the sums; ATTUNE_ERROR_RANGE if there are none. */
static int32_t sums_check(const fold *of) {
    int32_t channels = of->layer.channels;
    for (int32_t c = 0; c < channels; c++) {
        if (scaled_variance(of->positions, of->sums[c], of->sums[channels + c]) < 0.0) {
            return ATTUNE_ERROR_RANGE;
        }
    }
    return ATTUNE_OK;
}

/* Checks and touches the arrays of the call. */
static int32_t arrays_use(fold *into, int32_t mean, int32_t variance, int32_t spread) {
    attune_weighted_layer *layer = &into->layer;
    int32_t statistics = layer->bound[ATTUNE_BIND_STATISTICS];
    int64_t channels = layer->channels;
    attune_weighted_layer_add(layer, (attune_range){statistics, channels * 16, 8, 1});
    attune_weighted_layer_add(layer, (attune_range){mean, channels * 4, 4, 1});
    attune_weighted_layer_add(layer, (attune_range){variance, channels * 4, 4, 1});
    attune_weighted_layer_add(layer, (attune_range){spread, 8, 4, 1});
    int32_t status = attune_weighted_layer_check(layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    into->sums = attune_weighted_layer_at(layer, statistics);
    into->means = attune_weighted_layer_at(layer, mean);
    into->variances = attune_weighted_layer_at(layer, variance);
    status = sums_check(into);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_ranges_touch(layer->memory, layer->ranges, layer->range_count);
    return ATTUNE_OK;
}

int32_t attune_statistics_fold(int32_t arena, int32_t record, int32_t binding, int32_t mean, int32_t variance,
                               int32_t spread, int32_t samples, float epsilon) {
    fold into = {.samples = samples, .epsilon = epsilon};
    attune_weighted_layer *layer = &into.layer;
    int32_t status = attune_weighted_layer_find(arena, record, binding, layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *words = layer->record;
    if (words[ATTUNE_STATISTICS] == -1 || words[ATTUNE_SCALES] == -1) {
        return ATTUNE_ERROR_RECORD;
    }
    if (samples < 0 || !(epsilon > 0.0f && epsilon <= FLT_MAX)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    into.positions = attune_record_positions(words);
    into.weight = 1.0 / ((double)samples + 1.0);
    status = arrays_use(&into, mean, variance, spread);
    if (status != ATTUNE_OK) {
        return status;
    }

    const uint8_t *model = layer->memory->model;
    attune_parameters_resolve(layer->memory, words, NULL, &into.source);
    into.scales = (const float *)(const void *)(model + words[ATTUNE_SCALES]);
    into.source_variance = (const float *)(const void *)(model + words[ATTUNE_STATISTICS]) + layer->channels;
    into.input_scale = attune_record_float(words, ATTUNE_INPUT_SCALE);
    channels_merge(&into);
    spread_add(&into, attune_weighted_layer_at(layer, spread));
    return ATTUNE_OK;
}
