/* The kernels for Armv7E-M with DSP instructions. */
#ifndef ATTUNE_DSP_RUN_H
#define ATTUNE_DSP_RUN_H

#include "../core/call.h"

/* Runs the layer if one of these kernels takes it; returns whether it did. */
int attune_dsp_run(const attune_call *call);

#endif
