#include "operators.h"

#include <stddef.h>

extern const attune_operator_rules attune_conv_2d, attune_depthwise_conv_2d, attune_fully_connected, attune_add,
    attune_mul, attune_average_pool_2d, attune_max_pool_2d, attune_mean, attune_pad, attune_softmax, attune_reshape,
    attune_requantize, attune_upsample, attune_median_2d, attune_lookup;

static const attune_operator_rules *const operators[] = {
    [ATTUNE_CONV_2D] = &attune_conv_2d,
    [ATTUNE_DEPTHWISE_CONV_2D] = &attune_depthwise_conv_2d,
    [ATTUNE_FULLY_CONNECTED] = &attune_fully_connected,
    [ATTUNE_ADD] = &attune_add,
    [ATTUNE_MUL] = &attune_mul,
    [ATTUNE_AVERAGE_POOL_2D] = &attune_average_pool_2d,
    [ATTUNE_MAX_POOL_2D] = &attune_max_pool_2d,
    [ATTUNE_MEAN] = &attune_mean,
    [ATTUNE_PAD] = &attune_pad,
    [ATTUNE_SOFTMAX] = &attune_softmax,
    [ATTUNE_RESHAPE] = &attune_reshape,
    [ATTUNE_REQUANTIZE] = &attune_requantize,
    [ATTUNE_UPSAMPLE] = &attune_upsample,
    [ATTUNE_MEDIAN_2D] = &attune_median_2d,
    [ATTUNE_LOGISTIC] = &attune_lookup,
};

const attune_operator_rules *attune_operator_find(const int32_t *record) {
    uint32_t number = (uint32_t)record[ATTUNE_OPERATOR];
    return number < sizeof operators / sizeof operators[0] ? operators[number] : NULL;
}
