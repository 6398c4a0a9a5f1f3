/* Feature-statistics alignment: output multipliers and biases that give the field's pre-activations the mean and
 * variance of the source's, as far as these differ by more than chance. */
#include "alignment.h"
#include "weighted_layer.h"

#include <stddef.h>

#define BIAS_LIMIT (1 << 30) /* leaves the accumulator room for the products */

/* bias + offset, the offset rounded to nearest (ties away from zero), within +-BIAS_LIMIT. */
static int32_t move_bias(int32_t bias, double offset) {
    /* Beyond 2^32 every bias ends at the limit. */
    double limited = offset < -4294967296.0 ? -4294967296.0 : offset > 4294967296.0 ? 4294967296.0 : offset;
    int64_t whole = (int64_t)limited;
    double fraction = limited - (double)whole;
    int64_t moved = bias + whole + (fraction >= 0.5 ? 1 : 0) - (fraction <= -0.5 ? 1 : 0);
    return moved < -BIAS_LIMIT ? -BIAS_LIMIT : moved > BIAS_LIMIT ? BIAS_LIMIT : (int32_t)moved;
}

/* Samples of which the scatter is known too badly to tell a shift from chance. Of n samples it has n - 1 degrees of
 * freedom, and the ratio of a difference to it has, under chance, no variance (F distribution) unless these exceed 4.
 */
#define TOO_FEW 5

/* The part of a difference that is corrected, 0..1: the positive-part estimator of James and Stein (1961), which
 * shrinks by the ratio of what the scatter between samples explains to what was measured. difference is the mean square
 * over the layer's channels, spread the sum of the samples' squared deviations. */
static double corrected_part(double difference, double spread, int32_t samples, double guard, int32_t prior) {
    double n = samples;
    double part = samples == 0 ? 0.0 : n / (n + prior);
    if (guard > 0.0) {
        double chance = samples > TOO_FEW ? guard * (spread / (n - TOO_FEW) / n) : DBL_MAX;
        part = chance < difference ? part * (1.0 - chance / difference) : 0.0;
    }
    return part;
}

typedef struct alignment {
    attune_memory *memory;
    const int32_t *record;
    int32_t channels;
    attune_parameters source; /* the model's own */
    const float *source_mean;
    const float *source_variance;
    const float *scales;
    const float *field_mean;
    const float *field_variance;
    int32_t samples;
    double guard;
    int32_t prior;
    double epsilon;
    double mean_part; /* of the differences that is corrected */
    double variance_part;
} alignment;

/* The parts that are corrected, from the mean square differences over the active channels. */
static void parts_find(alignment *of, const float *spread) {
    double mean_difference = 0.0;
    double variance_difference = 0.0;
    int32_t active = 0;
    for (int32_t c = 0; of->samples > TOO_FEW && of->guard > 0.0 && c < of->channels; c++) {
        if (attune_channel_active(&of->source, c, of->source_variance[c])) {
            double difference = (double)of->field_mean[c] - of->source_mean[c];
            double ratio = attune_log_ratio(of->field_variance[c], of->source_variance[c], of->epsilon);
            mean_difference += difference * difference / of->source_variance[c];
            variance_difference += ratio * ratio;
            active++;
        }
    }
    mean_difference = active > 0 ? mean_difference / active : 0.0;
    variance_difference = active > 0 ? variance_difference / active : 0.0;
    of->mean_part = corrected_part(mean_difference, spread[0], of->samples, of->guard, of->prior);
    of->variance_part = corrected_part(variance_difference, spread[1], of->samples, of->guard, of->prior);
}

/* Writes a channel's multiplier and bias; they may stand at the places of its field statistics. */
static void channel_align(const alignment *of, int32_t c, float *multiplier, int32_t *bias) {
    double real = attune_channel_real(&of->source, c);
    int32_t kept = of->source.bias == NULL ? 0 : of->source.bias[c];
    double unit = (double)attune_record_float(of->record, ATTUNE_INPUT_SCALE) * of->scales[c];
    double gain = NAN;
    double offset = NAN;
    if ((of->mean_part > 0.0 || of->variance_part > 0.0) && real > 0.0 && unit > 0.0) {
        double moved = of->source_mean[c] + of->mean_part * ((double)of->field_mean[c] - of->source_mean[c]);
        double ratio = attune_log_ratio(of->field_variance[c], of->source_variance[c], of->epsilon);
        gain = attune_exp(-0.5 * of->variance_part * ratio);
        offset = (of->source_mean[c] / gain - moved) / unit;
    }
    /* A channel whose statistics are not finite is left unchanged. */
    int aligned = gain > 0.0 && gain <= DBL_MAX && offset == offset;
    *multiplier = (float)(aligned ? gain * real : real);
    *bias = aligned ? move_bias(kept, offset) : kept;
}

/* Finds the layer and what the model says of it. */
static int32_t source_find(int32_t arena, int32_t record, alignment *of) {
    int32_t status = attune_weighted_record_find(arena, record, &of->memory, &of->record);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (of->record[ATTUNE_STATISTICS] == -1 || of->record[ATTUNE_SCALES] == -1) {
        return ATTUNE_ERROR_RECORD;
    }
    const uint8_t *model = of->memory->model;
    of->channels = attune_record_channels(of->record);
    of->source_mean = (const float *)(const void *)(model + of->record[ATTUNE_STATISTICS]);
    of->source_variance = of->source_mean + of->channels;
    of->scales = (const float *)(const void *)(model + of->record[ATTUNE_SCALES]);
    attune_parameters_resolve(of->memory, of->record, NULL, &of->source);
    return ATTUNE_OK;
}

int32_t attune_align(int32_t arena, int32_t record, int32_t mean, int32_t variance, int32_t spread, int32_t samples,
                     float guard, int32_t prior, float epsilon, int32_t rescale, int32_t bias) {
    alignment of = {.samples = samples, .guard = guard, .prior = prior, .epsilon = epsilon};
    int32_t status = source_find(arena, record, &of);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (samples < 0 || prior < 0 || !(guard >= 0.0f && guard <= FLT_MAX) || !(epsilon > 0.0f && epsilon <= FLT_MAX)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int64_t bytes = (int64_t)of.channels * 4;
    /* A result may be the very place of an argument: such a pair is one range. */
    const attune_range ranges[5] = {
        {rescale, bytes, 4, 1},
        {bias, bytes, 4, 1},
        {mean, mean == rescale || mean == bias ? 0 : bytes, 4, 0},
        {variance, variance == rescale || variance == bias ? 0 : bytes, 4, 0},
        {spread, 8, 4, 0},
    };
    status = attune_ranges_use(of.memory, ranges, 5);
    if (status != ATTUNE_OK) {
        return status;
    }

    float *multipliers = (float *)(void *)(of.memory->arena + rescale);
    int32_t *biases = (int32_t *)(void *)(of.memory->arena + bias);
    of.field_mean = (const float *)(const void *)(of.memory->arena + mean);
    of.field_variance = (const float *)(const void *)(of.memory->arena + variance);
    parts_find(&of, (const float *)(const void *)(of.memory->arena + spread));
    for (int32_t c = 0; c < of.channels; c++) {
        channel_align(&of, c, &multipliers[c], &biases[c]);
    }
    return ATTUNE_OK;
}
