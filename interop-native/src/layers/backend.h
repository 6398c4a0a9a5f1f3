/* Faster twins of the portable kernels. They give the same bits; what they do not take, the portable kernel runs. */
#ifndef ATTUNE_BACKEND_H
#define ATTUNE_BACKEND_H

#include "gradient_inputs.h"
#include "internal.h"

enum {
    ATTUNE_BACKEND_BEST = -1,
    ATTUNE_BACKEND_PORTABLE = 0,
    ATTUNE_BACKEND_DSP = 1,  /* Armv7E-M DSP instructions: src/arm */
    ATTUNE_BACKEND_AVX2 = 2, /* src/x86 */
    ATTUNE_BACKEND_VNNI = 3  /* AVX-512 VNNI: src/x86 */
};

/* Uses this backend from now on if the processor has it; returns the one in force. At start, and after
 * ATTUNE_BACKEND_BEST, the best one is. For tests and benchmarks; not while kernels run. */
int32_t attune_backend_use(int32_t backend);

/* Runs the layer if the backend in force takes it; returns whether it did. Scratch is that of attune_layer_scratch,
 * which does not depend on the backend, because memory plans must not. */
int attune_backend_run(const attune_call *call);

/* The same for the weights' part of attune_gradient_inputs. */
int attune_backend_gradient(const attune_gradient_call *call);

#endif
