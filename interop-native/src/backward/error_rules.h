#ifndef ATTUNE_ERROR_RULES_H
#define ATTUNE_ERROR_RULES_H

#include "error_call.h"

extern const attune_error_rules attune_error_weighted, attune_error_add, attune_error_mul, attune_error_average_pool,
    attune_error_max_pool, attune_error_mean, attune_error_pad, attune_error_softmax, attune_error_reshape,
    attune_error_requantize, attune_error_upsample, attune_error_logistic;

#endif
