/* Puts waiting parameters in force. */
#include "weighted_layer.h"

#include <stddef.h>
#include <string.h>

/* Adds the waiting values of a parameter, if there are any, and says that the copy in force is written. */
static int32_t add_pending(attune_weighted_layer *layer, int32_t parameter, attune_range pending) {
    if (pending.bytes == 0) {
        return ATTUNE_OK;
    }
    attune_weighted_layer_add(layer, pending);
    return attune_weighted_layer_write(layer, parameter);
}

int32_t attune_update_apply(int32_t arena, int32_t record, int32_t binding, int32_t pending_weights,
                            int32_t pending_biases) {
    attune_weighted_layer layer;
    int32_t status = attune_weighted_layer_find(arena, record, binding, &layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    int64_t weight_bytes = (int64_t)layer.channels * layer.filter_size;
    int64_t bias_bytes = (int64_t)layer.channels * 4;
    status = add_pending(&layer, ATTUNE_RANGE_WEIGHTS, attune_optional_range(pending_weights, weight_bytes, 1, 0));
    if (status != ATTUNE_OK) {
        return status;
    }
    status = add_pending(&layer, ATTUNE_RANGE_BIAS, attune_optional_range(pending_biases, bias_bytes, 4, 0));
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_weighted_layer_use(&layer);
    if (status != ATTUNE_OK) {
        return status;
    }

    if (pending_weights != -1) {
        memcpy(attune_weighted_layer_at(&layer, layer.bound[ATTUNE_BIND_WEIGHTS]),
               attune_weighted_layer_at(&layer, pending_weights), (size_t)weight_bytes);
    }
    if (pending_biases != -1) {
        memcpy(attune_weighted_layer_at(&layer, layer.bound[ATTUNE_BIND_BIAS]),
               attune_weighted_layer_at(&layer, pending_biases), (size_t)bias_bytes);
    }
    return ATTUNE_OK;
}
