/* From accumulators to outputs, for the kernels of layers with weights. */
#ifndef ATTUNE_CHANNELS_H
#define ATTUNE_CHANNELS_H

#include "call.h"

#include <stddef.h>

/* Accumulators that are turned into outputs at a time. */
#define ATTUNE_CHANNEL_BLOCK 64

/* A tile of output channels. The parameters of its channels stand in the arrays as often as they fit, so that the
 * accumulators of `repeat` positions, [position][channel], are turned into outputs by one loop. */
typedef struct attune_channels {
    int32_t first;
    int32_t count;
    int32_t repeat;
    int32_t bias[ATTUNE_CHANNEL_BLOCK]; /* probe included */
    int32_t multiplier[ATTUNE_CHANNEL_BLOCK];
    int32_t shift[ATTUNE_CHANNEL_BLOCK];
    int32_t step[ATTUNE_CHANNEL_BLOCK]; /* k[c] of ATTUNE_RUN_PROBE_BIASES */
} attune_channels;

/* count: 1..ATTUNE_CHANNEL_BLOCK. */
void attune_channels_prepare(const attune_call *call, int32_t first, int32_t count, attune_channels *channels);

/* Turns the accumulators (without bias) of positions position .. position + positions - 1, at most repeat of them, into
 * outputs as the mode says. */
void attune_channels_write(const attune_call *call, const attune_channels *channels, int32_t position,
                           int32_t positions, const int32_t *accumulators);

/* The same for a call whose outputs are errors; the accumulators have no bias. */
void attune_channels_write_errors(const attune_call *call, const attune_channels *channels, int32_t position,
                                  int32_t positions, const int32_t *accumulators);

/* Work of a tile for attune_parallel; none where slices would share sums of statistics or carries of errors. */
static inline int64_t attune_channels_work(const attune_call *call, const attune_channels *channels) {
    int64_t work = (int64_t)attune_call_positions(call) * attune_record_filter_size(call->record);
    return call->sums == NULL && call->errors == NULL ? work * channels->count : 0;
}

#endif
