/* What follows from the words of a checked record. */
#ifndef ATTUNE_RECORD_H
#define ATTUNE_RECORD_H

#include "attune.h"

static inline int32_t attune_record_channels(const int32_t *record) {
    return record[ATTUNE_OUTPUT_N + 3];
}

/* The operators with weights are the first three. */
static inline int32_t attune_record_has_weights(const int32_t *record) {
    return record[ATTUNE_OPERATOR] >= ATTUNE_CONV_2D && record[ATTUNE_OPERATOR] <= ATTUNE_FULLY_CONNECTED;
}

int32_t attune_record_positions(const int32_t *record);   /* output n * h * w */
int32_t attune_record_filter_size(const int32_t *record); /* weights of one output channel; 0 without weights */

/* Lines, n * h, of the tensor whose shape stands at this word. */
static inline int32_t attune_record_lines(const int32_t *record, int32_t shape) {
    return record[shape] * record[shape + 1];
}

float attune_record_float(const int32_t *record, int32_t word);

#endif
