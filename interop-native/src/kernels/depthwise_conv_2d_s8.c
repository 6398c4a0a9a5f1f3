/* Depthwise convolution. A tile of channels is prepared in scratch, [tap][channel]; each position then adds tap after
 * tap to all channels of the tile at once. */
#include "../core/channels.h"
#include "../core/filters.h"
#include "../core/parallel.h"
#include "../core/scratch.h"
#include "../core/simd.h"
#include "checks.h"
#include "operator.h"
#include "window.h"

#include <stddef.h>

typedef struct depthwise_tile {
    const attune_call *call;
    const attune_channels *channels;
    const int16_t *filters; /* [kernel h * kernel w][channels] */
} depthwise_tile;

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

static void depthwise_conv_2d(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t taps = attune_record_filter_size(record);
    int32_t all = attune_record_channels(record);
    int32_t positions = attune_call_positions(call);
    int32_t tile_size = attune_depthwise_conv_2d_tile(record);
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

static int depthwise_conv_2d_good(const int32_t *record) {
    return attune_convolution_good(record) &&
           (int64_t)record[ATTUNE_INPUT_N + 3] * record[ATTUNE_GROUPS] == record[ATTUNE_OUTPUT_N + 3] &&
           (int64_t)record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W] <= ATTUNE_LARGEST_FILTER;
}

const attune_operator_rules attune_depthwise_conv_2d = {
    .modes = ATTUNE_WEIGHTED_MODES,
    .record_good = depthwise_conv_2d_good,
    .scratch = attune_depthwise_conv_2d_scratch,
    .lines = attune_convolution_lines,
    .run = depthwise_conv_2d,
};
