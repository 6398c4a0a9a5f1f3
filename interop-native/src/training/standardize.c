/* Standardised gradients of weights, filter by filter. All arithmetic is float32, one rounding an operation. */
#include "../core/square_root.h"
#include "weighted_layer.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

/* How far averages go to what a tile has. */
#define FOLLOW 0.2f

/* The gradient of a filter, its weights `stride` apart. */
typedef struct filter_gradient {
    float *values;
    int32_t stride;
    int32_t count;
    float share;
} filter_gradient;

static float gradient_at(const filter_gradient *filter, int32_t i) {
    float value = filter->share * filter->values[(int64_t)i * filter->stride];
    return fabsf(value) <= FLT_MAX ? value : 0.0f;
}

/* Mean and deviation of a filter. Returns whether its values differ: rounding would make a deviation of equal ones. */
static int measure(const filter_gradient *filter, float *mean, float *deviation) {
    float sum = 0.0f;
    float first = gradient_at(filter, 0);
    int differ = 0;
    for (int32_t i = 0; i < filter->count; i++) {
        float value = gradient_at(filter, i);
        differ |= value != first;
        sum += value;
    }
    *mean = sum / (float)filter->count;
    float squares = 0.0f;
    for (int32_t i = 0; i < filter->count; i++) {
        float apart = gradient_at(filter, i) - *mean;
        float square = apart * apart;
        squares += square;
    }
    float variance = squares / (float)filter->count;
    *deviation = variance <= FLT_MAX ? attune_square_root(variance) : INFINITY;
    return differ;
}

static float followed(float average, float value) {
    float step = FOLLOW * (value - average);
    return average + step;
}

static void clear(const filter_gradient *filter) {
    for (int32_t i = 0; i < filter->count; i++) {
        filter->values[(int64_t)i * filter->stride] = 0.0f;
    }
}

/* scale: real value of a unit of the filter's weights. */
static void standardize(const filter_gradient *filter, float scale, float *mean, float *deviation) {
    float own_mean, own_deviation;
    int differ = measure(filter, &own_mean, &own_deviation);
    int known = *deviation > 0.0f && *deviation <= FLT_MAX && fabsf(*mean) <= FLT_MAX;
    float next_mean = known ? followed(*mean, own_mean) : own_mean;
    float next_deviation = known ? followed(*deviation, own_deviation) : own_deviation;
    if (!differ || !(next_deviation > 0.0f) || !(next_deviation <= FLT_MAX)) {
        clear(filter);
        return;
    }
    *mean = next_mean;
    *deviation = next_deviation;
#if defined(ATTUNE_WRONG_STANDARD)
    next_deviation = 1.0f;
#endif
    for (int32_t i = 0; i < filter->count; i++) {
        float apart = gradient_at(filter, i) - next_mean;
        float value = apart / next_deviation;
        value = scale * value;
        filter->values[(int64_t)i * filter->stride] = fabsf(value) <= FLT_MAX ? value : 0.0f;
    }
}

int32_t attune_gradient_standardize(int32_t arena, int32_t record, int32_t binding, int32_t first, int32_t count,
                                    int32_t weights, int32_t averages, float share) {
    attune_weighted_layer layer;
    int32_t status = attune_weighted_layer_find(arena, record, binding, &layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_tile_check(layer.record, first, count);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (!(share >= 0.0f && share <= FLT_MAX)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_weighted_layer_add(&layer, (attune_range){weights, (int64_t)count * layer.filter_size * 4, 4, 1});
    attune_weighted_layer_add(&layer, (attune_range){averages, 8 * (int64_t)layer.channels, 4, 1});
    status = attune_weighted_layer_use(&layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    int depthwise = layer.record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    float *tile = attune_weighted_layer_at(&layer, weights);
    float *means = (float *)attune_weighted_layer_at(&layer, averages) + first;
    for (int32_t c = 0; c < count; c++) {
        filter_gradient filter = {.values = tile + (depthwise ? c : (int64_t)c * layer.filter_size),
                                  .stride = depthwise ? count : 1,
                                  .count = layer.filter_size,
                                  .share = share};
        float scale = (float)attune_weighted_layer_scale(&layer, first + c, 0);
        standardize(&filter, scale, means + c, means + layer.channels + c);
    }
    return ATTUNE_OK;
}
