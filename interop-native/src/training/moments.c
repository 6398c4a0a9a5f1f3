/* Optimisers: gradient tiles to directions, by moments that last from step to step.
 *
 * The factors of a channel are computed in double and rounded to float32 once; everything else is float32, one rounding
 * an operation, so that every processor gives the same bits. */
#include "../core/square_root.h"
#include "weighted_layer.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

#define SQUARE_DECAY 0.999f
#define EPSILON 1e-8f

typedef struct moments_step {
    attune_weighted_layer layer;
    int32_t first; /* filters of the tile */
    int32_t count;
    float share;
    float beta;
    int32_t flags;
    float mean_factor;   /* Adam: 1 / (1 - beta^t) */
    float square_factor; /* Adam: 1 / (1 - 0.999^t) */
} moments_step;

/* Values of a tile and their moments, each so far from the one before. squares: NULL for momentum. */
typedef struct moments_run {
    float *tile;
    int64_t tile_stride;
    float *moments;
    float *squares;
    int64_t stride;
    int32_t count;
} moments_run;

static float saturate(float value) {
    return value > FLT_MAX ? FLT_MAX : value < -FLT_MAX ? -FLT_MAX : value;
}

/* 1 / (1 - beta^t); t >= 1. */
static float bias_correction(float beta, int64_t t) {
    double power = 1.0;
    for (double factor = beta; t > 0; t >>= 1, factor *= factor) {
        power *= t & 1 ? factor : 1.0;
    }
    return (float)(1.0 / (1.0 - power));
}

static void run_momentum(const moments_step *step, const moments_run *run) {
    for (int32_t i = 0; i < run->count; i++) {
        float *value = run->tile + i * run->tile_stride;
        float *moment = run->moments + i * run->stride;
        float gradient = step->share * *value;
        gradient = fabsf(gradient) <= FLT_MAX ? gradient : 0.0f;
        float decayed = step->beta * *moment;
        *moment = saturate(decayed + gradient);
        *value = *moment;
    }
}

/* scale: real value of a quantized unit. */
static void run_adam(const moments_step *step, const moments_run *run, double scale) {
    int32_t counts = scale > 0.0;
    float to_real = counts ? (float)(step->share / scale) : 0.0f;
    float from_real = (float)scale;
    float mean_share = 1.0f - step->beta;
    float square_share = 1.0f - SQUARE_DECAY;
    for (int32_t i = 0; i < run->count; i++) {
        float *value = run->tile + i * run->tile_stride;
        float *moment = run->moments + i * run->stride;
        float *square = run->squares + i * run->stride;
        float gradient = to_real * *value;
        gradient = counts && fabsf(gradient) <= FLT_MAX ? gradient : 0.0f;
        float decayed = step->beta * *moment;
        float added = mean_share * gradient;
        *moment = saturate(decayed + added);
        float squared = saturate(gradient * gradient);
        float decayed_square = SQUARE_DECAY * *square;
        float added_square = square_share * squared;
        *square = saturate(decayed_square + added_square);
        float root = attune_square_root(saturate(*square * step->square_factor));
        float direction = saturate(saturate(*moment * step->mean_factor) / (root + EPSILON));
        *value = saturate(direction * from_real);
    }
}

static void run_channel(const moments_step *step, const moments_run *run, int32_t channel, int32_t of_bias) {
    if (run->squares == NULL) {
        run_momentum(step, run);
        return;
    }
    int32_t scaled = step->flags & ATTUNE_UPDATE_SCALED;
    run_adam(step, run, scaled ? attune_weighted_layer_scale(&step->layer, channel, of_bias) : 1.0);
}

static void move_weights(const moments_step *step, float *tile, float *moments, float *squares) {
    const attune_weighted_layer *layer = &step->layer;
    int32_t depthwise = layer->record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    for (int32_t c = 0; c < step->count; c++) {
        int32_t channel = step->first + c;
        int64_t from = depthwise ? c : (int64_t)c * layer->filter_size;
        int64_t at = depthwise ? channel : (int64_t)channel * layer->filter_size;
        moments_run run = {.tile = tile + from,
                           .tile_stride = depthwise ? step->count : 1,
                           .moments = moments + at,
                           .squares = squares == NULL ? NULL : squares + at,
                           .stride = depthwise ? layer->channels : 1,
                           .count = layer->filter_size};
        run_channel(step, &run, channel, 0);
    }
}

static void move_biases(const moments_step *step, float *tile, float *moments, float *squares) {
    for (int32_t c = 0; c < step->count; c++) {
        int32_t channel = step->first + c;
        moments_run run = {.tile = tile + c,
                           .moments = moments + channel,
                           .squares = squares == NULL ? NULL : squares + channel,
                           .count = 1};
        run_channel(step, &run, channel, 1);
    }
}

/* Checks and touches the tile and the moments. */
static int32_t arrays_use(moments_step *step, int32_t weights, int32_t biases, int32_t moments, int32_t squares) {
    attune_weighted_layer *layer = &step->layer;
    int64_t values = weights == -1 ? 0 : (int64_t)layer->channels * layer->filter_size;
    values += biases == -1 ? 0 : layer->channels;
    int64_t weight_bytes = (int64_t)step->count * layer->filter_size * 4;
    attune_weighted_layer_add(layer, attune_optional_range(weights, weight_bytes, 4, 1));
    attune_weighted_layer_add(layer, attune_optional_range(biases, (int64_t)step->count * 4, 4, 1));
    attune_weighted_layer_add(layer, (attune_range){moments, values * 4, 4, 1});
    attune_weighted_layer_add(layer, attune_optional_range(squares, values * 4, 4, 1));
    return attune_weighted_layer_use(layer);
}

int32_t attune_moments_update(int32_t arena, int32_t record, int32_t binding, int32_t first, int32_t count,
                              int32_t weights, int32_t biases, int32_t moments, int32_t squares, float share,
                              float beta, int32_t step, int32_t flags) {
    moments_step of = {.first = first, .count = count, .share = share, .beta = beta, .flags = flags};
    attune_weighted_layer *layer = &of.layer;
    int32_t status = attune_weighted_layer_find(arena, record, binding, layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_tile_check(layer->record, first, count);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (!(fabsf(share) <= FLT_MAX) || !(beta >= 0.0f && beta < 1.0f) || step < 0 ||
        (flags & ~ATTUNE_UPDATE_SCALED) != 0) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    status = arrays_use(&of, weights, biases, moments, squares);
    if (status != ATTUNE_OK) {
        return status;
    }

    of.mean_factor = bias_correction(beta, (int64_t)step + 1);
    of.square_factor = bias_correction(SQUARE_DECAY, (int64_t)step + 1);
    float *mean = attune_weighted_layer_at(layer, moments);
    float *square = squares == -1 ? NULL : attune_weighted_layer_at(layer, squares);
    if (weights != -1) {
        move_weights(&of, attune_weighted_layer_at(layer, weights), mean, square);
    }
    if (biases != -1) {
        int64_t skipped = weights == -1 ? 0 : (int64_t)layer->channels * layer->filter_size;
        move_biases(&of, attune_weighted_layer_at(layer, biases), mean + skipped,
                    square == NULL ? NULL : square + skipped);
    }
    return ATTUNE_OK;
}
