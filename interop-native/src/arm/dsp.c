/* Which kernel takes a layer. */
#include "dsp.h"

#if defined(__ARM_FEATURE_DSP)

int attune_dsp_run(const attune_call *call) {
    switch (call->record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        return attune_dsp_conv_2d_s8(call);
    case ATTUNE_DEPTHWISE_CONV_2D:
        return attune_dsp_depthwise_conv_2d_s8(call);
    default:
        return 0;
    }
}

#endif
