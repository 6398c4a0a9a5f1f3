/* What the halves of the convolution share: windows, and tiles of prepared filters. */
#ifndef ATTUNE_DSP_CONV_2D_H
#define ATTUNE_DSP_CONV_2D_H

#include "products.h"

#if defined(ATTUNE_DSP)

/* Groups whose signs are made at a time. */
#define DSP_SIGN_GROUPS 32

typedef struct dsp_window {
    const attune_call *call;
    const int32_t *record;
    int32_t depth;       /* input channels of a group */
    int32_t taps;        /* segments of a window row: 1, or one a tap */
    int32_t length;      /* of a segment */
    int32_t pairs;       /* of a window */
    int32_t input_first; /* first input channel of the group */
    uint32_t minus_zero; /* twice the negative zero point, as a pair */
    dsp_outputs outputs;
    uint32_t *column;
} dsp_window;

typedef struct dsp_tile {
    int32_t first; /* output channel */
    int32_t count;
    int32_t groups; /* of four */
    dsp_finish finish;
    uint32_t *stream;
} dsp_tile;

dsp_window attune_dsp_window_find(const attune_call *call);

/* The dsp_output of each channel of a group of the tile. */
dsp_output *attune_dsp_group_outputs(const dsp_window *window, const dsp_tile *tile, int32_t group);

/* All lines of the call for the channels of a tile that is prepared. */
void attune_dsp_tile_run(const dsp_window *window, const dsp_tile *tile);

/* As many channels from first on as fit: whole groups that all have an output form, or some whose accumulators go
 * through attune_dsp_write. capacity: groups that fit in the tile's stream. */
void attune_dsp_tile_prepare(const dsp_window *window, int32_t first, int32_t channels, int32_t capacity,
                             dsp_tile *tile);

#endif

#endif
