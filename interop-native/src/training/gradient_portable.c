#include "gradient_portable.h"

#include "gradient_loops.h"

void attune_gradient_portable(const attune_gradient_call *call, int32_t begin) {
    if (call->record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D) {
        attune_gradient_depthwise(call, begin);
    } else {
        attune_gradient_convolution(call, begin);
    }
}
