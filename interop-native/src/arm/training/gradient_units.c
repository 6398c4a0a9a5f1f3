/* Gradient of a fully connected layer's weights, or of a convolution with one position a line: twelve inputs stay in
 * registers while the units pass. */
#include "gradient_floats.h"
#include "gradients.h"

#if defined(ATTUNE_DSP_FLOAT)

enum {
    VALUES = 384, /* inputs at a time */
    OUTER = 12,   /* of which so many go together */
    UNITS = 64,
};

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* Inputs begin .. begin + count - 1 with all units of a line. */
static void values_add(const attune_gradient_call *call, const dsp_number *values, const float *nodes, int32_t begin,
                       int32_t count) {
    int32_t depth = attune_record_filter_size(call->record);
    for (int32_t first = 0; first < call->count; first += UNITS) {
        float factors[UNITS];
        float scales[UNITS];
        int32_t units = smaller(call->count - first, UNITS);
        int32_t whole = units / DSP_LANES * DSP_LANES;
        attune_gradient_factors(call, call->first + first, units, factors);
        for (int32_t i = 0; i < units; i++) {
            scales[i] = factors[i] * nodes[first + i];
        }
        float *weights = call->weights + first * depth + begin;
        int32_t at = 0;
        for (; whole > 0 && at + OUTER <= count; at += OUTER) {
            dsp_outer_12(weights + at, depth * 4, values + at, scales, whole);
        }
        for (; whole > 0 && at + DSP_LANES <= count; at += DSP_LANES) {
            dsp_outer_4(weights + at, depth * 4, values + at, scales, whole);
        }
        for (int32_t unit = 0; unit < units; unit++) {
            for (int32_t i = unit < whole ? at : 0; i < count; i++) {
                weights[unit * depth + i] += scales[unit] * values[i].real;
            }
        }
    }
}

int attune_dsp_gradient_units(const attune_gradient_call *call) {
    const int32_t *record = call->record;
    attune_geometry g = attune_gradient_geometry(call);
    int32_t depth = attune_record_filter_size(record);
    if (g.output_w != 1 || depth != g.input_c || g.kernel_h != 1 || g.kernel_w != 1 || g.pad_top != 0 ||
        g.pad_left != 0) {
        return 0;
    }
    const float *nodes = call->nodes;
    for (int32_t line = g.line; line < g.line + g.lines; line++, nodes += call->count) {
        int32_t row = line / g.output_h * g.input_h + line % g.output_h * g.stride_h;
        const int8_t *input = call->input + row % g.ring * (g.input_w * g.input_c);
        for (int32_t begin = 0, count; begin < depth; begin += count) {
            dsp_number values[VALUES];
            count = smaller(depth - begin, VALUES);
            for (int32_t i = 0; i < count; i++) {
                values[i].real = (float)(input[begin + i] - record[ATTUNE_INPUT_ZERO]);
            }
            values_add(call, values, nodes, begin, count);
        }
    }
    return 1;
}

#endif
