/* The convolution in front of a network that a device tunes by itself (attune.h, Input filter). */
#ifndef ATTUNE_INPUT_FILTER_H
#define ATTUNE_INPUT_FILTER_H

#include "weighted_layer.h"

/* Finds memory and record of an input filter, and the number d of elements of a patch. */
int32_t attune_input_filter_find(int32_t arena, int32_t record, attune_memory **memory, const int32_t **words,
                                 int32_t *elements);

/* int64 words of the sums of patches of d elements: count, sums, products. */
static inline int32_t attune_patches_words(int32_t elements) {
    return 1 + elements + elements * (elements + 1) / 2;
}

#endif
