/* Which backend runs. */
#include "backend.h"

#if defined(__ARM_FEATURE_DSP)

#include "arm/dsp.h"

static int32_t in_force = ATTUNE_BACKEND_DSP;

int32_t attune_backend_use(int32_t backend) {
    in_force = backend == ATTUNE_BACKEND_DSP ? ATTUNE_BACKEND_DSP : ATTUNE_BACKEND_PORTABLE;
    return in_force;
}

int attune_backend_run(const attune_call *call) {
    return in_force == ATTUNE_BACKEND_DSP && attune_dsp_run(call);
}

#else

int32_t attune_backend_use(int32_t backend) {
    (void)backend;
    return ATTUNE_BACKEND_PORTABLE;
}

int attune_backend_run(const attune_call *call) {
    (void)call;
    return 0;
}

#endif
