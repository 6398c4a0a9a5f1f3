#ifndef ATTUNE_UPSAMPLE_KERNEL_H
#define ATTUNE_UPSAMPLE_KERNEL_H

#include <stdint.h>

/* The two neighbours that an output reads along an axis, with integer weights out of twice the factor. */
typedef struct attune_upsample_axis {
    int32_t a;
    int32_t b;
    int32_t weight_a;
    int32_t weight_b;
} attune_upsample_axis;

attune_upsample_axis attune_upsample_axis_find(int32_t output, int32_t factor, int32_t inputs);

#endif
