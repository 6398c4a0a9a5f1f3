/* Which backend runs. */
#include "backend.h"

#include "../arm/feature.h"
#include "../x86/x86.h"

#include <stddef.h>

#if defined(ATTUNE_DSP)

#include "../arm/backward/error_twins.h"
#include "../arm/run.h"
#include "../arm/training/gradients.h"

static int32_t in_force = ATTUNE_BACKEND_DSP;

int32_t attune_backend_use(int32_t backend) {
    in_force =
        backend == ATTUNE_BACKEND_DSP || backend == ATTUNE_BACKEND_BEST ? ATTUNE_BACKEND_DSP : ATTUNE_BACKEND_PORTABLE;
    return in_force;
}

int attune_backend_run(const attune_call *call) {
    return in_force == ATTUNE_BACKEND_DSP && attune_dsp_run(call);
}

int32_t attune_backend_gradient(const attune_gradient_call *call) {
#if defined(ATTUNE_DSP_FLOAT)
    if (in_force == ATTUNE_BACKEND_DSP) {
        return attune_dsp_gradient(call);
    }
#endif
    (void)call;
    return 0;
}

const attune_error_twins *attune_backend_errors(void) {
    return in_force == ATTUNE_BACKEND_DSP ? &attune_dsp_error_twins : NULL;
}

#elif defined(ATTUNE_X86)

#include <stdatomic.h>

static atomic_int in_force = ATTUNE_BACKEND_BEST;

/* Finds out what the best one is, once. */
static int32_t found(void) {
    int32_t backend = atomic_load_explicit(&in_force, memory_order_relaxed);
    if (backend == ATTUNE_BACKEND_BEST) {
        backend = attune_x86_best();
        atomic_store(&in_force, backend);
    }
    return backend;
}

int32_t attune_backend_use(int32_t backend) {
    int32_t best = attune_x86_best();
    int narrower = backend == ATTUNE_BACKEND_AVX2 && best == ATTUNE_BACKEND_VNNI;
    if (narrower || backend == best || backend == ATTUNE_BACKEND_PORTABLE || backend == ATTUNE_BACKEND_BEST) {
        atomic_store(&in_force, backend);
    }
    return found();
}

int attune_backend_run(const attune_call *call) {
    int32_t backend = found();
    return backend != ATTUNE_BACKEND_PORTABLE && attune_x86_run(backend, call);
}

int32_t attune_backend_gradient(const attune_gradient_call *call) {
    (void)call;
    return 0;
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

int32_t attune_backend_gradient(const attune_gradient_call *call) {
    (void)call;
    return 0;
}

#endif

#if !defined(ATTUNE_DSP)

const attune_error_twins *attune_backend_errors(void) {
    return NULL;
}

#endif
