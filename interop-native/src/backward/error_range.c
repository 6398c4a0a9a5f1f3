#include "error_range.h"

#include "../kernels/checks.h"
#include "error_use.h"

#include <float.h>
#include <string.h>

/* The mean magnitude that ranges lead to. More would clip the few large errors of early layers, less would round small
 * ones away. */
#define AIM 6.0f
/* One element in so many may be saturated. */
#define SATURATED_IN 1000.0f
/* A result whose mean magnitude is off by more than this is computed again. */
#define OFF 4.0f
#define TRIES 10
#define FOLLOW 0.1f
/* Scales stay far above the smallest float32. */
#define SMALLEST_SCALE 1e-33f
/* Largest magnitude without saturation, and the most that errors are enlarged. */
#define LARGEST 127.0f
#define LARGEST_RATIO 1e20f
/* Saturated elements that are told of. */
#define MOST_SATURATED (1 << 22)

/* Largest and mean magnitude, and saturated elements, of a result. */
typedef struct error_size {
    int32_t largest;
    int32_t saturated;
    float mean;
} error_size;

static error_size size_of(const int8_t *error, int32_t elements) {
    attune_error_use use = {0, 0, 0};
    int64_t sum = 0;
    for (int32_t first = 0; first < elements; first += ATTUNE_ERROR_USE_PART) {
        int32_t part = elements - first < ATTUNE_ERROR_USE_PART ? elements - first : ATTUNE_ERROR_USE_PART;
        use.sum = 0;
        attune_error_use_add(error + first, part, &use);
        sum += use.sum;
    }
    error_size size = {use.largest, use.saturated, (float)sum / (float)elements};
    return size;
}

static int any(const int8_t *error, int32_t elements) {
    for (int32_t i = 0; i < elements; i++) {
        if (error[i] != 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t nothing_left(attune_error_call *call, float *to) {
    memset(call->result, 0, (size_t)attune_shape_elements(call->shape));
    *to = 0.0f;
    return 0;
}

/* How much coarser a result should have been. */
static float factor_of(const error_size *use, int32_t elements) {
    float factor = use->mean / AIM;
    int crowded = (float)use->saturated * SATURATED_IN > (float)elements;
    return crowded && factor < 1.3f ? 1.3f : factor;
}

/* What attune_layer_error returns. */
static int32_t told(const error_size *use) {
    return use->largest + 256 * (use->saturated < MOST_SATURATED ? use->saturated : MOST_SATURATED);
}

int32_t attune_error_run(const attune_error_rules *rules, attune_error_call *call, int32_t elements, float from,
                         float *growth, float *to) {
    if (from < SMALLEST_SCALE || !any(call->error, elements)) {
        return nothing_left(call, to);
    }
    int32_t results = (int32_t)attune_shape_elements(call->shape);
    int known = *growth > 0.0f;
    float range = known ? *growth : 1.0f;
    float used = range;
    error_size use = {0, 0, 0.0f};
    for (int32_t tries = 0; tries < TRIES; tries++) {
        used = range;
        call->ratio = 1.0 / (double)used;
        attune_error_carry(call->carry, call->shape[3], call->nearest, call->seed_low, call->seed_high);
        rules->run(call);
        use = size_of(call->result, results);
        if (use.mean > OFF * AIM) {
            range *= known ? 2.0f : 16.0f;
        } else if (use.mean < AIM / OFF && use.largest < 127) {
            range *= (use.mean + 0.05f) / AIM;
        } else {
            break;
        }
    }
    if (use.largest == 0 || !(from * used >= SMALLEST_SCALE)) {
        return nothing_left(call, to);
    }
    *to = from * used;
    float followed = used * factor_of(&use, results);
    *growth = known ? used + FOLLOW * (followed - used) : followed;
    return told(&use);
}

/* A scale so far as it is above what float32 can hold well; else not known. */
static float known_scale(float scale) {
    return scale >= SMALLEST_SCALE && scale <= FLT_MAX ? scale : 0.0f;
}

int32_t attune_error_run_extremes(const attune_error_rules *rules, attune_error_call *call, int32_t elements,
                                  float from, float *range, float *to) {
    if (!(known_scale(*range) > 0.0f)) {
        float growth = 0.0f;
        int32_t first = attune_error_run(rules, call, elements, from, &growth, to);
        *range = known_scale(*to * (float)(first & 255) / LARGEST);
        return first;
    }
    float scale = *range;
    if (from < SMALLEST_SCALE || !any(call->error, elements)) {
        return nothing_left(call, to);
    }
    float ratio = from / scale;
    call->ratio = ratio < LARGEST_RATIO ? (double)ratio : (double)LARGEST_RATIO;
    attune_error_carry(call->carry, call->shape[3], call->nearest, call->seed_low, call->seed_high);
    rules->run(call);
    error_size use = size_of(call->result, (int32_t)attune_shape_elements(call->shape));
    float reached = use.saturated > 0 ? 2.0f : (float)use.largest / LARGEST;
    float step = FOLLOW * (reached - 1.0f);
    *range = known_scale(scale + scale * step);
    if (use.largest == 0) {
        return nothing_left(call, to);
    }
    *to = scale;
    return told(&use);
}
