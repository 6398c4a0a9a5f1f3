/* Scratch of the convolutions and how the portable kernels divide it. The same on every platform, because memory plans
 * must be. */
#ifndef ATTUNE_SCRATCH_H
#define ATTUNE_SCRATCH_H

#include "record.h"

/* CONV_2D. Filters are prepared in int16, padded with zeros to whole vectors; so many of them at a time, a multiple of
 * ATTUNE_CONV_GROUP. */
#define ATTUNE_CONV_VECTOR 16
#define ATTUNE_CONV_GROUP 4
int32_t attune_conv_2d_stride(const int32_t *record);
int32_t attune_conv_2d_tile(const int32_t *record);
int32_t attune_conv_2d_scratch(const int32_t *record);

/* DEPTHWISE_CONV_2D: channels that are prepared at a time. */
int32_t attune_depthwise_conv_2d_tile(const int32_t *record);
int32_t attune_depthwise_conv_2d_scratch(const int32_t *record);

#endif
