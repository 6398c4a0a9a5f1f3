/* Convolutions and fully connected layers. */
#include "gradient_loops.h"

/* Output positions that are added together, to load and store each weight once for all of them. */
#define POSITIONS 4

/* weights[i] += scale[j] * inputs[j][i] for each position j in turn. */
static void add_four_runs(float *restrict weights, float (*restrict inputs)[ATTUNE_GRADIENT_RUN], const float *scale,
                          int32_t count) {
    float s0 = scale[0], s1 = scale[1], s2 = scale[2], s3 = scale[3];
    for (int32_t i = 0; i < count; i++) {
        weights[i] = (((weights[i] + s0 * inputs[0][i]) + s1 * inputs[1][i]) + s2 * inputs[2][i]) + s3 * inputs[3][i];
    }
}

static void add_run(float *restrict weights, const float *restrict inputs, float scale, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        weights[i] += scale * inputs[i];
    }
}

static void convert_run(const int8_t *restrict input, int32_t zero_point, float *restrict output, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        output[i] = (float)(input[i] - zero_point);
    }
}

/* A run of weights, contiguous in the filter and in the input, of filters begin .. begin + filters - 1 of the tile.
 * input: what the run meets at the first of the positions; step: elements from one position to the next. */
static void add_positions(const attune_gradient_call *call, const float *factors, int32_t begin, int32_t filters,
                          int32_t filter_offset, int32_t run, const int8_t *input, int32_t step, int64_t position,
                          int32_t positions) {
    int32_t filter_size = attune_record_filter_size(call->record);
    int32_t zero_point = call->record[ATTUNE_INPUT_ZERO];
    const float *nodes = call->nodes + position * call->count + begin;
    for (int32_t done = 0; done < run; done += ATTUNE_GRADIENT_RUN) {
        int32_t count = run - done < ATTUNE_GRADIENT_RUN ? run - done : ATTUNE_GRADIENT_RUN;
        float inputs[POSITIONS][ATTUNE_GRADIENT_RUN];
        for (int32_t j = 0; j < positions; j++) {
            convert_run(input + (int64_t)j * step + done, zero_point, inputs[j], count);
        }
        float *weights = call->weights + (int64_t)begin * filter_size + filter_offset + done;
        for (int32_t f = 0; f < filters; f++, weights += filter_size) {
            float scale[POSITIONS];
            for (int32_t j = 0; j < positions; j++) {
                scale[j] = factors[f] * nodes[(int64_t)j * call->count + f];
            }
            if (positions == POSITIONS) {
                add_four_runs(weights, inputs, scale, count);
            } else {
                add_run(weights, inputs[0], scale[0], count);
            }
        }
    }
}

/* Filters begin .. begin + filters - 1 of the tile, all of one group; at most ATTUNE_GRADIENT_RUN. */
static void add_filters(const attune_gradient_call *call, int32_t begin, int32_t filters) {
    attune_geometry g = attune_gradient_geometry(call);
    int32_t groups = call->record[ATTUNE_OPERATOR] == ATTUNE_CONV_2D ? call->record[ATTUNE_GROUPS] : 1;
    int32_t depth = g.input_c / groups;
    int32_t group = (call->first + begin) / (attune_record_channels(call->record) / groups);
    int32_t whole_rows = groups == 1 && g.dilation_w == 1; /* adjacent taps are adjacent in the input */
    float factors[ATTUNE_GRADIENT_RUN];
    attune_gradient_factors(call, call->first + begin, filters, factors);

    int64_t position = 0;
    for (int32_t line = g.line; line < g.line + g.lines; line++) {
        int32_t n = line / g.output_h;
        int32_t y = line - n * g.output_h;
        int32_t top = y * g.stride_h - g.pad_top;
        int32_t y_begin, y_end;
        attune_gradient_taps(top, g.dilation_h, g.kernel_h, g.input_h, &y_begin, &y_end);
        int32_t positions;
        for (int32_t x = 0; x < g.output_w; x += positions, position += positions) {
            int32_t left = x * g.stride_w - g.pad_left;
            int32_t x_begin, x_end;
            attune_gradient_taps(left, g.dilation_w, g.kernel_w, g.input_w, &x_begin, &x_end);
            int32_t right_most = left + (POSITIONS - 1) * g.stride_w + (g.kernel_w - 1) * g.dilation_w;
            positions = left >= 0 && x <= g.output_w - POSITIONS && right_most < g.input_w ? POSITIONS : 1;
            int32_t taps = whole_rows ? x_end - x_begin : 1;
            for (int32_t ky = y_begin; ky < y_end; ky++) {
                const int8_t *row = attune_gradient_line(call, &g, n * g.input_h + top + ky * g.dilation_h);
                for (int32_t kx = x_begin; kx < x_end; kx += taps) {
                    add_positions(call, factors, begin, filters, (ky * g.kernel_w + kx) * depth, taps * depth,
                                  row + (left + kx * g.dilation_w) * g.input_c + group * depth, g.stride_w * g.input_c,
                                  position, positions);
                }
            }
        }
    }
}

void attune_gradient_convolution(const attune_gradient_call *call, int32_t begin) {
    int32_t groups = call->record[ATTUNE_OPERATOR] == ATTUNE_CONV_2D ? call->record[ATTUNE_GROUPS] : 1;
    int32_t group_size = attune_record_channels(call->record) / groups;
    int32_t filters;
    for (; begin < call->count; begin += filters) {
        int32_t left_in_group = group_size - (call->first + begin) % group_size;
        filters = call->count - begin;
        filters = filters < left_in_group ? filters : left_in_group;
        filters = filters < ATTUNE_GRADIENT_RUN ? filters : ATTUNE_GRADIENT_RUN;
        add_filters(call, begin, filters);
    }
}
