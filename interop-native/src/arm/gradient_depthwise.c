/* Gradient of a depthwise convolution's weights, four channels at a time. Row after row of the input is converted once
 * and meets each row of taps with the scales of the output line that reads it there. */
#include "gradient_floats.h"
#include "gradients.h"

#if defined(ATTUNE_DSP_FLOAT)

/* Columns of an input row, and positions of output lines, whose values fit. */
enum { CELLS = 144 };

typedef struct depthwise_part {
    const attune_gradient_call *call;
    attune_geometry g;
    int32_t begin; /* channels of the tile */
    int32_t zero;
    int32_t columns; /* that a run of positions reads */
    int32_t slots;   /* lines whose scales are kept: line y in slot y % slots */
    int32_t width;   /* positions of a slot */
    float factors[DSP_LANES];
    float *scales;      /* [slots][width][4] */
    dsp_number *values; /* [columns][4] */
    dsp_number cells[CELLS * DSP_LANES + 32];
} depthwise_part;

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* Columns first .. first + count - 1 of a row; 0 outside of it. */
static void columns_fill(depthwise_part *part, const int8_t *row, int32_t first, int32_t count) {
    int32_t pixel = part->g.input_c;
    int32_t begin = first < 0 ? smaller(-first, count) : 0;
    int32_t end = smaller(count, part->g.input_w - first);
    end = end < begin ? begin : end;
    memset(part->values, 0, (size_t)begin * DSP_LANES * sizeof *part->values);
    attune_dsp_take(part->values + begin * DSP_LANES, row + (first + begin) * pixel + part->call->first + part->begin,
                    pixel, end - begin, part->zero);
    memset(part->values + end * DSP_LANES, 0, (size_t)(count - end) * DSP_LANES * sizeof *part->values);
    attune_dsp_convert(part->values, count * DSP_LANES);
}

/* The scales of positions x .. x + count - 1 of a line, numbered from the call's first. */
static float *scales_make(depthwise_part *part, int32_t line, int32_t x, int32_t count) {
    const attune_gradient_call *call = part->call;
    float *scales = part->scales + line % part->slots * part->width * DSP_LANES;
    const float *nodes = call->nodes + (line * part->g.output_w + x) * call->count + part->begin;
    attune_dsp_scale(scales, part->factors, nodes, call->count, count);
    return scales;
}

/* A row of taps meets the columns that are there. */
static void taps_add(const depthwise_part *part, int32_t ky, const float *scales, int32_t positions) {
    const attune_geometry *g = &part->g;
    int32_t tap = part->call->count;
    float *weights = part->call->weights + ky * g->kernel_w * tap + part->begin;
    const dsp_number *values = part->values;
    int32_t even = g->stride_w == 1 ? positions & ~1 : 0;
    int32_t left = g->kernel_w;
    for (; left >= 3; left -= 3) {
        if (even > 0) {
            attune_dsp_taps_3_dense(weights, tap * 4, values, scales, even);
        }
        if (even < positions) {
            attune_dsp_taps_3(weights, tap * 4, values + even * DSP_LANES, g->stride_w, scales + even * DSP_LANES,
                              positions - even);
        }
        weights += 3 * tap;
        values += 3 * DSP_LANES;
    }
    for (; left > 0; left--) {
        attune_dsp_taps_1(weights, values, g->stride_w, scales, positions);
        weights += tap;
        values += DSP_LANES;
    }
}

/* The lines of one image, numbered from the call's first: each row of the input once. */
static void image_add(depthwise_part *part, int32_t begin, int32_t end) {
    const attune_geometry *g = &part->g;
    int32_t n = (g->line + begin) / g->output_h;
    int32_t first = g->line + begin - n * g->output_h;
    int32_t last = g->line + end - 1 - n * g->output_h;
    int32_t low = first * g->stride_h - g->pad_top;
    int32_t high = last * g->stride_h - g->pad_top + (g->kernel_h - 1) * g->dilation_h;
    int32_t made = first; /* lines before it have scales */
    for (int32_t row = low < 0 ? 0 : low; row <= high && row < g->input_h; row++) {
        int filled = 0;
        for (int32_t ky = g->kernel_h - 1; ky >= 0; ky--) {
            int32_t distance = row + g->pad_top - ky * g->dilation_h;
            int32_t y = distance / g->stride_h;
            if (distance < 0 || distance % g->stride_h != 0 || y < first || y > last) {
                continue;
            }
            if (!filled) {
                const int8_t *input = part->call->input + (n * g->input_h + row) % g->ring * (g->input_w * g->input_c);
                columns_fill(part, input, -g->pad_left, part->columns);
                filled = 1;
            }
            int32_t line = begin + y - first;
            const float *scales = part->scales + line % part->slots * part->width * DSP_LANES;
            if (y >= made || part->slots == 1) {
                scales_make(part, line, 0, g->output_w);
                made = y + 1;
            }
            taps_add(part, ky, scales, g->output_w);
        }
    }
}

/* Lines that are too long: a run of positions after the other. */
static void line_add(depthwise_part *part, int32_t number) {
    const attune_geometry *g = &part->g;
    int32_t line = g->line + number;
    int32_t n = line / g->output_h;
    int32_t top = (line - n * g->output_h) * g->stride_h - g->pad_top;
    for (int32_t x = 0; x < g->output_w; x += part->width) {
        int32_t count = smaller(part->width, g->output_w - x);
        const float *scales = scales_make(part, number, x, count);
        for (int32_t ky = 0; ky < g->kernel_h; ky++) {
            int32_t row = top + ky * g->dilation_h;
            if (row >= 0 && row < g->input_h) {
                const int8_t *input = part->call->input + (n * g->input_h + row) % g->ring * (g->input_w * g->input_c);
                columns_fill(part, input, x * g->stride_w - g->pad_left, (count - 1) * g->stride_w + g->kernel_w);
                taps_add(part, ky, scales, count);
            }
        }
    }
}

static void channels_add(depthwise_part *part) {
    const attune_geometry *g = &part->g;
    int32_t columns = (g->output_w - 1) * g->stride_w + g->kernel_w;
    int32_t live = (g->kernel_h - 1) * g->dilation_h / g->stride_h + 1;
    attune_gradient_factors(part->call, part->call->first + part->begin, DSP_LANES, part->factors);
    part->scales = &part->cells[0].real;
    if (columns + g->output_w > CELLS) {
        part->slots = 1;
        part->width = (CELLS - g->kernel_w) / (g->stride_w + 1);
        part->values = part->cells + part->width * DSP_LANES;
        for (int32_t line = 0; line < g->lines; line++) {
            line_add(part, line);
        }
        return;
    }
    part->columns = columns;
    part->width = g->output_w;
    /* Without dilation, the lines that a row belongs to begin in order. */
    part->slots = g->dilation_h == 1 && columns + live * g->output_w <= CELLS ? live : 1;
    part->values = part->cells + part->slots * part->width * DSP_LANES;
    for (int32_t line = 0, end; line < g->lines; line = end) {
        end = smaller(g->lines, ((g->line + line) / g->output_h + 1) * g->output_h - g->line);
        image_add(part, line, end);
    }
}

void attune_dsp_gradient_depthwise(const attune_gradient_call *call) {
    const int32_t *record = call->record;
    depthwise_part part;
    part.call = call;
    part.g = attune_gradient_geometry(call);
    part.zero = record[ATTUNE_INPUT_ZERO];
    int fast = record[ATTUNE_GROUPS] == 1 && part.g.dilation_w == 1 && part.g.kernel_w + part.g.stride_w < CELLS / 2;
    int32_t whole = fast ? call->count / DSP_LANES * DSP_LANES : 0;
    for (part.begin = 0; part.begin < whole; part.begin += DSP_LANES) {
        channels_add(&part);
    }
    for (int32_t begin = whole; begin < call->count; begin += 64) {
        attune_gradient_depthwise(call, begin, smaller(call->count - begin, 64));
    }
}

#endif
