/* Feature-statistics alignment: output multipliers and biases that give the field's pre-activations the mean and
 * variance of the source's, as far as these differ by more than chance. */
#include "alignment.h"
#include "training_checks.h"

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

int32_t attune_align(int32_t arena, int32_t record, int32_t mean, int32_t variance, int32_t spread, int32_t samples,
                     float guard, int32_t prior, float epsilon, int32_t rescale, int32_t bias) {
    attune_memory *memory;
    const int32_t *words;
    int32_t status = attune_weighted_layer_find(arena, record, &memory, &words);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (words[ATTUNE_STATISTICS] == -1 || words[ATTUNE_SCALES] == -1) {
        return ATTUNE_ERROR_RECORD;
    }
    if (samples < 0 || prior < 0 || !(guard >= 0.0f && guard <= FLT_MAX) || !(epsilon > 0.0f && epsilon <= FLT_MAX)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_parameters parameters;
    status = attune_model_parameters_find(memory, words, &parameters);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t channels = attune_record_channels(words);
    int64_t bytes = (int64_t)channels * 4;
    /* A result may be the very place of an argument: such a pair is one range. */
    attune_range ranges[5] = {
        {rescale, bytes, 4, 1},
        {bias, bytes, 4, 1},
        {mean, mean == rescale || mean == bias ? 0 : bytes, 4, 0},
        {variance, variance == rescale || variance == bias ? 0 : bytes, 4, 0},
        {spread, 8, 4, 0},
    };
    status = attune_ranges_use(memory, ranges, 5);
    if (status != ATTUNE_OK) {
        return status;
    }

    const float *field_mean = (const float *)(const void *)(memory->arena + mean);
    const float *field_variance = (const float *)(const void *)(memory->arena + variance);
    const float *spreads = (const float *)(const void *)(memory->arena + spread);
    float *multipliers = (float *)(void *)(memory->arena + rescale);
    int32_t *biases = (int32_t *)(void *)(memory->arena + bias);
    const float *source_mean = (const float *)(const void *)(memory->model + words[ATTUNE_STATISTICS]);
    const float *source_variance = source_mean + channels;
    const float *scales = (const float *)(const void *)(memory->model + words[ATTUNE_SCALES]);
    double input_scale = attune_record_float(words, ATTUNE_INPUT_SCALE);
    double mean_difference = 0.0;
    double variance_difference = 0.0;
    int32_t speaking = 0;
    for (int32_t c = 0; samples > TOO_FEW && guard > 0.0f && c < channels; c++) {
        if (attune_channel_speaks(&parameters, c, source_variance[c])) {
            double difference = (double)field_mean[c] - source_mean[c];
            double ratio = attune_log_ratio(field_variance[c], source_variance[c], epsilon);
            mean_difference += difference * difference / source_variance[c];
            variance_difference += ratio * ratio;
            speaking++;
        }
    }
    mean_difference = speaking > 0 ? mean_difference / speaking : 0.0;
    variance_difference = speaking > 0 ? variance_difference / speaking : 0.0;
    double mean_part = corrected_part(mean_difference, spreads[0], samples, guard, prior);
    double variance_part = corrected_part(variance_difference, spreads[1], samples, guard, prior);
    int moves = mean_part > 0.0 || variance_part > 0.0;
    for (int32_t c = 0; c < channels; c++) {
        double real = attune_channel_real(&parameters, c);
        int32_t kept = parameters.bias == NULL ? 0 : parameters.bias[c];
        double unit = input_scale * scales[c];
        double gain = NAN;
        double offset = NAN;
        if (moves && real > 0.0 && unit > 0.0) {
            double moved = source_mean[c] + mean_part * ((double)field_mean[c] - source_mean[c]);
            double ratio = attune_log_ratio(field_variance[c], source_variance[c], epsilon);
            gain = attune_exp(-0.5 * variance_part * ratio);
            offset = (source_mean[c] / gain - moved) / unit;
        }
        /* Statistics without meaning leave the channel as it is, too. */
        if (gain > 0.0 && gain <= DBL_MAX && offset == offset) {
            multipliers[c] = (float)(gain * real);
            biases[c] = move_bias(kept, offset);
        } else {
            multipliers[c] = (float)real;
            biases[c] = kept;
        }
    }
    return ATTUNE_OK;
}
