/* The channels of an error that matter most, and the gradient of their biases. */
#include "../core/errors.h"
#include "../core/simd.h"
#include "../layers/backend.h"
#include "../layers/record_check.h"
#include "../training/weighted_layer.h"
#include "chosen.h"
#include "error_sums.h"

#include <stddef.h>
#include <string.h>

#define CHUNK 64

/* Adds magnitudes of positions to sums of count channels. */
ATTUNE_VECTOR
static void magnitudes_add(const int8_t *restrict error, int32_t positions, int32_t channels, int32_t count,
                           int32_t *restrict sums) {
    for (int32_t p = 0; p < positions; p++) {
        for (int32_t i = 0; i < count; i++) {
            sums[i] += error[i] < 0 ? -error[i] : error[i];
        }
        error += channels;
    }
}

/* norms[c] = sum of |error|, at most 2^31 - 1. */
static void norms_find(const int8_t *error, int32_t positions, int32_t channels, int32_t *norms) {
    for (int32_t first = 0; first < channels; first += CHUNK) {
        int32_t count = channels - first < CHUNK ? channels - first : CHUNK;
        memset(norms + first, 0, (size_t)count * 4);
        for (int32_t p = 0; p < positions; p += ATTUNE_SUMS_TOGETHER) {
            int32_t part = positions - p < ATTUNE_SUMS_TOGETHER ? positions - p : ATTUNE_SUMS_TOGETHER;
            const int8_t *at = error + (int64_t)p * channels + first;
            int32_t sums[CHUNK] = {0};
            const attune_error_twins *twins = attune_backend_errors();
            int32_t done = twins == NULL ? 0 : twins->norms_add(at, part, channels, count, sums);
            if (done < count) {
                magnitudes_add(at + done, part, channels, count - done, sums + done);
            }
            for (int32_t i = 0; i < count; i++) {
                int32_t room = INT32_MAX - norms[first + i];
                norms[first + i] += sums[i] < room ? sums[i] : room;
            }
        }
    }
}

/* The largest norm that at least `count` channels reach. */
static int32_t norm_reached(const int32_t *norms, int32_t channels, int32_t count) {
    int32_t low = 0;
    int32_t high = 0;
    for (int32_t c = 0; c < channels; c++) {
        high = norms[c] > high ? norms[c] : high;
    }
    while (low < high) {
        int32_t middle = low + (high - low + 1) / 2;
        int32_t reached = 0;
        for (int32_t c = 0; c < channels; c++) {
            reached += norms[c] >= middle;
        }
        low = reached >= count ? middle : low;
        high = reached >= count ? high : middle - 1;
    }
    return low;
}

/* Turns [C] norms into the first `count` channels in ascending order. */
static void channels_choose(int32_t *norms, int32_t channels, int32_t count) {
    int32_t least = norm_reached(norms, channels, count);
    int32_t equal = count;
    for (int32_t c = 0; c < channels; c++) {
        equal -= norms[c] > least;
    }
    int32_t chosen = 0;
    for (int32_t c = 0; c < channels; c++) {
        int32_t norm = norms[c];
        if (norm > least || (norm == least && equal-- > 0)) {
            norms[chosen++] = c;
        }
    }
}

/* error[p][i] = error[p][chosen[i]], in place. */
static void errors_pack(int8_t *error, int32_t positions, int32_t channels, const int32_t *chosen, int32_t count) {
    int8_t *to = error;
    for (int32_t p = 0; p < positions; p++) {
        for (int32_t i = 0; i < count; i++) {
            *to++ = error[chosen[i]];
        }
        error += channels;
    }
}

static void errors_clear(int8_t *error, int32_t positions, int32_t channels, const int32_t *chosen, int32_t count) {
    for (int32_t p = 0; p < positions; p++) {
        int32_t next = 0;
        for (int32_t c = 0; c < channels; c++) {
            int kept = next < count && chosen[next] == c;
            error[c] = kept ? error[c] : 0;
            next += kept;
        }
        error += channels;
    }
}

/* Runs where the list is: biases of chosen channels. */
static void biases_add(const attune_parameters *parameters, const int8_t *error, int32_t positions, int32_t channels,
                       const int32_t *chosen, int32_t count, int packed, float scale, float *biases) {
    for (int32_t first = 0; first < count; first += CHUNK) {
        int32_t some = count - first < CHUNK ? count - first : CHUNK;
        for (int32_t p = 0; p < positions; p += ATTUNE_SUMS_TOGETHER) {
            int32_t part = positions - p < ATTUNE_SUMS_TOGETHER ? positions - p : ATTUNE_SUMS_TOGETHER;
            int32_t sums[CHUNK] = {0};
            if (packed) {
                attune_error_sums_add(error + (int64_t)p * count + first, part, count, some, sums);
            }
            for (int32_t i = 0; i < some; i++) {
                int32_t channel = chosen[first + i];
                float unit;
                attune_channel_floats(parameters, channel, 1, &unit);
                if (!packed) {
                    attune_error_sums_add(error + (int64_t)p * channels + channel, part, channels, 1, &sums[i]);
                }
                biases[channel] += scale * unit * (float)sums[i];
            }
        }
    }
}

int32_t attune_error_choose(int32_t arena, int32_t record, int32_t binding, int32_t error, int32_t scale, int32_t count,
                            int32_t chosen, int32_t biases) {
    attune_weighted_layer layer;
    int32_t status = attune_weighted_layer_find(arena, record, binding, &layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *words = layer.record;
    int32_t channels = layer.channels;
    int32_t positions = attune_record_positions(words);
    if (count < 1 || count > channels) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_weighted_layer_add(&layer, (attune_range){error, (int64_t)positions * channels, 1, 1});
    attune_weighted_layer_add(&layer, (attune_range){scale, 4, 4, 0});
    attune_weighted_layer_add(&layer, (attune_range){chosen, 4 * (int64_t)(1 + channels), 4, 1});
    attune_weighted_layer_add(&layer, attune_optional_range(biases, 4 * (int64_t)channels, 4, 1));
    status = attune_weighted_layer_check(&layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    float unit = *(const float *)attune_weighted_layer_at(&layer, scale);
    if (!attune_error_scale_good(unit)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_weighted_layer_use(&layer);
    int8_t *values = attune_weighted_layer_at(&layer, error);
    int32_t *list = attune_weighted_layer_at(&layer, chosen);
    list[0] = count;
    if (count < channels) {
        norms_find(values, positions, channels, list + 1);
        channels_choose(list + 1, channels, count);
    } else {
        for (int32_t c = 0; c < channels; c++) {
            list[1 + c] = c;
        }
    }
    int packed = attune_chosen_packs(words, count);
    if (count < channels && packed) {
        errors_pack(values, positions, channels, list + 1, count);
    } else if (count < channels) {
        errors_clear(values, positions, channels, list + 1, count);
    }
    if (biases != -1) {
        biases_add(&layer.parameters, values, positions, channels, list + 1, count, packed, unit,
                   attune_weighted_layer_at(&layer, biases));
    }
    return ATTUNE_OK;
}
