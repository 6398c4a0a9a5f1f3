/* The update rule: gradient tiles to steps of int8 weights and int32 biases.
 *
 * The factor of a channel, rate / s^2, is computed in double and rounded to float32 once; a step is the float32 product
 * factor * gradient. A step that is NaN or infinite counts as 0; one beyond the span of the parameter is clipped to it.
 * Rounding is of the step's magnitude t + f, t whole and 0 <= f < 1: up if f >= 1/2, or, stochastic, if the uniform
 * number is below f (in steps of 2^-32). */
#include "training_checks.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#define WEIGHT_SPAN 254.0f      /* from -127 to 127 */
#define BIAS_SPAN 2147483520.0f /* largest float32 that an int32 holds */
#define CHUNK 64

typedef struct rounding {
    int32_t stochastic;
    uint32_t seed_low;
    uint32_t seed_high;
} rounding;

/* Magnitudes of the steps in their bounds, cut into whole and fraction, then rounded; element: number of the first. */
static void round_steps(const float *restrict steps, int32_t *restrict rounded, int32_t count, float span,
                        const rounding *how, uint32_t element) {
    for (int32_t i = 0; i < count; i++) {
        float magnitude = fabsf(steps[i]);
        magnitude = magnitude <= FLT_MAX ? magnitude : 0.0f;
        magnitude = magnitude < span ? magnitude : span;
        int32_t whole = (int32_t)magnitude;
        float fraction = magnitude - (float)whole;
        int32_t up;
        if (how->stochastic) {
            uint32_t word = attune_word(element + (uint32_t)i, how->seed_low, how->seed_high);
            up = word < (uint32_t)(fraction * 4294967296.0f);
        } else {
            up = fraction >= 0.5f;
        }
        rounded[i] = steps[i] < 0.0f ? -(whole + up) : whole + up;
    }
}

static int8_t step_weight(int8_t weight, int32_t step) {
    return step == 0 ? weight : (int8_t)attune_clamp(weight - step, -127, 127);
}

static int32_t step_bias(int32_t bias, int32_t step) {
    int64_t value = (int64_t)bias - step;
    return value < INT32_MIN ? INT32_MIN : value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

/* Factor of a channel's gradient. 0 where the channel's scale is 0 and cannot be divided by. */
static float channel_factor(const int32_t *record, const attune_parameters *parameters, int32_t channel, float rate,
                            int32_t flags, int32_t of_bias) {
    if ((flags & ATTUNE_UPDATE_SCALED) == 0) {
        return rate;
    }
    double input_scale = attune_record_float(record, ATTUNE_INPUT_SCALE);
    double output_scale = attune_record_float(record, ATTUNE_OUTPUT_SCALE);
    double bias_scale = attune_channel_real(parameters, channel) * output_scale;
    double scale = of_bias ? bias_scale : bias_scale / input_scale;
    return scale > 0.0 ? (float)(rate / (scale * scale)) : 0.0f;
}

typedef struct weight_target {
    const int8_t *from; /* the weights in force */
    int8_t *to;         /* the same place, or where the new ones wait */
    rounding how;
} weight_target;

/* A run of at most CHUNK weights; factors[i * factor_step] belongs to the i-th; element: number of the first weight. */
static void update_weights(const weight_target *target, const float *gradient, const float *factors,
                           int32_t factor_step, int32_t count, int32_t element) {
    float steps[CHUNK] = {0};
    int32_t rounded[CHUNK];
    for (int32_t i = 0; i < count; i++) {
        steps[i] = factors[i * factor_step] * gradient[i];
    }
    round_steps(steps, rounded, count, WEIGHT_SPAN, &target->how, (uint32_t)element);
    for (int32_t i = 0; i < count; i++) {
        target->to[element + i] = step_weight(target->from[element + i], rounded[i]);
    }
}

int32_t attune_update(int32_t arena, int32_t record, int32_t binding, int32_t first, int32_t count, int32_t weights,
                      int32_t biases, float rate, int32_t flags, uint32_t seed_low, uint32_t seed_high,
                      int32_t pending_weights, int32_t pending_biases) {
    attune_memory *memory;
    const int32_t *words;
    int32_t status = attune_weighted_layer_find(arena, record, &memory, &words);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_tile_check(words, first, count);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *bound;
    status = attune_binding_find(memory, binding, &bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_parameters parameters;
    status = attune_parameters_find(memory, words, bound, &parameters);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t apply_weights = weights != -1 && pending_weights == -1;
    int32_t apply_biases = biases != -1 && pending_biases == -1;
    if (!(fabsf(rate) <= FLT_MAX) || (flags & ~(ATTUNE_UPDATE_SCALED | ATTUNE_UPDATE_STOCHASTIC)) != 0 ||
        (apply_weights && bound[ATTUNE_BIND_WEIGHTS] == -1) || (apply_biases && bound[ATTUNE_BIND_BIAS] == -1)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int32_t channels = attune_record_channels(words);
    int32_t filter_size = attune_record_filter_size(words);
    attune_range ranges[ATTUNE_RANGE_COUNT + 4];
    attune_binding_ranges(words, binding, bound, ranges);
    ranges[ATTUNE_RANGE_WEIGHTS].written = apply_weights;
    ranges[ATTUNE_RANGE_BIAS].written = apply_biases;
    attune_range *tiles = ranges + ATTUNE_RANGE_COUNT;
    tiles[0] = attune_optional_range(weights, (int64_t)count * filter_size * 4, 4, 0);
    tiles[1] = attune_optional_range(biases, (int64_t)count * 4, 4, 0);
    tiles[2] = attune_optional_range(weights == -1 ? -1 : pending_weights, (int64_t)channels * filter_size, 1, 1);
    tiles[3] = attune_optional_range(biases == -1 ? -1 : pending_biases, (int64_t)channels * 4, 4, 1);
    status = attune_ranges_use(memory, ranges, ATTUNE_RANGE_COUNT + 4);
    if (status != ATTUNE_OK) {
        return status;
    }

    rounding how = {flags & ATTUNE_UPDATE_STOCHASTIC, seed_low, seed_high};
    if (weights != -1) {
        const float *gradient = (const float *)(const void *)(memory->arena + weights);
        int32_t place = apply_weights ? bound[ATTUNE_BIND_WEIGHTS] : pending_weights;
        weight_target target = {parameters.weights, (int8_t *)(memory->arena + place), how};
        int32_t depthwise = words[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
        int32_t group = depthwise ? CHUNK : 1; /* filters whose weights stand next to each other */
        for (int32_t c = 0; c < count; c += group) {
            float factors[CHUNK];
            int32_t filters = count - c < group ? count - c : group;
            for (int32_t i = 0; i < filters; i++) {
                factors[i] = channel_factor(words, &parameters, first + c + i, rate, flags, 0);
            }
            if (depthwise) {
                for (int32_t k = 0; k < filter_size; k++) {
                    update_weights(&target, gradient + (int64_t)k * count + c, factors, 1, filters,
                                   k * channels + first + c);
                }
            } else {
                for (int32_t k = 0; k < filter_size; k += CHUNK) {
                    int32_t run = filter_size - k < CHUNK ? filter_size - k : CHUNK;
                    update_weights(&target, gradient + (int64_t)c * filter_size + k, factors, 0, run,
                                   (first + c) * filter_size + k);
                }
            }
        }
    }
    if (biases != -1) {
        const float *gradient = (const float *)(const void *)(memory->arena + biases);
        int32_t place = apply_biases ? bound[ATTUNE_BIND_BIAS] : pending_biases;
        int32_t *target = (int32_t *)(void *)(memory->arena + place);
        for (int32_t c = 0; c < count; c++) {
            float step = channel_factor(words, &parameters, first + c, rate, flags, 1) * gradient[c];
            int32_t rounded;
            round_steps(&step, &rounded, 1, BIAS_SPAN, &how, (uint32_t)(channels * filter_size + first + c));
            target[first + c] = step_bias(parameters.bias == NULL ? 0 : parameters.bias[first + c], rounded);
        }
    }
    return ATTUNE_OK;
}

int32_t attune_update_apply(int32_t arena, int32_t record, int32_t binding, int32_t pending_weights,
                            int32_t pending_biases) {
    attune_memory *memory;
    const int32_t *words;
    int32_t status = attune_weighted_layer_find(arena, record, &memory, &words);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *bound;
    status = attune_binding_find(memory, binding, &bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    if ((pending_weights != -1 && bound[ATTUNE_BIND_WEIGHTS] == -1) ||
        (pending_biases != -1 && bound[ATTUNE_BIND_BIAS] == -1)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int32_t channels = attune_record_channels(words);
    int32_t size = channels * attune_record_filter_size(words);
    attune_range ranges[ATTUNE_RANGE_COUNT + 2];
    attune_binding_ranges(words, binding, bound, ranges);
    ranges[ATTUNE_RANGE_WEIGHTS].written = pending_weights != -1;
    ranges[ATTUNE_RANGE_BIAS].written = pending_biases != -1;
    ranges[ATTUNE_RANGE_COUNT] = attune_optional_range(pending_weights, size, 1, 0);
    ranges[ATTUNE_RANGE_COUNT + 1] = attune_optional_range(pending_biases, (int64_t)channels * 4, 4, 0);
    status = attune_ranges_use(memory, ranges, ATTUNE_RANGE_COUNT + 2);
    if (status != ATTUNE_OK) {
        return status;
    }

    if (pending_weights != -1) {
        memcpy(memory->arena + bound[ATTUNE_BIND_WEIGHTS], memory->arena + pending_weights, (size_t)size);
    }
    if (pending_biases != -1) {
        memcpy(memory->arena + bound[ATTUNE_BIND_BIAS], memory->arena + pending_biases, (size_t)channels * 4);
    }
    return ATTUNE_OK;
}
