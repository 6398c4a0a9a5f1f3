/* Which kernel takes a layer. */
#include "dsp.h"

#if defined(__ARM_FEATURE_DSP)

int attune_dsp_run(const attune_call *call) {
    (void)call;
    return 0;
}

#endif
