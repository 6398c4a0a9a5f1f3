/* What the halves of the depthwise convolution share: a strip of four channels. */
#ifndef ATTUNE_DSP_DEPTHWISE_CONV_2D_H
#define ATTUNE_DSP_DEPTHWISE_CONV_2D_H

#include "taps.h"

#if defined(ATTUNE_DSP)

enum { DSP_STRIP_CHANNELS = 4 };

/* Generator words that are kept for the strips that share them. */
enum { DSP_STRIP_SIGN_WORDS = 192 };

/* Input rows that one or two lines need. */
enum { DSP_LARGEST_KERNEL_H = 16, DSP_LARGEST_ROWS = DSP_LARGEST_KERNEL_H + 1 };

/* Weights of an output line for the rows in force. */
typedef struct dsp_strip_weights {
    uint32_t *blocks; /* [kernel w][row pairs] */
    int32_t first;    /* row of the kernel that meets the first row; may be negative */
    int32_t rows;     /* 0: not prepared */
} dsp_strip_weights;

/* Signs of some channels' weights; shifted, so that the first of them has bit 0. */
typedef struct dsp_strip_signs {
    int32_t first;                        /* channel */
    int32_t end;                          /* channels first .. end - 1 are there */
    uint32_t words[DSP_STRIP_SIGN_WORDS]; /* [32 channels][kernel h * kernel w] */
} dsp_strip_signs;

/* Columns of values, of which first .. end - 1 lie in the input. */
typedef struct dsp_strip_columns {
    int32_t skip; /* words from a column to the next */
    int32_t first;
    int32_t end;
    int32_t count;
} dsp_strip_columns;

typedef struct dsp_strip {
    const attune_call *call;
    const int32_t *record;
    dsp_strip_signs *signs; /* NULL: clean, or not four by four */
    int32_t first;          /* output channel */
    int32_t count;          /* of channels, at most DSP_STRIP_CHANNELS */
    dsp_outputs forms;
    dsp_finish finish;
    uint32_t minus_zero;
    int32_t start[DSP_STRIP_CHANNELS];
    dsp_output outputs[DSP_STRIP_CHANNELS];
    dsp_tap_errors errors;        /* in their place */
    int32_t left;                 /* how far the weights are shifted for them */
    uint32_t *taps;               /* [kernel h * kernel w][channels / 2] pairs of neighbouring channels */
    uint32_t *values;             /* blocks [column][row pairs] */
    int32_t capacity;             /* blocks that fit there */
    dsp_strip_columns cleared;    /* whose other columns are zeros already */
    dsp_strip_weights weights[2]; /* of the one or two lines that are made together */
    int32_t rows;                 /* of the input that they need */
    const int8_t *row[DSP_LARGEST_ROWS];
} dsp_strip;

/* Parameters and weights, tap by tap, of the strip's channels. */
void attune_dsp_strip_prepare(dsp_strip *strip);

/* The blocks of weights for rows that begin at this row of the kernel; rows outside the kernel have the weight 0. */
void attune_dsp_strip_rows(dsp_strip *strip, dsp_strip_weights *weights, int32_t first);

#endif

#endif
