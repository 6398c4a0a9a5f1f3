/* Faster twins of the portable kernels. They give the same bits; what they do not take, the portable kernel runs. */
#ifndef ATTUNE_BACKEND_H
#define ATTUNE_BACKEND_H

#include "../core/backends.h"
#include "../core/call.h"
#include "../core/error_loops.h"
#include "../core/gradient_geometry.h"

/* Uses this backend from now on if the processor has it; returns the one in force. At start, and after
 * ATTUNE_BACKEND_BEST, the best one is. For tests and benchmarks; not while kernels run. */
int32_t attune_backend_use(int32_t backend);

/* Runs the layer if the backend in force takes it; returns whether it did. Scratch is that of attune_layer_scratch,
 * which does not depend on the backend, because memory plans must not. */
int attune_backend_run(const attune_call *call);

/* Adds the gradient of the weights of the call's first filters; returns how many of them the backend in force takes. */
int32_t attune_backend_gradient(const attune_gradient_call *call);

/* The faster loops of the backend in force, or NULL. */
const attune_error_twins *attune_backend_errors(void);

#endif
