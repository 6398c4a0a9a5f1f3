/* The update rule: gradient tiles to steps of int8 weights and int32 biases.
 *
 * The factor of a channel, rate / s^2, is computed in double and rounded to float32 once; a step is the float32 product
 * factor * gradient. A step that is NaN or infinite counts as 0; one beyond the span of the parameter is clipped to it.
 * Rounding is of the step's magnitude t + f, t whole and 0 <= f < 1: up if f >= 1/2, or, stochastic, if the uniform
 * number is below f (in steps of 2^-32). Carried, what rounding leaves over goes back into the tile, in units of
 * gradient: parameters then move as if they had fractions. */
#include "../core/fixed_point.h"
#include "../core/quotient.h"
#include "../core/signs.h"
#include "weighted_layer.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

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

typedef struct update_step {
    attune_weighted_layer layer;
    int32_t first; /* filters of the tile */
    int32_t count;
    float rate;
    int32_t flags;
    rounding how;
} update_step;

/* Factor of the gradient of a channel's weights. 0 where the channel's scale is 0 and cannot be divided by. */
static float channel_factor(const update_step *step, int32_t channel) {
    if ((step->flags & ATTUNE_UPDATE_SCALED) == 0) {
        return step->rate;
    }
    double scale = attune_weighted_layer_scale(&step->layer, channel, 0);
    return scale > 0.0 ? attune_quotient(step->rate, scale * scale) : 0.0f;
}

/* The same of a channel's bias. scale: of the layer's output. */
static float bias_factor(const update_step *step, int32_t channel, float scale) {
    int32_t multiplier;
    int32_t shift;
    if ((step->flags & ATTUNE_UPDATE_SCALED) == 0) {
        return step->rate;
    }
    attune_channel_multiplier(&step->layer.parameters, channel, &multiplier, &shift);
    return multiplier > 0 && scale > 0.0f ? attune_quotient_square(step->rate, multiplier, shift, scale) : 0.0f;
}

/* What the rounded steps leave over, as gradients. */
static void keep_rest(const float *steps, const int32_t *rounded, const float *factors, int32_t factor_step,
                      int32_t count, float span, float *gradient) {
    for (int32_t i = 0; i < count; i++) {
        float factor = factors[i * factor_step];
        float rest = (steps[i] - (float)rounded[i]) / factor;
        int32_t whole = fabsf(steps[i]) < span && fabsf(rest) <= FLT_MAX;
        gradient[i] = factor == 0.0f ? gradient[i] : whole ? rest : 0.0f;
    }
}

/* A run of at most CHUNK weights; factors[i * factor_step] belongs to the i-th; element: number of the first weight.
 * to: the weights in force, or where the new ones wait. */
static void update_run(const update_step *step, float *gradient, const float *factors, int32_t factor_step,
                       int32_t count, int32_t element, int8_t *to) {
    const int8_t *from = step->layer.parameters.weights;
    float steps[CHUNK] = {0};
    int32_t rounded[CHUNK];
    for (int32_t i = 0; i < count; i++) {
        steps[i] = factors[i * factor_step] * gradient[i];
    }
    round_steps(steps, rounded, count, WEIGHT_SPAN, &step->how, (uint32_t)element);
    if (step->flags & ATTUNE_UPDATE_CARRIED) {
        keep_rest(steps, rounded, factors, factor_step, count, WEIGHT_SPAN, gradient);
    }
    for (int32_t i = 0; i < count; i++) {
        to[element + i] = step_weight(from[element + i], rounded[i]);
    }
}

static void update_weights(const update_step *step, float *gradient, int8_t *to) {
    const attune_weighted_layer *layer = &step->layer;
    int32_t filter_size = layer->filter_size;
    int32_t depthwise = layer->record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    int32_t group = depthwise ? CHUNK : 1; /* filters whose weights stand next to each other */
    for (int32_t c = 0; c < step->count; c += group) {
        float factors[CHUNK];
        int32_t filters = step->count - c < group ? step->count - c : group;
        for (int32_t i = 0; i < filters; i++) {
            factors[i] = channel_factor(step, step->first + c + i);
        }
        if (depthwise) {
            for (int32_t k = 0; k < filter_size; k++) {
                update_run(step, gradient + (int64_t)k * step->count + c, factors, 1, filters,
                           k * layer->channels + step->first + c, to);
            }
        } else {
            for (int32_t k = 0; k < filter_size; k += CHUNK) {
                int32_t run = filter_size - k < CHUNK ? filter_size - k : CHUNK;
                update_run(step, gradient + (int64_t)c * filter_size + k, factors, 0, run,
                           (step->first + c) * filter_size + k, to);
            }
        }
    }
}

static void update_biases(const update_step *step, float *gradient, int32_t *to) {
    const int32_t *from = step->layer.parameters.bias;
    int32_t weights = step->layer.channels * step->layer.filter_size;
    float scale = attune_record_float(step->layer.record, ATTUNE_OUTPUT_SCALE);
    for (int32_t c = 0; c < step->count; c++) {
        int32_t channel = step->first + c;
        float factor = bias_factor(step, channel, scale);
        float move = factor * gradient[c];
        int32_t rounded;
        round_steps(&move, &rounded, 1, BIAS_SPAN, &step->how, (uint32_t)(weights + channel));
        if (step->flags & ATTUNE_UPDATE_CARRIED) {
            keep_rest(&move, &rounded, &factor, 0, 1, BIAS_SPAN, gradient + c);
        }
        to[channel] = step_bias(from == NULL ? 0 : from[channel], rounded);
    }
}

/* Says that a parameter is written: the copy in force, or the place where new values of so many bytes wait. */
static int32_t add_target(attune_weighted_layer *layer, int32_t parameter, int32_t pending, attune_range waiting) {
    if (pending == -1) {
        return attune_weighted_layer_write(layer, parameter);
    }
    attune_weighted_layer_add(layer, waiting);
    return ATTUNE_OK;
}

/* Checks and touches the gradients and the targets. */
static int32_t arrays_use(attune_weighted_layer *layer, int32_t count, int32_t weights, int32_t biases, int32_t carried,
                          int32_t pending_weights, int32_t pending_biases) {
    int64_t channels = layer->channels;
    attune_weighted_layer_add(layer,
                              attune_optional_range(weights, (int64_t)count * layer->filter_size * 4, 4, carried));
    attune_weighted_layer_add(layer, attune_optional_range(biases, (int64_t)count * 4, 4, carried));
    if (weights != -1) {
        attune_range waiting = {pending_weights, channels * layer->filter_size, 1, 1};
        int32_t status = add_target(layer, ATTUNE_RANGE_WEIGHTS, pending_weights, waiting);
        if (status != ATTUNE_OK) {
            return status;
        }
    }
    if (biases != -1) {
        attune_range waiting = {pending_biases, channels * 4, 4, 1};
        int32_t status = add_target(layer, ATTUNE_RANGE_BIAS, pending_biases, waiting);
        if (status != ATTUNE_OK) {
            return status;
        }
    }
    return attune_weighted_layer_use(layer);
}

int32_t attune_update(int32_t arena, int32_t record, int32_t binding, int32_t first, int32_t count, int32_t weights,
                      int32_t biases, float rate, int32_t flags, uint32_t seed_low, uint32_t seed_high,
                      int32_t pending_weights, int32_t pending_biases) {
    update_step step;
    attune_weighted_layer *layer = &step.layer;
    int32_t status = attune_weighted_layer_find(arena, record, binding, layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_tile_check(layer->record, first, count);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t known = ATTUNE_UPDATE_SCALED | ATTUNE_UPDATE_STOCHASTIC | ATTUNE_UPDATE_CARRIED;
    if (!(fabsf(rate) <= FLT_MAX) || (flags & ~known) != 0) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    status = arrays_use(layer, count, weights, biases, (flags & ATTUNE_UPDATE_CARRIED) != 0, pending_weights,
                        pending_biases);
    if (status != ATTUNE_OK) {
        return status;
    }

    step.first = first;
    step.count = count;
    step.rate = rate;
    step.flags = flags;
    step.how = (rounding){flags & ATTUNE_UPDATE_STOCHASTIC, seed_low, seed_high};
    if (weights != -1) {
        int32_t place = pending_weights == -1 ? layer->bound[ATTUNE_BIND_WEIGHTS] : pending_weights;
        update_weights(&step, attune_weighted_layer_at(layer, weights), attune_weighted_layer_at(layer, place));
    }
    if (biases != -1) {
        int32_t place = pending_biases == -1 ? layer->bound[ATTUNE_BIND_BIAS] : pending_biases;
        update_biases(&step, attune_weighted_layer_at(layer, biases), attune_weighted_layer_at(layer, place));
    }
    return ATTUNE_OK;
}
