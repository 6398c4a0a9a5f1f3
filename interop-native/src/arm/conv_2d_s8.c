/* Convolution. Filters become a stream of int16 pairs in scratch; the windows of two neighbouring positions become two
 * interleaved columns of inputs minus their zero point, after it. A window is a row of segments, stretches that lie
 * together in the input and in the filter; four values k..k+3 of a segment are the pairs (k, k+2), (k+1, k+3), as
 * SXTB16 makes them, and what is left at its end are the pairs (k, k+1), (k+2, 0). */
#include "../core/scratch.h"
#include "conv_2d.h"
#include "kernels.h"
#include "signs.h"

#if defined(ATTUNE_DSP)

#include <stddef.h>

static int32_t segment_pairs(int32_t length) {
    return (length + 1) / 2;
}

dsp_window attune_dsp_window_find(const attune_call *call) {
    const int32_t *record = call->record;
    dsp_window window = {.call = call, .record = record};
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    window.depth = record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS];
    int together = record[ATTUNE_DILATION_W] == 1 && record[ATTUNE_GROUPS] == 1;
    window.taps = together ? 1 : record[ATTUNE_KERNEL_W];
    window.length = together ? record[ATTUNE_KERNEL_W] * window.depth : window.depth;
    window.pairs = record[ATTUNE_KERNEL_H] * window.taps * segment_pairs(window.length);
    window.minus_zero = dsp_pair(-zero, -zero);
    window.outputs = attune_dsp_outputs(call);
    window.column = (uint32_t *)(void *)call->scratch;
    return window;
}

/* --- Columns ------------------------------------------------------------------------------------------------------ */

/* A segment of one column; its words lie in every second place. */
DSP_INLINE uint32_t *column_segment(uint32_t *column, const int8_t *input, int32_t length, uint32_t minus_zero) {
    const int8_t *end = input + (length & ~3);
    while (input != end) {
        uint32_t word = dsp_load(input);
        column[0] = dsp_widen_even(minus_zero, word);
        column[2] = dsp_widen_odd(minus_zero, word);
        input += 4;
        column += 4;
    }
    int32_t zero = -(int16_t)minus_zero;
    for (int32_t left = length & 3; left > 0; left -= 2) {
        column[0] = dsp_pair(input[0] - zero, left > 1 ? input[1] - zero : 0);
        input += 2;
        column += 2;
    }
    return column;
}

/* A segment of both columns. */
DSP_INLINE uint32_t *column_segments(uint32_t *column, const int8_t *input, const int8_t *input2, int32_t length,
                                     uint32_t minus_zero) {
    const int8_t *end = input + (length & ~3);
    if (input != end) {
        __asm__ volatile("1:\n"
                         "ldr r6, [%[input]], #4\n"
                         "ldr r8, [%[input2]], #4\n"
                         "sxtab16 r4, %[zero], r6\n"
                         "sxtab16 r6, %[zero], r6, ror #8\n"
                         "sxtab16 r5, %[zero], r8\n"
                         "sxtab16 r8, %[zero], r8, ror #8\n"
                         "cmp %[input], %[end]\n"
                         "stm %[column]!, {r4, r5, r6, r8}\n"
                         "bne 1b\n"
                         : [input] "+r"(input), [input2] "+r"(input2), [column] "+r"(column)
                         : [zero] "r"(minus_zero), [end] "r"(end)
                         : "r4", "r5", "r6", "r8", "cc", "memory");
    }
    int32_t zero = -(int16_t)minus_zero;
    for (int32_t left = length & 3; left > 0; left -= 2) {
        column[0] = dsp_pair(input[0] - zero, left > 1 ? input[1] - zero : 0);
        column[1] = dsp_pair(input2[0] - zero, left > 1 ? input2[1] - zero : 0);
        input += 2;
        input2 += 2;
        column += 2;
    }
    return column;
}

/* A segment of which only the values from..end - 1 lie in the input. */
static uint32_t *column_segment_edge(uint32_t *column, const int8_t *input, int32_t length, int32_t from, int32_t end,
                                     int32_t zero) {
    end = end < length ? end : length;
    for (int32_t k = 0; k < length; k += 4) {
        int32_t values[4];
        for (int32_t i = 0; i < 4; i++) {
            values[i] = k + i >= from && k + i < end ? input[k + i] - zero : 0;
        }
        int whole = k + 4 <= length;
        column[0] = whole ? dsp_pair(values[0], values[2]) : dsp_pair(values[0], values[1]);
        column += 2;
        if (k + 2 < length) {
            column[0] = whole ? dsp_pair(values[1], values[3]) : dsp_pair(values[2], 0);
            column += 2;
        }
    }
    return column;
}

/* The column of any one position. */
static void column_fill(const dsp_window *window, int32_t line, int32_t x, uint32_t *column) {
    const int32_t *record = window->record;
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    int32_t top = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    int32_t left = x * record[ATTUNE_STRIDE_W] - record[ATTUNE_PAD_LEFT];
    int32_t across = window->length / window->depth; /* taps of a segment */
    for (int32_t k = 0; k < record[ATTUNE_KERNEL_H]; k++) {
        int32_t y = top + k * record[ATTUNE_DILATION_H];
        int outside = y < 0 || y >= height;
        const int8_t *row = outside ? window->call->input : attune_input_line(window->call, batch * height + y);
        for (int32_t tap = 0; tap < window->taps; tap++) {
            int32_t at = left + tap * record[ATTUNE_DILATION_W];
            const int8_t *input = row + at * pixel + window->input_first;
            if (!outside && at >= 0 && at + across <= width) {
                column = column_segment(column, input, window->length, window->minus_zero);
            } else {
                int32_t from = at < 0 ? -at * window->depth : 0;
                int32_t end = outside ? 0 : (width - at) * window->depth;
                column = column_segment_edge(column, input, window->length, from, end, record[ATTUNE_INPUT_ZERO]);
            }
        }
    }
}

/* Window rows that are looked up once a line. */
enum { LINE_ROWS = 16 };

/* The rows of a line's windows. */
typedef struct conv_line {
    int32_t line;
    int32_t rows;    /* 0: looked up for each position */
    int32_t x_first; /* windows x_first .. x_end - 1 lie inside the input */
    int32_t x_end;
    const int8_t *row[LINE_ROWS]; /* of the window at x = 0; NULL outside the input */
} conv_line;

static conv_line line_find(const dsp_window *window, int32_t line) {
    const int32_t *record = window->record;
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t stride = record[ATTUNE_STRIDE_W];
    int32_t pad = record[ATTUNE_PAD_LEFT];
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    int32_t top = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    conv_line found = {.line = line};
    if (window->taps != 1 || record[ATTUNE_KERNEL_H] > LINE_ROWS || width < record[ATTUNE_KERNEL_W]) {
        return found;
    }
    found.rows = record[ATTUNE_KERNEL_H];
    found.x_first = (pad + stride - 1) / stride;
    found.x_end = (width - record[ATTUNE_KERNEL_W] + pad) / stride + 1;
    for (int32_t k = 0; k < found.rows; k++) {
        int32_t y = top + k * record[ATTUNE_DILATION_H];
        found.row[k] = y < 0 || y >= height ? NULL
                                            : attune_input_line(window->call, batch * height + y) -
                                                  pad * record[ATTUNE_INPUT_N + 3] + window->input_first;
    }
    return found;
}

/* The columns of positions x and x2 of a line. */
DSP_INLINE void columns_fill(const dsp_window *window, const conv_line *line, int32_t x, int32_t x2) {
    if (x < line->x_first || x2 >= line->x_end) {
        column_fill(window, line->line, x, window->column);
        column_fill(window, line->line, x2, window->column + 1);
        return;
    }
    int32_t step = window->record[ATTUNE_STRIDE_W] * window->record[ATTUNE_INPUT_N + 3];
    int32_t first = x * step;
    int32_t second = x2 * step;
    uint32_t *column = window->column;
    for (int32_t k = 0; k < line->rows; k++) {
        const int8_t *row = line->row[k];
        if (row != NULL) {
            column = column_segments(column, row + first, row + second, window->length, window->minus_zero);
        } else {
            for (int32_t pair = segment_pairs(window->length); pair > 0; pair--) {
                column[0] = column[1] = 0;
                column += 2;
            }
        }
    }
}

/* --- Tiles -------------------------------------------------------------------------------------------------------- */

/* The signs of two positions' outputs of a tile, group by group. */
static void signs_fill(const dsp_window *window, const dsp_tile *tile, int32_t line, int32_t x, int32_t both,
                       uint32_t *signs) {
    int32_t row = attune_record_channels(window->record);
    for (int32_t i = 0; i <= both; i++) {
        uint32_t element = (uint32_t)((line * window->record[ATTUNE_OUTPUT_N + 2] + x + i) * row + tile->first);
        uint32_t bits = 0;
        for (int32_t group = 0; group < tile->groups; group++) {
            bits = group == 0 || (element & 31) == 0 ? dsp_sign_bits(window->call, element) : bits >> 4;
            signs[2 * group + i] = attune_dsp_signs[bits & 15];
            element += 4;
        }
    }
}

dsp_output *attune_dsp_group_outputs(const dsp_window *window, const dsp_tile *tile, int32_t group) {
    uint32_t *stream = tile->stream + group * DSP_STREAM_WORDS(window->pairs);
    return (dsp_output *)(void *)(stream + DSP_GROUP + DSP_GROUP * window->pairs);
}

/* Errors of one position from its accumulators. */
static void errors_round(const dsp_window *window, const dsp_tile *tile, int32_t group, const int32_t *sums,
                         int8_t *output) {
    dsp_output *outputs = attune_dsp_group_outputs(window, tile, group);
    dsp_even_outputs *even = (dsp_even_outputs *)(void *)outputs;
    for (int32_t i = 0; i < DSP_GROUP; i++) {
        if (tile->finish == DSP_FINISH_ERRORS_EVEN) {
            dsp_output one = {even->multiplier, even->carries[i], 0};
            output[i] = dsp_error(sums[i], &one);
            even->carries[i] = one.offset;
        } else {
            output[i] = dsp_error(sums[i], &outputs[i]);
        }
    }
}

/* The errors of positions x and, with both, x + 1. */
static void errors_write(const dsp_window *window, const dsp_tile *tile, dsp_products *products, int32_t both) {
    int8_t *output = products->output;
    int32_t sums[DSP_GROUP];
    if (both) {
        if (tile->finish == DSP_FINISH_ERRORS_EVEN) {
            attune_dsp_products_errors_even(products);
        } else {
            attune_dsp_products_errors(products);
        }
        return;
    }
    products->output = sums;
    products->step = 0;
    for (int32_t group = 0; group < tile->groups; group++) {
        dsp_products one = *products;
        one.stream += group * DSP_STREAM_WORDS(window->pairs);
        one.stream_end = one.stream + DSP_STREAM_WORDS(window->pairs);
        attune_dsp_products_accumulators(&one);
        errors_round(window, tile, group, sums, output + group * DSP_GROUP);
    }
}

/* What the channels of a tile carry on. */
static void carries_keep(const dsp_window *window, const dsp_tile *tile) {
    int32_t *carry = window->call->errors->carry + tile->first;
    for (int32_t group = 0; group < tile->groups; group++) {
        const dsp_output *outputs = attune_dsp_group_outputs(window, tile, group);
        const dsp_even_outputs *even = (const dsp_even_outputs *)(const void *)outputs;
        for (int32_t i = 0; i < DSP_GROUP; i++) {
            *carry++ = tile->finish == DSP_FINISH_ERRORS_EVEN ? even->carries[i] : outputs[i].offset;
        }
    }
}

static int makes_errors(const dsp_tile *tile) {
    return tile->finish == DSP_FINISH_ERRORS || tile->finish == DSP_FINISH_ERRORS_EVEN;
}

static void tile_line(const dsp_window *window, const dsp_tile *tile, const attune_channels *channels, int32_t line) {
    const int32_t *record = window->record;
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    const attune_error_outputs *errors = window->call->errors;
    int32_t step = errors == NULL ? attune_record_channels(record) : errors->column_step;
    int8_t *output = errors == NULL ? attune_output_line(window->call, line) : attune_error_line(window->call, line);
    int32_t accumulators[2][ATTUNE_CHANNEL_BLOCK];
    int32_t raw = tile->finish == DSP_FINISH_ACCUMULATORS;
    const conv_line rows = line_find(window, line);
    dsp_products products = {tile->stream,
                             window->column,
                             window->column + window->pairs * 2,
                             window->pairs,
                             NULL,
                             0,
                             tile->stream + tile->groups * DSP_STREAM_WORDS(window->pairs),
                             NULL};
    for (int32_t x = 0; x < width; x += 2) {
        int32_t both = x + 1 < width;
        columns_fill(window, &rows, x, x + both);
        if (raw) {
            products.output = accumulators[0];
            products.step = sizeof accumulators[0];
            attune_dsp_products_accumulators(&products);
            for (int32_t i = 0; i <= both; i++) {
                attune_dsp_write(window->call, channels, line, x + i, accumulators[i]);
            }
            continue;
        }
        products.output = output + x * step + tile->first;
        products.step = both * step;
        if (tile->finish == DSP_FINISH_NODES) {
            uint32_t signs[2 * DSP_SIGN_GROUPS];
            signs_fill(window, tile, line, x, both, signs);
            products.signs = signs;
            attune_dsp_products_nodes(&products);
        } else if (makes_errors(tile)) {
            errors_write(window, tile, &products, both);
        } else if (tile->finish == DSP_FINISH_RELU) {
            attune_dsp_products_relu(&products);
        } else {
            attune_dsp_products_linear(&products);
        }
    }
}

void attune_dsp_tile_run(const dsp_window *window, const dsp_tile *tile) {
    const attune_call *call = window->call;
    attune_channels channels;
    if (tile->finish == DSP_FINISH_ACCUMULATORS) {
        attune_channels_prepare(call, tile->first, tile->count, &channels);
    }
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        tile_line(window, tile, &channels, line);
    }
    if (makes_errors(tile)) {
        carries_keep(window, tile);
    }
}

int attune_dsp_conv_2d_s8(const attune_call *call) {
    const int32_t *record = call->record;
    dsp_window window = attune_dsp_window_find(call);
    int32_t group_channels = attune_record_channels(record) / record[ATTUNE_GROUPS];
    int32_t column_bytes = (window.pairs * 8 + 15) & ~15;
    int32_t group_bytes = DSP_STREAM_WORDS(window.pairs) * 4;
    int32_t capacity = (attune_conv_2d_scratch(record) - column_bytes) / group_bytes;
    dsp_tile tile = {.stream = (uint32_t *)(void *)(call->scratch + column_bytes)};
    for (int32_t group = 0; group < record[ATTUNE_GROUPS]; group++) {
        int32_t end = (group + 1) * group_channels;
        window.input_first = group * window.depth;
        for (int32_t first = group * group_channels; first < end; first += tile.count) {
            attune_dsp_tile_prepare(&window, first, end - first, capacity, &tile);
            attune_dsp_tile_run(&window, &tile);
        }
    }
    return 1;
}

#endif
