/* Feature-statistics alignment: output multipliers and biases that give the field's pre-activations the mean and
 * variance of the source's. */
#include "training_checks.h"

#include <float.h>
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

int32_t attune_align(int32_t arena, int32_t record, int32_t mean, int32_t variance, float epsilon, int32_t rescale,
                     int32_t bias) {
    attune_memory *memory;
    const int32_t *words;
    int32_t status = attune_weighted_layer_find(arena, record, &memory, &words);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (words[ATTUNE_STATISTICS] == -1 || words[ATTUNE_SCALES] == -1) {
        return ATTUNE_ERROR_RECORD;
    }
    if (!(epsilon > 0.0f && epsilon <= FLT_MAX)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    static const int32_t unbound[ATTUNE_BINDING_WORDS] = {-1, -1, -1, -1, -1, -1, -1, -1};
    attune_parameters parameters;
    status = attune_parameters_find(memory, words, unbound, &parameters);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t channels = attune_record_channels(words);
    int64_t bytes = (int64_t)channels * 4;
    /* A result may be the very place of an argument: such a pair is one range. */
    attune_range ranges[4] = {
        {rescale, bytes, 4, 1},
        {bias, bytes, 4, 1},
        {mean, mean == rescale || mean == bias ? 0 : bytes, 4, 0},
        {variance, variance == rescale || variance == bias ? 0 : bytes, 4, 0},
    };
    status = attune_ranges_use(memory, ranges, 4);
    if (status != ATTUNE_OK) {
        return status;
    }

    const float *field_mean = (const float *)(const void *)(memory->arena + mean);
    const float *field_variance = (const float *)(const void *)(memory->arena + variance);
    float *multipliers = (float *)(void *)(memory->arena + rescale);
    int32_t *biases = (int32_t *)(void *)(memory->arena + bias);
    const float *source_mean = (const float *)(const void *)(memory->model + words[ATTUNE_STATISTICS]);
    const float *source_variance = source_mean + channels;
    const float *scales = (const float *)(const void *)(memory->model + words[ATTUNE_SCALES]);
    double input_scale = attune_record_float(words, ATTUNE_INPUT_SCALE);
    for (int32_t c = 0; c < channels; c++) {
        double real = attune_channel_real(&parameters, c);
        double unit = input_scale * scales[c];
        double gain = attune_sqrt(((double)source_variance[c] + epsilon) / ((double)field_variance[c] + epsilon));
        double offset = (source_mean[c] / gain - field_mean[c]) / unit;
        int32_t kept = parameters.bias == NULL ? 0 : parameters.bias[c];
        /* Scales and statistics without meaning leave the channel as it is, too. */
        if (real > 0.0 && unit > 0.0 && gain > 0.0 && gain <= DBL_MAX && offset == offset) {
            multipliers[c] = (float)(gain * real);
            biases[c] = move_bias(kept, offset);
        } else {
            multipliers[c] = (float)real;
            biases[c] = kept;
        }
    }
    return ATTUNE_OK;
}
