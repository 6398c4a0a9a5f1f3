/* Straightforward reference implementations, written from the definitions in attune.h and from TensorFlow Lite's, with
 * nothing in common with the library: wide integers, one loop per dimension. */
#ifndef ATTUNE_NAIVE_H
#define ATTUNE_NAIVE_H

#include "naive_weighted.h"

/* An operator: the value of one output, and what a random record has beside the words that all records have. */
typedef struct naive_operator {
    int32_t number;
    int32_t (*value)(const naive_layer *layer, int32_t n, int32_t y, int32_t x, int32_t c);
    void (*record)(int32_t *record);
} naive_operator;

/* Operator number 0, 1, ... of the table; NULL after the last. */
const naive_operator *naive_operator_at(int32_t index);
/* The one of a number that is in the table. */
const naive_operator *naive_operator_find(int32_t number);

/* output: one int32 an element; sums: added to, [c] sums and [c] sums of squares, with ATTUNE_RUN_STATISTICS. SOFTMAX
 * is computed in double: it may differ by one. */
void naive_run(const naive_layer *layer, int32_t *output, int64_t *sums);

#endif
