/* Faster loops of back-propagation (core/error_loops.h). */
#ifndef ATTUNE_DSP_ERROR_TWINS_H
#define ATTUNE_DSP_ERROR_TWINS_H

#include "../../core/error_loops.h"
#include "../feature.h"

#if defined(ATTUNE_DSP)

extern const attune_error_twins attune_dsp_error_twins;

#endif

#endif
