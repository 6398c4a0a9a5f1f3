/* Random words of records, for what all tests of layers draw. */
#ifndef ATTUNE_RECORD_RANDOM_H
#define ATTUNE_RECORD_RANDOM_H

#include "attune.h"

int32_t record_multiplier(void);
/* A shift that brings values of this size to some tens, or any. */
int32_t record_shift(double size);

void record_shape(int32_t *shape, int32_t n, int32_t h, int32_t w, int32_t c);
void record_shape_random(int32_t *shape, int32_t largest_c);

/* Kernel, stride, dilation, padding and output size of one axis. */
void record_window(int32_t *record, int axis, int32_t largest_dilation);

/* What the operators with weights add to a record whose operator is set. */
void record_convolution(int32_t *record);
void record_fully_connected(int32_t *record);

#endif
