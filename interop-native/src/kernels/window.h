/* Where outputs find their inputs: windows that slide over them, or the same place. */
#ifndef ATTUNE_WINDOW_H
#define ATTUNE_WINDOW_H

#include "../core/record.h"

/* Whether a convolution's windows, batch, groups and clamp are good; whatever its channels and its filter are. */
int attune_convolution_good(const int32_t *record);

/* Whether a pool's record is good. */
int attune_pool_good(const int32_t *record);

/* Input lines that an output line needs (operator.h). */
void attune_convolution_lines(const int32_t *record, int32_t line, int32_t *first, int32_t *extent);
void attune_pool_lines(const int32_t *record, int32_t line, int32_t *first, int32_t *extent);
void attune_same_lines(const int32_t *record, int32_t line, int32_t *first, int32_t *extent);

#endif
