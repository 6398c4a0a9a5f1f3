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
    int32_t positions; /* of a run */
    int32_t padded;    /* rounded up to 4: those behind the last have scale 0 */
    int32_t slots;     /* lines whose scales are kept: line y in slot y % slots */
    float factors[DSP_LANES];
    float *scales;      /* [slots][padded][4] */
    dsp_number *values; /* [columns of a run][4] */
    dsp_number cells[CELLS * DSP_LANES + 32];
} depthwise_part;

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* A run of positions, and what it reads. */
static void run_set(depthwise_part *part, int32_t positions) {
    part->positions = positions;
    part->padded = (positions + 3) & ~3;
}

static int32_t run_columns(const depthwise_part *part) {
    return (part->padded - 1) * part->g.stride_w + part->g.kernel_w;
}

static dsp_number *columns_clear(dsp_number *numbers, const dsp_number *end) {
    for (; numbers < end; numbers += DSP_LANES) {
        numbers[0].integer = numbers[1].integer = numbers[2].integer = numbers[3].integer = 0;
    }
    return numbers;
}

/* The columns of a run from column first of a row on; 0 outside of it. */
static void columns_fill(depthwise_part *part, const int8_t *row, int32_t first) {
    int32_t pixel = part->g.input_c;
    int32_t count = run_columns(part);
    int32_t begin = first < 0 ? smaller(-first, count) : 0;
    int32_t end = smaller(count, part->g.input_w - first);
    end = end < begin ? begin : end;
    dsp_number *values = columns_clear(part->values, part->values + begin * DSP_LANES);
    attune_dsp_take(values, row + (first + begin) * pixel + part->call->first + part->begin, pixel, end - begin,
                    part->zero);
    columns_clear(part->values + end * DSP_LANES, part->values + count * DSP_LANES);
    dsp_convert(part->values, count * DSP_LANES);
}

static float *scales_of(const depthwise_part *part, int32_t line) {
    return part->scales + line % part->slots * part->padded * DSP_LANES;
}

/* The scales of a run from position x on of a line, numbered from the call's first. */
static void scales_make(depthwise_part *part, int32_t line, int32_t x) {
    const attune_gradient_call *call = part->call;
    float *scales = scales_of(part, line);
    const float *nodes = call->nodes + (line * part->g.output_w + x) * call->count + part->begin;
    dsp_scale(scales, part->factors, nodes, call->count, part->positions);
    for (int32_t i = part->positions * DSP_LANES; i < part->padded * DSP_LANES; i++) {
        scales[i] = 0;
    }
}

/* A row of taps meets the columns that are there. */
DSP_INLINE void taps_add(const depthwise_part *part, int32_t ky, const float *scales) {
    const attune_geometry *g = &part->g;
    int32_t tap = part->call->count;
    int32_t step = g->stride_w;
    float *weights = part->call->weights + ky * g->kernel_w * tap + part->begin;
    const dsp_number *values = part->values;
    int32_t left = g->kernel_w;
    while (left > 0) {
        int32_t taps = 1;
        if (step == 1 && left >= 3) {
            dsp_taps_3_dense(weights, tap * 4, values, scales, part->padded);
            taps = 3;
        } else if (step == 1 && left == 2) {
            dsp_taps_2_dense(weights, tap * 4, values, scales, part->padded);
            taps = 2;
        } else if (left >= 3) {
            dsp_taps_3(weights, tap * 4, values, step, scales, part->padded);
            taps = 3;
        } else {
            dsp_taps_1(weights, values, step, scales, part->padded);
        }
        left -= taps;
        weights += taps * tap;
        values += taps * DSP_LANES;
    }
}

/* The lines of one image, numbered from the call's first: each row of the input once. */
static void image_add(depthwise_part *part, int32_t begin, int32_t end) {
    const attune_geometry *g = &part->g;
    int32_t n = (g->line + begin) / g->output_h;
    int32_t first = g->line + begin - n * g->output_h;
    int32_t last = g->line + end - 1 - n * g->output_h;
    int32_t low = first * g->stride_h - g->pad_top;
    int32_t high = last * g->stride_h - g->pad_top + g->kernel_h;
    int32_t made = first; /* lines before it have scales */
    for (int32_t row = low < 0 ? 0 : low; row < high && row < g->input_h; row++) {
        /* Output lines whose windows begin at row - kernel_h + 1 .. row. */
        int32_t reach = row + g->pad_top;
        int32_t y = reach < g->kernel_h ? 0 : (reach - g->kernel_h) / g->stride_h + 1;
        int32_t y_end = smaller(reach / g->stride_h, last) + 1;
        y = y < first ? first : y;
        if (y >= y_end) {
            continue;
        }
        const int8_t *input = part->call->input + (n * g->input_h + row) % g->ring * (g->input_w * g->input_c);
        columns_fill(part, input, -g->pad_left);
        for (; y < y_end; y++) {
            int32_t line = begin + y - first;
            if (y >= made || part->slots == 1) {
                scales_make(part, line, 0);
                made = y + 1;
            }
            taps_add(part, reach - y * g->stride_h, scales_of(part, line));
        }
    }
}

/* Lines that are too long: a run of at most so many positions after the other. */
static void line_add(depthwise_part *part, int32_t number, int32_t most) {
    const attune_geometry *g = &part->g;
    int32_t line = g->line + number;
    int32_t n = line / g->output_h;
    int32_t top = (line - n * g->output_h) * g->stride_h - g->pad_top;
    for (int32_t x = 0; x < g->output_w; x += part->positions) {
        run_set(part, smaller(most, g->output_w - x));
        scales_make(part, number, x);
        for (int32_t ky = 0; ky < g->kernel_h; ky++) {
            int32_t row = top + ky * g->dilation_h;
            if (row >= 0 && row < g->input_h) {
                const int8_t *input = part->call->input + (n * g->input_h + row) % g->ring * (g->input_w * g->input_c);
                columns_fill(part, input, x * g->stride_w - g->pad_left);
                taps_add(part, ky, scales_of(part, number));
            }
        }
    }
}

static void channels_add(depthwise_part *part) {
    const attune_geometry *g = &part->g;
    int32_t live = (g->kernel_h - 1) / g->stride_h + 1;
    attune_gradient_factors(part->call, part->call->first + part->begin, DSP_LANES, part->factors);
    part->scales = &part->cells[0].real;
    part->slots = 1;
    run_set(part, g->output_w);
    int32_t columns = run_columns(part);
    if (columns + part->padded > CELLS || g->dilation_h != 1) {
        int32_t most = (CELLS - g->kernel_w) / (g->stride_w + 1) & ~3;
        part->values = part->cells + most * DSP_LANES;
        for (int32_t line = 0; line < g->lines; line++) {
            line_add(part, line, most);
        }
        return;
    }
    if (columns + live * part->padded <= CELLS) {
        part->slots = live;
    }
    part->values = part->cells + part->slots * part->padded * DSP_LANES;
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
    /* At least four positions fit. */
    int room = part.g.kernel_w + 4 * (part.g.stride_w + 1) <= CELLS;
    int fast = record[ATTUNE_GROUPS] == 1 && part.g.dilation_w == 1 && room;
    int32_t whole = fast ? call->count / DSP_LANES * DSP_LANES : 0;
    for (part.begin = 0; part.begin < whole; part.begin += DSP_LANES) {
        channels_add(&part);
    }
    for (int32_t begin = whole; begin < call->count; begin += 64) {
        attune_gradient_depthwise(call, begin, smaller(call->count - begin, 64));
    }
}

#endif
