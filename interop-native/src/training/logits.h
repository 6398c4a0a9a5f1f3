/* The class scores of one sample as real numbers, from a classifier's accumulators or from int8 logits. */
#ifndef ATTUNE_LOGITS_H
#define ATTUNE_LOGITS_H

#include "classifier.h"

#include <stddef.h>

/* One row; either accumulators or values is not NULL. */
typedef struct attune_logits {
    const int32_t *accumulators;
    const attune_parameters *parameters;
    const int8_t *values;
    int32_t count;
    int32_t zero_point;
    double scale;
} attune_logits;

/* The logit of class k, 0 .. attune_classes(count) - 1. */
static inline double attune_logit(const attune_logits *row, int32_t k) {
    if (row->count == 1) {
        if (k == 0) {
            return 0.0;
        }
        k = 0; /* the only score is that of class 1 */
    }
    if (row->values != NULL) {
        return (row->values[k] - row->zero_point) * row->scale;
    }
    return row->accumulators[k] * attune_channel_real(row->parameters, k) * row->scale;
}

#endif
