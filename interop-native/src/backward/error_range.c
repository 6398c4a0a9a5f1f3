#include "error_range.h"

#include "../core/simd.h"
#include "../kernels/checks.h"

#include <string.h>

/* The largest magnitude that ranges lead to, and the least that is left as it is. */
#define AIM 96.0f
#define LEAST 12
/* Saturated elements that are counted, and how many of them a result may have: one in so many. */
#define MOST_SATURATED (1 << 22)
#define ONE_IN 64
#define TRIES 10
#define FOLLOW 0.1f
/* Scales stay far above the smallest float32. */
#define SMALLEST_SCALE 1e-33f

typedef struct error_use {
    int32_t largest;
    int32_t saturated;
} error_use;

ATTUNE_VECTOR
static error_use use_of(const int8_t *error, int64_t elements) {
    int8_t low = 0;
    int8_t high = 0;
    int32_t saturated = 0;
    for (int64_t i = 0; i < elements; i++) {
        low = error[i] < low ? error[i] : low;
        high = error[i] > high ? error[i] : high;
        saturated += error[i] == 127 || error[i] <= -127;
    }
    error_use use = {high > -low ? high : -low, saturated};
    return use;
}

static int32_t nothing_left(attune_error_call *call, float *to) {
    memset(call->result, 0, (size_t)attune_shape_elements(call->shape));
    *to = 0.0f;
    return 0;
}

int32_t attune_error_run(const attune_error_rules *rules, attune_error_call *call, int64_t elements, float from,
                         float *growth, float *to) {
    if (from < SMALLEST_SCALE || use_of(call->error, elements).largest == 0) {
        return nothing_left(call, to);
    }
    int64_t results = attune_shape_elements(call->shape);
    int known = *growth > 0.0f;
    float range = known ? *growth : 1.0f;
    float used = range;
    error_use use = {0, 0};
    for (int32_t tries = 0; tries < TRIES; tries++) {
        used = range;
        call->ratio = 1.0 / (double)used;
        attune_error_carry(call->carry, call->shape[3], call->nearest, call->seed_low, call->seed_high);
        rules->run(call);
        use = use_of(call->result, results);
        if (use.saturated > results / ONE_IN) {
            range *= known ? 2.0f : 16.0f;
        } else if (use.largest < LEAST) {
            range *= ((float)use.largest + 0.5f) / AIM;
        } else {
            break;
        }
    }
    if (use.largest == 0 || !(from * used >= SMALLEST_SCALE)) {
        return nothing_left(call, to);
    }
    *to = from * used;
    float followed = use.saturated > 0 ? used * 1.25f : used * ((float)use.largest / AIM);
    *growth = known ? used + FOLLOW * (followed - used) : followed;
    return use.largest + 256 * (use.saturated < MOST_SATURATED ? use.saturated : MOST_SATURATED);
}
