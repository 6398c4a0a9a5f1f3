/* Sums of a channel's errors. */
#ifndef ATTUNE_ERROR_SUMS_H
#define ATTUNE_ERROR_SUMS_H

#include <stdint.h>

/* Positions whose sums stay in int32. */
#define ATTUNE_SUMS_TOGETHER (1 << 16)

/* Adds the errors of at most ATTUNE_SUMS_TOGETHER positions, `channels` bytes apart, to sums of count channels. */
void attune_error_sums_add(const int8_t *error, int32_t positions, int32_t channels, int32_t count, int32_t *sums);

#endif
