/* Depthwise convolution. A tile of channels is prepared in scratch, [tap][channel]; each position then adds tap after
 * tap to all channels of the tile at once. */
#include "parallel.h"
#include "simd.h"
#include "weighted.h"

#include <stddef.h>

/* Scratch is at most this, or that of one channel. */
#define LARGEST_SCRATCH 8192
/* Of which the kernels of src/arm give this to the columns of a line. */
#define LARGEST_LINE 2048

typedef struct depthwise_tile {
    const attune_call *call;
    const attune_channels *channels;
    const int16_t *filters; /* [kernel h * kernel w][channels] */
} depthwise_tile;

static int32_t tile_channels(const int32_t *record) {
    int32_t fit = LARGEST_SCRATCH / (attune_record_filter_size(record) * 2);
    fit = attune_clamp(fit, 1, ATTUNE_CHANNEL_BLOCK);
    return attune_record_channels(record) < fit ? attune_record_channels(record) : fit;
}

/* What src/arm keeps in scratch: a block of 16 bytes for each pair of input rows and each column of an output line, as
 * far as they fit, and four channels' weights in the same form for two lines, and tap by tap. The same on every
 * platform, because memory plans must be. */
static int32_t dsp_scratch(const int32_t *record) {
    int32_t pairs = (record[ATTUNE_KERNEL_H] + 1) / 2;
    int32_t kernel = record[ATTUNE_KERNEL_W];
    int32_t line = (record[ATTUNE_OUTPUT_N + 2] - 1) * record[ATTUNE_STRIDE_W] + kernel;
    int32_t columns = line < record[ATTUNE_INPUT_N + 2] + kernel ? line : record[ATTUNE_INPUT_N + 2] + kernel;
    int32_t fit = LARGEST_LINE / (pairs * 16);
    columns = columns < fit ? columns : fit;
    columns = columns > kernel ? columns : kernel;
    return (columns + 2 * kernel) * pairs * 16 + (attune_record_filter_size(record) * 8 + 15) / 16 * 16;
}

int32_t attune_depthwise_conv_2d_scratch(const int32_t *record) {
    int32_t portable = tile_channels(record) * attune_record_filter_size(record) * 2;
    int32_t dsp = dsp_scratch(record);
    return portable > dsp ? portable : dsp;
}

/* Adds one tap. Output channel first + i reads input[(first + i) / multiplier]. */
ATTUNE_INLINE void add_tap(const int8_t *restrict input, const int16_t *restrict filter, int32_t first, int32_t count,
                           int32_t multiplier, int32_t zero, int32_t *restrict accumulators) {
    if (multiplier == 1) {
        input += first;
        for (int32_t i = 0; i < count; i++) {
            accumulators[i] += (input[i] - zero) * filter[i];
        }
        return;
    }
    int32_t channel = first / multiplier;
    int32_t copy = first % multiplier;
    for (int32_t i = 0; i < count; i++) {
        accumulators[i] += (input[channel] - zero) * filter[i];
        if (++copy == multiplier) {
            copy = 0;
            channel++;
        }
    }
}

ATTUNE_VECTOR
static void multiply_position(const depthwise_tile *tile, int32_t position, int32_t *accumulators) {
    const int32_t *record = tile->call->record;
    int32_t height = record[ATTUNE_INPUT_N + 1];
    int32_t width = record[ATTUNE_INPUT_N + 2];
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int32_t output_w = record[ATTUNE_OUTPUT_N + 2];
    int32_t line = position / output_w;
    int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
    int32_t y = (line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    int32_t x = (position - line * output_w) * record[ATTUNE_STRIDE_W] - record[ATTUNE_PAD_LEFT];
    int32_t count = tile->channels->count;
    for (int32_t i = 0; i < count; i++) {
        accumulators[i] = 0;
    }
    for (int32_t ky = 0; ky < record[ATTUNE_KERNEL_H]; ky++) {
        int32_t at_y = y + ky * record[ATTUNE_DILATION_H];
        if (at_y < 0 || at_y >= height) {
            continue;
        }
        const int8_t *row = attune_input_line(tile->call, batch * height + at_y);
        for (int32_t kx = 0; kx < record[ATTUNE_KERNEL_W]; kx++) {
            int32_t at_x = x + kx * record[ATTUNE_DILATION_W];
            if (at_x < 0 || at_x >= width) {
                continue;
            }
            add_tap(row + at_x * pixel, tile->filters + (ky * record[ATTUNE_KERNEL_W] + kx) * count,
                    tile->channels->first, count, record[ATTUNE_GROUPS], record[ATTUNE_INPUT_ZERO], accumulators);
        }
    }
}

static void depthwise_slice(const void *context, int32_t first, int32_t count) {
    const depthwise_tile *tile = context;
    int32_t accumulators[ATTUNE_CHANNEL_BLOCK];
    first += tile->call->line_first * tile->call->record[ATTUNE_OUTPUT_N + 2];
    for (int32_t position = first; position < first + count; position++) {
        multiply_position(tile, position, accumulators);
        attune_channels_write(tile->call, tile->channels, position, 1, accumulators);
    }
}

void attune_depthwise_conv_2d_s8(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t taps = attune_record_filter_size(record);
    int32_t all = attune_record_channels(record);
    int32_t positions = attune_call_positions(call);
    int32_t tile_size = tile_channels(record);
    int16_t *filters = (int16_t *)(void *)call->scratch;
    attune_channels channels;
    depthwise_tile tile = {call, &channels, filters};
    for (int32_t first = 0; first < all; first += tile_size) {
        int32_t count = all - first < tile_size ? all - first : tile_size;
        for (int32_t tap = 0; tap < taps; tap++) {
            attune_filter_prepare(call, tap * all + first, count, filters + tap * count);
        }
        attune_channels_prepare(call, first, count, &channels);
        attune_parallel(depthwise_slice, &tile, positions, attune_channels_work(call, &channels));
    }
}
