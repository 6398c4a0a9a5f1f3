/* In which scale a sample's error is written: that of earlier samples, unless it does not fit at all. */
#ifndef ATTUNE_ERROR_RANGE_H
#define ATTUNE_ERROR_RANGE_H

#include "error_call.h"

/* Runs a rule; attune_layer_error says how. elements: of the output. growth: the range; to: the result's scale. */
int32_t attune_error_run(const attune_error_rules *rules, attune_error_call *call, int32_t elements, float from,
                         float *growth, float *to);

/* The same with ATTUNE_ERROR_EXTREMES. range: the result's scale. */
int32_t attune_error_run_extremes(const attune_error_rules *rules, attune_error_call *call, int32_t elements,
                                  float from, float *range, float *to);

#endif
