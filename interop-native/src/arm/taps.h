/* The products of four depthwise channels over a run of neighbouring positions. */
#ifndef ATTUNE_DSP_TAPS_H
#define ATTUNE_DSP_TAPS_H

#include "dsp.h"

/* Blocks that one call takes. */
#define DSP_TAPS_BLOCKS 28
/* A block: for each of four channels a pair of values or of weights. */
#define DSP_BLOCK_WORDS 4

/* Writes `count` blocks, `skip` bytes apart, of two rows whose columns are `pixel` bytes apart: each word has a value
 * of row a, and above it that of the row delta bytes after, both plus a half of minus_zero. */
void attune_dsp_blocks_fill(uint32_t *block, int32_t skip, const int8_t *a, int32_t delta, int32_t pixel, int32_t count,
                            uint32_t minus_zero);

/* Field offsets are known to the assembly. */
typedef struct dsp_tap_errors {
    int32_t multipliers[4];
    int32_t carries[4]; /* every position changes them */
    void *output;
    int32_t output_step; /* bytes */
    void *output_end;
} dsp_tap_errors;

/* Field offsets are known to the assembly. */
typedef struct dsp_taps {
    const uint32_t *values; /* blocks of the first position */
    const uint32_t *weights;
    int32_t step;         /* bytes from one position's values to the next's */
    int32_t blocks;       /* of a position: 1..DSP_TAPS_BLOCKS */
    const int32_t *start; /* four starting values of accumulators */
    const void *outputs;  /* four dsp_output */
    void *output;
    int32_t output_step; /* bytes */
    void *output_end;
    const uint32_t *signs; /* for nodes: four bytes a position */
} dsp_taps;

/* Weights are doubled, and starting values are twice the biases. The outputs are four int8. */
void attune_dsp_taps_linear(const dsp_taps *taps);
void attune_dsp_taps_relu(const dsp_taps *taps);
void attune_dsp_taps_nodes(const dsp_taps *taps);
/* Weights are doubled and shifted. outputs is a dsp_tap_errors, and has the output, which changes. */
void attune_dsp_taps_errors(const dsp_taps *taps);
/* The products are added to four int32 outputs; start is the first output. */
void attune_dsp_taps_add(const dsp_taps *taps);
/* The outputs are four int32 accumulators. */
void attune_dsp_taps_accumulators(const dsp_taps *taps);

#endif
