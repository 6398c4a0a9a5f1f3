/* Magnitudes of errors, or of weights. */
#ifndef ATTUNE_ERROR_USE_H
#define ATTUNE_ERROR_USE_H

#include "../core/error_loops.h"

/* Errors that are added at a time. */
#define ATTUNE_ERROR_USE_PART (1 << 16)

/* Adds at most ATTUNE_ERROR_USE_PART errors. */
void attune_error_use_add(const int8_t *error, int32_t count, attune_error_use *use);

/* The largest magnitude of any number of values. */
int32_t attune_error_largest(const int8_t *values, int32_t count);

#endif
