/* One kernel a file; each returns whether it took the layer. */
#ifndef ATTUNE_DSP_KERNELS_H
#define ATTUNE_DSP_KERNELS_H

#include "../core/call.h"

int attune_dsp_conv_2d_s8(const attune_call *call);
int attune_dsp_depthwise_conv_2d_s8(const attune_call *call);
int attune_dsp_fully_connected_s8(const attune_call *call);
int attune_dsp_add_s8(const attune_call *call);
int attune_dsp_average_pool_2d_s8(const attune_call *call);

#endif
