/* The sum of two errors of one tensor. */
#include "../core/errors.h"
#include "../layers/backend.h"
#include "../memory/ranges.h"
#include "error_use.h"

#include <float.h>
#include <stddef.h>

#define CHUNK 64
/* The sum's scale is not finer by more than this. */
#define FINER 8.0f

/* Units of the sum for one unit of a part, Q16. */
static int32_t share(float part, float whole) {
    return (int32_t)(part / whole * 65536.0f + 0.5f);
}

typedef struct merge_step {
    int8_t *sum;
    const int8_t *second;
    int32_t first_share;
    int32_t second_share;
    int32_t positions;
    int32_t channels;
    int32_t nearest;
} merge_step;

/* Channels first .. first + count - 1 of all positions. */
static void channels_merge(const merge_step *step, int32_t first, int32_t count, int32_t *carry) {
    const attune_error_twins *twins = step->nearest ? NULL : attune_backend_errors();
    attune_error_shares shares = {step->sum + first, step->second + first, step->first_share, step->second_share};
    int32_t done = twins == NULL ? 0 : twins->merge(&shares, step->positions, step->channels, count, carry);
    for (int32_t p = 0; p < step->positions && done < count; p++) {
        for (int32_t i = done; i < count; i++) {
            int32_t parts = (shares.sum[i] * step->first_share + shares.other[i] * step->second_share + 128) >> 8;
            shares.sum[i] = attune_error_round(parts, &carry[i], step->nearest);
        }
        shares.sum += step->channels;
        shares.other += step->channels;
    }
}

int32_t attune_error_merge(int32_t arena, int32_t error, int32_t scale, int32_t other, int32_t other_scale,
                           int32_t positions, int32_t channels, int32_t flags, uint32_t seed_low, uint32_t seed_high) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (positions < 1 || channels < 1 || positions > (1 << 26) / channels || flags & ~ATTUNE_ERROR_NEAREST) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int32_t count = positions * channels;
    const attune_range ranges[4] = {
        {error, count, 1, 1}, {scale, 4, 4, 1}, {other, count, 1, 0}, {other_scale, 4, 4, 0}};
    int32_t status = attune_ranges_check(memory, ranges, 4);
    if (status != ATTUNE_OK) {
        return status;
    }
    int8_t *sum = (int8_t *)(memory->arena + error);
    const int8_t *second = (const int8_t *)(memory->arena + other);
    float *sum_scale = (float *)(void *)(memory->arena + scale);
    float first_scale = *sum_scale;
    float second_scale = *(const float *)(const void *)(memory->arena + other_scale);
    if (!attune_error_scale_good(first_scale) || !attune_error_scale_good(second_scale)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    float coarsest = first_scale > second_scale ? first_scale : second_scale;
    float whole = ((float)attune_error_largest(sum, count) * first_scale +
                   (float)attune_error_largest(second, count) * second_scale) /
                  127.0f;
    if (whole > FLT_MAX) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_ranges_touch(memory, ranges, 4);
    if (!(whole > 0.0f)) {
        return ATTUNE_OK; /* both are all zero */
    }
    whole = whole > coarsest / FINER ? whole : coarsest / FINER;
    const merge_step step = {sum,       second,   share(first_scale, whole),   share(second_scale, whole),
                             positions, channels, flags & ATTUNE_ERROR_NEAREST};
    for (int32_t first = 0; first < channels; first += CHUNK) {
        int32_t some = channels - first < CHUNK ? channels - first : CHUNK;
        int32_t carry[CHUNK];
        attune_error_carry(carry, some, step.nearest, seed_low + (uint32_t)first, seed_high);
        channels_merge(&step, first, some, carry);
    }
    *sum_scale = whole;
    return ATTUNE_OK;
}
