#ifndef ATTUNE_GRADIENT_PORTABLE_H
#define ATTUNE_GRADIENT_PORTABLE_H

#include "../core/gradient_geometry.h"

/* Adds the gradients of filters begin .. count - 1 of the call's tile with the portable loops. */
void attune_gradient_portable(const attune_gradient_call *call, int32_t begin);

#endif
