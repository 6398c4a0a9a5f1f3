/* What the checks of records share. */
#ifndef ATTUNE_CHECKS_H
#define ATTUNE_CHECKS_H

#include "../core/record.h"

#define ATTUNE_LARGEST_DIMENSION 65535
/* 2^16 * 255 * 128 < 2^31: no sum of products leaves int32, probed weights (128) included. */
#define ATTUNE_LARGEST_FILTER 65536
/* 2^22 * 255 < 2^31, for the sums of poolings and means. */
#define ATTUNE_LARGEST_POOL (1 << 22)

static inline int attune_between(int32_t value, int32_t low, int32_t high) {
    return value >= low && value <= high;
}

static inline int attune_shape_equal(const int32_t *a, const int32_t *b) {
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

static inline int64_t attune_shape_elements(const int32_t *shape) {
    return (int64_t)shape[0] * shape[1] * shape[2] * shape[3];
}

static inline int attune_clamp_good(const int32_t *record) {
    return attune_between(record[ATTUNE_ACT_MIN], -128, 127) && attune_between(record[ATTUNE_ACT_MAX], -128, 127) &&
           record[ATTUNE_ACT_MIN] <= record[ATTUNE_ACT_MAX];
}

static inline int attune_multiplier_good(int32_t multiplier, int32_t shift) {
    return (multiplier == 0 || multiplier >= 1 << 30) && attune_between(shift, -31, 30);
}

#endif
