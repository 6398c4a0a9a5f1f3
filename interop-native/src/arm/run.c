/* Which kernel takes a layer. */
#include "run.h"

#include "feature.h"
#include "kernels.h"

#if defined(ATTUNE_DSP)

int attune_dsp_run(const attune_call *call) {
    switch (call->record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        return attune_dsp_conv_2d_s8(call);
    case ATTUNE_DEPTHWISE_CONV_2D:
        return attune_dsp_depthwise_conv_2d_s8(call);
    case ATTUNE_FULLY_CONNECTED:
        return attune_dsp_fully_connected_s8(call);
    case ATTUNE_ADD:
        return attune_dsp_add_s8(call);
    case ATTUNE_AVERAGE_POOL_2D:
        return attune_dsp_average_pool_2d_s8(call);
    default:
        return 0;
    }
}

#endif
