/* The loops of the gradients. Every product and every sum is rounded to float32 in the order of the positions. */
#ifndef ATTUNE_DSP_GRADIENT_FLOATS_H
#define ATTUNE_DSP_GRADIENT_FLOATS_H

#include "dsp.h"

#if defined(ATTUNE_DSP_FLOAT)

/* Values of neighbouring channels, inputs or filters that go together. */
#define DSP_LANES 4

/* Inputs are taken as int32 and converted where they are. */
typedef union dsp_number {
    int32_t integer;
    float real;
} dsp_number;

/* Four inputs minus the zero point at each of `positions` places, `step` bytes apart: [positions][4]. */
void attune_dsp_take(dsp_number *numbers, const int8_t *input, int32_t step, int32_t positions, int32_t zero);

/* Converts count numbers, and up to 31 behind them. */
void attune_dsp_convert(dsp_number *numbers, int32_t count);

/* scales[p][i] = factors[i] * nodes[p * step + i] for i = 0..3. */
void attune_dsp_scale(float *scales, const float *factors, const float *nodes, int32_t step, int32_t positions);

/* weights[f][i] += scales[p][f] * inputs[p][i], four filters `row` bytes apart; positions a multiple of 4. */
void attune_dsp_tile(float *weights, int32_t row, const dsp_number *inputs, const float *scales, int32_t positions);

/* weights[f][i] += scales[f] * inputs[i] for 12, or 4, inputs; filters a multiple of 4. */
void attune_dsp_outer_12(float *weights, int32_t row, const dsp_number *inputs, const float *scales, int32_t filters);
void attune_dsp_outer_4(float *weights, int32_t row, const dsp_number *inputs, const float *scales, int32_t filters);

/* weights[k][i] += scales[p][i] * inputs[p * step + k][i] for the taps k, `row` bytes apart, of a depthwise filter;
 * inputs of `step` columns of four from one position to the next. The first takes two positions at a time: an even
 * number of them, and step = 1. */
void attune_dsp_taps_3_dense(float *weights, int32_t row, const dsp_number *inputs, const float *scales,
                             int32_t positions);
void attune_dsp_taps_3(float *weights, int32_t row, const dsp_number *inputs, int32_t step, const float *scales,
                       int32_t positions);
void attune_dsp_taps_1(float *weights, const dsp_number *inputs, int32_t step, const float *scales, int32_t positions);

#endif

#endif
