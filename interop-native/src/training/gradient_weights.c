/* From the gradient of a layer's nodes to that of its weights and biases.
 *
 * Every weight of the tile receives, for each output position in row-major order, the float32 product
 * (m[c] * nodes[p][c]) * (input - zero point), both products and the sum rounded to float32. So a filter gets the same
 * bits whatever tile it is part of. Positions where the filter's tap lies in the padding add nothing. */
#include "gradient_inputs.h"

#include "backend.h"
#include "training_checks.h"

#include <stddef.h>

/* Output positions that are added together, to load and store each weight once for all of them. */
#define POSITIONS 4
/* Inputs converted to float32 at a time, and channels whose multipliers are kept; both bound the stack. */
#define RUN 64

attune_geometry attune_gradient_geometry(const attune_gradient_call *call) {
    const int32_t *record = call->record;
    int32_t input_h = record[ATTUNE_INPUT_N + 1], input_w = record[ATTUNE_INPUT_N + 2];
    int32_t output_h = record[ATTUNE_OUTPUT_N + 1], output_w = record[ATTUNE_OUTPUT_N + 2];
    int32_t input_c = record[ATTUNE_INPUT_N + 3];
    int32_t fully_connected = record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED;
    int32_t whole = call->lines == record[ATTUNE_OUTPUT_N] * output_h;
    whole = whole && call->input_ring == record[ATTUNE_INPUT_N] * input_h;
    if (whole && (fully_connected ||
                  (record[ATTUNE_KERNEL_H] == 1 && record[ATTUNE_KERNEL_W] == 1 && record[ATTUNE_STRIDE_H] == 1 &&
                   record[ATTUNE_STRIDE_W] == 1 && record[ATTUNE_PAD_TOP] == 0 && record[ATTUNE_PAD_LEFT] == 0 &&
                   input_h == output_h && input_w == output_w))) {
        /* Every position reads the input at its own place: one long row. */
        int32_t positions = attune_record_positions(record);
        attune_geometry row = {0, 1, 1, 1, positions, input_c, 1, positions, 1, 1, 1, 1, 1, 1, 0, 0};
        return row;
    }
    if (fully_connected) {
        /* A line is a row of one position. */
        attune_geometry rows = {call->line, call->lines, call->input_ring, 1, 1, input_c, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
        return rows;
    }
    attune_geometry general = {call->line,
                               call->lines,
                               call->input_ring,
                               input_h,
                               input_w,
                               input_c,
                               output_h,
                               output_w,
                               record[ATTUNE_KERNEL_H],
                               record[ATTUNE_KERNEL_W],
                               record[ATTUNE_STRIDE_H],
                               record[ATTUNE_STRIDE_W],
                               record[ATTUNE_DILATION_H],
                               record[ATTUNE_DILATION_W],
                               record[ATTUNE_PAD_TOP],
                               record[ATTUNE_PAD_LEFT]};
    return general;
}

/* Where a line of the input lies. */
static const int8_t *input_line(const attune_gradient_call *call, const attune_geometry *g, int32_t line) {
    return call->input + (int64_t)(line % g->ring) * g->input_w * g->input_c;
}

/* Taps begin .. end - 1 of size lie inside an input of the given extent, where tap 0 is at start. */
static void valid_taps(int32_t start, int32_t dilation, int32_t size, int32_t extent, int32_t *begin, int32_t *end) {
    *begin = start < 0 ? (-start + dilation - 1) / dilation : 0;
    *end = start < extent ? (extent - 1 - start) / dilation + 1 : 0;
    if (*end > size) {
        *end = size;
    }
}

void attune_gradient_factors(const attune_gradient_call *call, int32_t first, int32_t count, float *factors) {
    if (!call->accumulators) {
        attune_channel_floats(call->parameters, first, count, factors);
        return;
    }
    for (int32_t c = 0; c < count; c++) {
        factors[c] = 1.0f / (float)attune_bias_step(call->parameters, first + c);
    }
}

/* weights[i] += scale[j] * inputs[j][i] for each position j in turn. */
static void add_four_runs(float *restrict weights, float (*restrict inputs)[RUN], const float *scale, int32_t count) {
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
    for (int32_t done = 0; done < run; done += RUN) {
        int32_t count = run - done < RUN ? run - done : RUN;
        float inputs[POSITIONS][RUN];
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

/* Filters begin .. begin + filters - 1 of the tile, all of one group; at most RUN. */
static void add_filters(const attune_gradient_call *call, int32_t begin, int32_t filters) {
    attune_geometry g = attune_gradient_geometry(call);
    int32_t groups = call->record[ATTUNE_OPERATOR] == ATTUNE_CONV_2D ? call->record[ATTUNE_GROUPS] : 1;
    int32_t depth = g.input_c / groups;
    int32_t group = (call->first + begin) / (attune_record_channels(call->record) / groups);
    int32_t whole_rows = groups == 1 && g.dilation_w == 1; /* adjacent taps are adjacent in the input */
    float factors[RUN];
    attune_gradient_factors(call, call->first + begin, filters, factors);

    int64_t position = 0;
    for (int32_t line = g.line; line < g.line + g.lines; line++) {
        int32_t n = line / g.output_h;
        int32_t y = line - n * g.output_h;
        int32_t top = y * g.stride_h - g.pad_top;
        int32_t y_begin, y_end;
        valid_taps(top, g.dilation_h, g.kernel_h, g.input_h, &y_begin, &y_end);
        int32_t positions;
        for (int32_t x = 0; x < g.output_w; x += positions, position += positions) {
            int32_t left = x * g.stride_w - g.pad_left;
            int32_t x_begin, x_end;
            valid_taps(left, g.dilation_w, g.kernel_w, g.input_w, &x_begin, &x_end);
            int32_t right_most = left + (POSITIONS - 1) * g.stride_w + (g.kernel_w - 1) * g.dilation_w;
            positions = left >= 0 && x <= g.output_w - POSITIONS && right_most < g.input_w ? POSITIONS : 1;
            int32_t taps = whole_rows ? x_end - x_begin : 1;
            for (int32_t ky = y_begin; ky < y_end; ky++) {
                const int8_t *row = input_line(call, &g, n * g.input_h + top + ky * g.dilation_h);
                for (int32_t kx = x_begin; kx < x_end; kx += taps) {
                    add_positions(call, factors, begin, filters, (ky * g.kernel_w + kx) * depth, taps * depth,
                                  row + (left + kx * g.dilation_w) * g.input_c + group * depth, g.stride_w * g.input_c,
                                  position, positions);
                }
            }
        }
    }
}

static void add_convolution(const attune_gradient_call *call) {
    int32_t groups = call->record[ATTUNE_OPERATOR] == ATTUNE_CONV_2D ? call->record[ATTUNE_GROUPS] : 1;
    int32_t group_size = attune_record_channels(call->record) / groups;
    int32_t filters;
    for (int32_t begin = 0; begin < call->count; begin += filters) {
        int32_t left_in_group = group_size - (call->first + begin) % group_size;
        filters = call->count - begin;
        filters = filters < left_in_group ? filters : left_in_group;
        filters = filters < RUN ? filters : RUN;
        add_filters(call, begin, filters);
    }
}

/* Channels begin .. begin + channels - 1 of a depthwise tile; at most RUN. */
void attune_gradient_depthwise(const attune_gradient_call *call, int32_t begin, int32_t channels) {
    attune_geometry g = attune_gradient_geometry(call);
    int32_t multiplier = call->record[ATTUNE_GROUPS];
    int32_t zero_point = call->record[ATTUNE_INPUT_ZERO];
    float factors[RUN];
    attune_gradient_factors(call, call->first + begin, channels, factors);
    int32_t sources[RUN]; /* input channel, relative to that of the first */
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
        valid_taps(top, g.dilation_h, g.kernel_h, g.input_h, &y_begin, &y_end);
        for (int32_t x = 0; x < g.output_w; x++, nodes += call->count) {
            int32_t left = x * g.stride_w - g.pad_left;
            int32_t x_begin, x_end;
            valid_taps(left, g.dilation_w, g.kernel_w, g.input_w, &x_begin, &x_end);
            float scales[RUN];
            for (int32_t c = 0; c < channels; c++) {
                scales[c] = factors[c] * nodes[c];
            }
            for (int32_t ky = y_begin; ky < y_end; ky++) {
                const int8_t *row = input_line(call, &g, n * g.input_h + top + ky * g.dilation_h);
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

void attune_gradient_weights(const attune_gradient_call *call) {
    if (call->record[ATTUNE_OPERATOR] != ATTUNE_DEPTHWISE_CONV_2D) {
        add_convolution(call);
        return;
    }
    for (int32_t begin = 0; begin < call->count; begin += RUN) {
        attune_gradient_depthwise(call, begin, call->count - begin < RUN ? call->count - begin : RUN);
    }
}

static void add_biases(const attune_gradient_call *call, float *restrict biases) {
    int32_t positions = call->lines * call->record[ATTUNE_OUTPUT_N + 2];
    int32_t channels;
    for (int32_t begin = 0; begin < call->count; begin += channels) {
        channels = call->count - begin < RUN ? call->count - begin : RUN;
        float factors[RUN];
        attune_gradient_factors(call, call->first + begin, channels, factors);
        const float *nodes = call->nodes + begin;
        for (int32_t p = 0; p < positions; p++, nodes += call->count) {
            for (int32_t c = 0; c < channels; c++) {
                biases[begin + c] += factors[c] * nodes[c];
            }
        }
    }
}

int32_t attune_gradient_inputs(int32_t arena, int32_t record, int32_t binding, int32_t mode, int32_t nodes,
                               int32_t first, int32_t count, int32_t line, int32_t lines, int32_t weights,
                               int32_t biases) {
    attune_memory *memory;
    const int32_t *words;
    int32_t status = attune_weighted_layer_find(arena, record, &memory, &words);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (mode < 0 || mode >= 2 * ATTUNE_RUN_ACCUMULATORS) {
        return ATTUNE_ERROR_MODE;
    }
    status = attune_tile_check(words, first, count);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_lines_check(words, line, lines);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *bound;
    status = attune_binding_find(memory, binding, &bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_parameters parameters;
    status = attune_parameters_find(memory, words, bound, &parameters);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t ring = bound[ATTUNE_BIND_INPUT_LINES];
    int32_t input_lines = words[ATTUNE_INPUT_N] * words[ATTUNE_INPUT_N + 1];
    if (ring < 0 || ring > input_lines) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    ring = ring == 0 ? input_lines : ring;
    int64_t input_bytes = (int64_t)ring * words[ATTUNE_INPUT_N + 2] * words[ATTUNE_INPUT_N + 3];
    int64_t tile_bytes = (int64_t)count * attune_record_filter_size(words) * 4;
    attune_range ranges[ATTUNE_RANGE_COUNT + 4];
    attune_binding_ranges(words, binding, bound, ranges);
    ranges[ATTUNE_RANGE_COUNT] = (attune_range){bound[ATTUNE_BIND_INPUT], input_bytes, 1, 0};
    ranges[ATTUNE_RANGE_COUNT + 1] =
        (attune_range){nodes, (int64_t)lines * words[ATTUNE_OUTPUT_N + 2] * count * 4, 4, 0};
    ranges[ATTUNE_RANGE_COUNT + 2] = attune_optional_range(weights, tile_bytes, 4, 1);
    ranges[ATTUNE_RANGE_COUNT + 3] = attune_optional_range(biases, (int64_t)count * 4, 4, 1);
    status = attune_ranges_use(memory, ranges, ATTUNE_RANGE_COUNT + 4);
    if (status != ATTUNE_OK) {
        return status;
    }

    attune_gradient_call call = {words,
                                 &parameters,
                                 mode & ATTUNE_RUN_ACCUMULATORS,
                                 (const int8_t *)(memory->arena + bound[ATTUNE_BIND_INPUT]),
                                 ring,
                                 (const float *)(const void *)(memory->arena + nodes),
                                 first,
                                 count,
                                 line,
                                 lines,
                                 weights == -1 ? NULL : (float *)(void *)(memory->arena + weights)};
    if (weights != -1 && !attune_backend_gradient(&call)) {
        attune_gradient_weights(&call);
    }
    if (biases != -1) {
        add_biases(&call, (float *)(void *)(memory->arena + biases));
    }
    return ATTUNE_OK;
}
