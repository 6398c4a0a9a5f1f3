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
    int32_t padded;    /* rounded up to 4: those after the last have scale 0 */
    int32_t columns;   /* that a run reads */
    int32_t before;    /* columns of them that lie before the row */
    int32_t inside;    /* columns that follow and lie in it */
    int32_t offset;    /* bytes from the row to the first of these */
    int32_t slots;     /* lines whose scales are kept: line y in slot y % slots */
    float factors[DSP_LANES];
    float *scales;      /* [slots][padded][4] */
    dsp_number *values; /* [columns of a run][4] */
    dsp_number cells[CELLS * DSP_LANES + 32];
} depthwise_part;

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* A run of positions from x on, and what it reads. */
static void run_set(depthwise_part *part, int32_t x, int32_t positions) {
    const attune_geometry *g = &part->g;
    int32_t first = x * g->stride_w - g->pad_left;
    part->positions = positions;
    part->padded = (positions + 3) & ~3;
    part->columns = (part->padded - 1) * g->stride_w + g->kernel_w;
    part->before = first < 0 ? smaller(-first, part->columns) : 0;
    part->inside = smaller(part->columns, g->input_w - first) - part->before;
    part->inside = part->inside < 0 ? 0 : part->inside;
    part->offset = (first + part->before) * g->input_c + part->call->first + part->begin;
}

static dsp_number *columns_clear(dsp_number *numbers, int32_t columns) {
    for (; columns > 0; columns--) {
        numbers[0].integer = numbers[1].integer = numbers[2].integer = numbers[3].integer = 0;
        numbers += DSP_LANES;
    }
    return numbers;
}

/* The columns of a run in a row; 0 outside of it. */
static void columns_fill(const depthwise_part *part, const int8_t *row) {
    dsp_number *values = columns_clear(part->values, part->before);
    attune_dsp_take(values, row + part->offset, part->g.input_c, part->inside, part->zero);
    columns_clear(values + part->inside * DSP_LANES, part->columns - part->before - part->inside);
    dsp_convert(part->values, part->columns * DSP_LANES);
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

/* A row of taps, tap weights apart, meets the columns that are there. */
DSP_INLINE void taps_add(float *weights, int32_t tap, int32_t left, const dsp_number *values, int32_t step,
                         const float *scales, int32_t positions) {
    for (; step == 1 && left >= 3; left -= 3) {
        dsp_taps_3_dense(weights, tap * 4, values, scales, positions);
        weights += 3 * tap;
        values += 3 * DSP_LANES;
    }
    for (; step == 1 && left == 2; left -= 2) {
        dsp_taps_2_dense(weights, tap * 4, values, scales, positions);
    }
    for (; left >= 3; left -= 3) {
        dsp_taps_3(weights, tap * 4, values, step, scales, positions);
        weights += 3 * tap;
        values += 3 * DSP_LANES;
    }
    for (; left > 0; left--) {
        dsp_taps_1(weights, values, step, scales, positions);
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
    int32_t high = last * g->stride_h - g->pad_top + g->kernel_h;
    int32_t made = first; /* lines before it have scales */
    int32_t tap = part->call->count;
    int32_t kernel = g->kernel_w;
    int32_t step = g->stride_w;
    int32_t padded = part->padded;
    int32_t row_taps = kernel * tap;
    float *weights = part->call->weights + part->begin;
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
        columns_fill(part, input);
        for (; y < y_end; y++) {
            int32_t line = begin + y - first;
            if (y >= made || part->slots == 1) {
                scales_make(part, line, 0);
                made = y + 1;
            }
            taps_add(weights + (reach - y * g->stride_h) * row_taps, tap, kernel, part->values, step,
                     scales_of(part, line), padded);
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
        run_set(part, x, smaller(most, g->output_w - x));
        scales_make(part, number, x);
        for (int32_t ky = 0; ky < g->kernel_h; ky++) {
            int32_t row = top + ky * g->dilation_h;
            if (row >= 0 && row < g->input_h) {
                const int8_t *input = part->call->input + (n * g->input_h + row) % g->ring * (g->input_w * g->input_c);
                columns_fill(part, input);
                taps_add(part->call->weights + ky * g->kernel_w * part->call->count + part->begin, part->call->count,
                         g->kernel_w, part->values, g->stride_w, scales_of(part, number), part->padded);
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
    run_set(part, 0, g->output_w);
    if (part->columns + part->padded > CELLS || g->dilation_h != 1) {
        int32_t most = (CELLS - g->kernel_w) / (g->stride_w + 1) & ~3;
        part->values = part->cells + most * DSP_LANES;
        for (int32_t line = 0; line < g->lines; line++) {
            line_add(part, line, most);
        }
        return;
    }
    if (part->columns + live * part->padded <= CELLS) {
        part->slots = live;
    }
    part->values = part->cells + part->slots * part->padded * DSP_LANES;
    for (int32_t line = 0, end; line < g->lines; line = end) {
        end = smaller(g->lines, ((g->line + line) / g->output_h + 1) * g->output_h - g->line);
        image_add(part, line, end);
    }
}

int32_t attune_dsp_gradient_depthwise(const attune_gradient_call *call) {
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
    return whole;
}

#endif
