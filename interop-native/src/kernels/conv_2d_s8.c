/* Convolution. A tile of filters is prepared in scratch; then, position by position, the window is gathered into a
 * column of int16 (zero where it hangs over the edge) and multiplied with four filters at a time. */
#include "../core/channels.h"
#include "../core/filters.h"
#include "../core/parallel.h"
#include "../core/scratch.h"
#include "../core/simd.h"
#include "checks.h"
#include "operator.h"
#include "window.h"

#include <stddef.h>

#define VECTOR ATTUNE_CONV_VECTOR
/* Elements of a column gathered at a time; a multiple of VECTOR. */
#define COLUMN 512
/* Filters multiplied at a time. */
#define GROUP ATTUNE_CONV_GROUP

typedef struct conv_tile {
    const attune_call *call;
    const attune_channels *channels;
    const int16_t *filters; /* [channels rounded up to GROUP][stride] */
    int32_t stride;
    int32_t input_first; /* first input channel of the group */
    int32_t depth;       /* input channels of the group */
} conv_tile;

typedef struct conv_column {
    int16_t values[COLUMN];
    int32_t used;
    int32_t filter; /* filter element of values[0] */
} conv_column;

ATTUNE_INLINE void multiply_group(const int16_t *restrict column, const int16_t *restrict filters, int32_t stride,
                                  int32_t count, int32_t *restrict accumulators) {
    const int16_t *filter1 = filters + stride;
    const int16_t *filter2 = filter1 + stride;
    const int16_t *filter3 = filter2 + stride;
    int32_t sum0 = 0;
    int32_t sum1 = 0;
    int32_t sum2 = 0;
    int32_t sum3 = 0;
    for (int32_t i = 0; i < count / VECTOR * VECTOR; i++) {
        sum0 += column[i] * filters[i];
        sum1 += column[i] * filter1[i];
        sum2 += column[i] * filter2[i];
        sum3 += column[i] * filter3[i];
    }
    accumulators[0] += sum0;
    accumulators[1] += sum1;
    accumulators[2] += sum2;
    accumulators[3] += sum3;
}

/* Multiplies what the column holds with all filters of the tile and empties it. */
ATTUNE_INLINE void column_flush(const conv_tile *tile, conv_column *column, int32_t *accumulators) {
    while (column->used % VECTOR != 0) {
        column->values[column->used++] = 0;
    }
    for (int32_t first = 0; first < tile->channels->count; first += GROUP) {
        multiply_group(column->values, tile->filters + first * tile->stride + column->filter, tile->stride,
                       column->used, accumulators + first);
    }
    column->filter += column->used;
    column->used = 0;
}

/* Appends count inputs minus their zero point, or count zeros where input is NULL. */
ATTUNE_INLINE void column_append(const conv_tile *tile, conv_column *column, const int8_t *input, int32_t count,
                                 int32_t zero, int32_t *accumulators) {
    while (count > 0) {
        int32_t part = count < COLUMN - column->used ? count : COLUMN - column->used;
        int16_t *values = column->values + column->used;
        if (input == NULL) {
            for (int32_t i = 0; i < part; i++) {
                values[i] = 0;
            }
        } else {
            for (int32_t i = 0; i < part; i++) {
                values[i] = (int16_t)(input[i] - zero);
            }
            input += part;
        }
        count -= part;
        column->used += part;
        if (column->used == COLUMN) {
            column_flush(tile, column, accumulators);
        }
    }
}

/* Appends one row of the window, which begins at column x of the input row; the row is NULL outside the input. */
ATTUNE_INLINE void append_row(const conv_tile *tile, conv_column *column, const int8_t *row, int32_t x, int32_t zero,
                              int32_t *accumulators) {
    const int32_t *record = tile->call->record;
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t dilation = record[ATTUNE_DILATION_W];
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int32_t depth = tile->depth;
    if (row == NULL) {
        column_append(tile, column, NULL, kernel * depth, zero, accumulators);
    } else if (dilation == 1 && depth == pixel) {
        int32_t left = x < 0 ? -x : 0;
        int32_t inside = (width - x < kernel ? width - x : kernel) - left;
        column_append(tile, column, NULL, left * depth, zero, accumulators);
        column_append(tile, column, row + (x + left) * pixel, inside * depth, zero, accumulators);
        column_append(tile, column, NULL, (kernel - left - inside) * depth, zero, accumulators);
    } else {
        for (int32_t k = 0; k < kernel; k++) {
            int32_t at = x + k * dilation;
            const int8_t *input = at >= 0 && at < width ? row + at * pixel + tile->input_first : NULL;
            column_append(tile, column, input, depth, zero, accumulators);
        }
    }
}

ATTUNE_INLINE void multiply_position(const conv_tile *tile, int32_t position, int32_t *accumulators) {
    const int32_t *record = tile->call->record;
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t output_w = record[ATTUNE_OUTPUT_N + 2];
    int32_t line = position / output_w;
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    int32_t y = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    int32_t x = (position - line * output_w) * record[ATTUNE_STRIDE_W] - record[ATTUNE_PAD_LEFT];
    conv_column column;
    column.used = 0;
    column.filter = 0;
    for (int32_t k = 0; k < record[ATTUNE_KERNEL_H]; k++) {
        int32_t at = y + k * record[ATTUNE_DILATION_H];
        const int8_t *row = at >= 0 && at < height ? attune_input_line(tile->call, batch * height + at) : NULL;
        append_row(tile, &column, row, x, record[ATTUNE_INPUT_ZERO], accumulators);
    }
    column_flush(tile, &column, accumulators);
}

ATTUNE_VECTOR
static void multiply_positions(const conv_tile *tile, int32_t position, int32_t positions, int32_t *accumulators) {
    int32_t sums[ATTUNE_CHANNEL_BLOCK];
    int32_t count = tile->channels->count;
    for (int32_t p = 0; p < positions; p++) {
        for (int32_t i = 0; i < ATTUNE_CHANNEL_BLOCK; i++) {
            sums[i] = 0;
        }
        multiply_position(tile, position + p, sums);
        for (int32_t i = 0; i < count; i++) {
            accumulators[p * count + i] = sums[i];
        }
    }
}

static void conv_slice(const void *context, int32_t first, int32_t count) {
    const conv_tile *tile = context;
    int32_t accumulators[ATTUNE_CHANNEL_BLOCK];
    first += tile->call->line_first * tile->call->record[ATTUNE_OUTPUT_N + 2];
    for (int32_t position = first; position < first + count; position += tile->channels->repeat) {
        int32_t left = first + count - position;
        int32_t positions = left < tile->channels->repeat ? left : tile->channels->repeat;
        multiply_positions(tile, position, positions, accumulators);
        attune_channels_write(tile->call, tile->channels, position, positions, accumulators);
    }
}

static void conv_2d(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t filter_size = attune_record_filter_size(record);
    int32_t positions = attune_call_positions(call);
    int32_t group_channels = attune_record_channels(record) / record[ATTUNE_GROUPS];
    int32_t tile_size = attune_conv_2d_tile(record);
    int16_t *filters = (int16_t *)(void *)call->scratch;
    attune_channels channels;
    conv_tile tile = {call, &channels, filters, attune_conv_2d_stride(record), 0, record[ATTUNE_INPUT_N + 3]};
    tile.depth /= record[ATTUNE_GROUPS];
    for (int32_t group = 0; group < record[ATTUNE_GROUPS]; group++) {
        tile.input_first = group * tile.depth;
        for (int32_t first = 0; first < group_channels; first += tile_size) {
            int32_t left = group_channels - first;
            int32_t count = left < tile_size ? left : tile_size;
            int32_t channel = group * group_channels + first;
            for (int32_t i = 0; i < tile_size; i++) {
                int16_t *filter = filters + i * tile.stride;
                int32_t filled = i < count ? filter_size : 0;
                attune_filter_prepare(call, (channel + i) * filter_size, filled, filter);
                for (int32_t k = filled; k < tile.stride; k++) {
                    filter[k] = 0;
                }
            }
            attune_channels_prepare(call, channel, count, &channels);
            attune_parallel(conv_slice, &tile, positions, attune_channels_work(call, &channels));
        }
    }
}

static int conv_2d_good(const int32_t *record) {
    if (!attune_convolution_good(record)) {
        return 0;
    }
    int32_t input_c = record[ATTUNE_INPUT_N + 3];
    int32_t groups = record[ATTUNE_GROUPS];
    int64_t window = (int64_t)record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W];
    return input_c % groups == 0 && record[ATTUNE_OUTPUT_N + 3] % groups == 0 &&
           window * (input_c / groups) <= ATTUNE_LARGEST_FILTER;
}

const attune_operator_rules attune_conv_2d = {
    .modes = ATTUNE_WEIGHTED_MODES,
    .record_good = conv_2d_good,
    .scratch = attune_conv_2d_scratch,
    .lines = attune_convolution_lines,
    .run = conv_2d,
};
