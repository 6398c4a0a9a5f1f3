/* Work that may be shared among threads. */
#ifndef ATTUNE_PARALLEL_H
#define ATTUNE_PARALLEL_H

#include <stdint.h>

/* Does items first .. first + count - 1. */
typedef void (*attune_slice)(const void *context, int32_t first, int32_t count);

/* Does items 0 .. count - 1 in slices, on several threads where that is allowed and work, in multiply-accumulates, is
 * enough to pay for it. Slices write disjoint outputs, so the result does not depend on how they are cut. */
void attune_parallel(attune_slice slice, const void *context, int32_t count, int64_t work);

#endif
