#include "internal.h"
#include "parallel.h"

int32_t attune_threads(int32_t count) {
    return count < 1 || count > 64 ? ATTUNE_ERROR_ARGUMENT : 1;
}

void attune_parallel(attune_slice slice, const void *context, int32_t count, int64_t work) {
    (void)work;
    slice(context, 0, count);
}
