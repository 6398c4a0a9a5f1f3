#include "error_rules.h"

#include <stddef.h>

/* Each operator defines its rules in its own file. */
extern const attune_error_rules attune_error_weighted, attune_error_add, attune_error_mul, attune_error_average_pool,
    attune_error_max_pool, attune_error_mean, attune_error_pad, attune_error_softmax, attune_error_reshape,
    attune_error_requantize, attune_error_upsample, attune_error_logistic;

static const attune_error_rules *const rules[] = {
    [ATTUNE_CONV_2D] = &attune_error_weighted,
    [ATTUNE_DEPTHWISE_CONV_2D] = &attune_error_weighted,
    [ATTUNE_FULLY_CONNECTED] = &attune_error_weighted,
    [ATTUNE_ADD] = &attune_error_add,
    [ATTUNE_MUL] = &attune_error_mul,
    [ATTUNE_AVERAGE_POOL_2D] = &attune_error_average_pool,
    [ATTUNE_MAX_POOL_2D] = &attune_error_max_pool,
    [ATTUNE_MEAN] = &attune_error_mean,
    [ATTUNE_PAD] = &attune_error_pad,
    [ATTUNE_SOFTMAX] = &attune_error_softmax,
    [ATTUNE_RESHAPE] = &attune_error_reshape,
    [ATTUNE_REQUANTIZE] = &attune_error_requantize,
    [ATTUNE_UPSAMPLE] = &attune_error_upsample,
    [ATTUNE_MEDIAN_2D] = NULL,
    [ATTUNE_LOGISTIC] = &attune_error_logistic,
};

const attune_error_rules *attune_error_rules_find(const int32_t *record) {
    uint32_t number = (uint32_t)record[ATTUNE_OPERATOR];
    return number < sizeof rules / sizeof rules[0] ? rules[number] : NULL;
}
