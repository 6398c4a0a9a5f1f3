/* Kernels for Armv7E-M with DSP instructions, and what they share. */
#ifndef ATTUNE_DSP_H
#define ATTUNE_DSP_H

#include "internal.h"

/* Runs the layer if one of these kernels takes it; returns whether it did. */
int attune_dsp_run(const attune_call *call);

#endif
