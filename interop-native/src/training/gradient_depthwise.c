#include "gradient_loops.h"

/* Channels begin .. begin + channels - 1 of a depthwise tile; at most ATTUNE_GRADIENT_RUN. */
static void add_channels(const attune_gradient_call *call, int32_t begin, int32_t channels) {
    attune_geometry g = attune_gradient_geometry(call);
    int32_t multiplier = call->record[ATTUNE_GROUPS];
    int32_t zero_point = call->record[ATTUNE_INPUT_ZERO];
    float factors[ATTUNE_GRADIENT_RUN];
    attune_gradient_factors(call, call->first + begin, channels, factors);
    int32_t sources[ATTUNE_GRADIENT_RUN]; /* input channel, relative to that of the first */
    int32_t source = (call->first + begin) / multiplier;
    for (int32_t c = 0; c < channels; c++) {
        sources[c] = (call->first + begin + c) / multiplier - source;
    }

    const float *nodes = call->nodes + begin;
    for (int32_t line = g.line; line < g.line + g.lines; line++) {
        int32_t n = line / g.output_h;
        int32_t y = line - n * g.output_h;
        int32_t top = y * g.stride_h - g.pad_top;
        int32_t y_begin, y_end;
        attune_gradient_taps(top, g.dilation_h, g.kernel_h, g.input_h, &y_begin, &y_end);
        for (int32_t x = 0; x < g.output_w; x++, nodes += call->count) {
            int32_t left = x * g.stride_w - g.pad_left;
            int32_t x_begin, x_end;
            attune_gradient_taps(left, g.dilation_w, g.kernel_w, g.input_w, &x_begin, &x_end);
            float scales[ATTUNE_GRADIENT_RUN];
            for (int32_t c = 0; c < channels; c++) {
                scales[c] = factors[c] * nodes[c];
            }
            for (int32_t ky = y_begin; ky < y_end; ky++) {
                const int8_t *row = attune_gradient_line(call, &g, n * g.input_h + top + ky * g.dilation_h);
                for (int32_t kx = x_begin; kx < x_end; kx++) {
                    const int8_t *restrict input = row + (left + kx * g.dilation_w) * g.input_c + source;
                    float *restrict weights = call->weights + (int64_t)(ky * g.kernel_w + kx) * call->count + begin;
                    if (multiplier == 1) {
                        for (int32_t c = 0; c < channels; c++) {
                            weights[c] += scales[c] * (float)(input[c] - zero_point);
                        }
                    } else {
                        for (int32_t c = 0; c < channels; c++) {
                            weights[c] += scales[c] * (float)(input[sources[c]] - zero_point);
                        }
                    }
                }
            }
        }
    }
}

void attune_gradient_depthwise(const attune_gradient_call *call, int32_t begin) {
    for (; begin < call->count; begin += ATTUNE_GRADIENT_RUN) {
        int32_t left = call->count - begin;
        add_channels(call, begin, left < ATTUNE_GRADIENT_RUN ? left : ATTUNE_GRADIENT_RUN);
    }
}
