/* Gradient of a convolution's weights: sums over positions of errors times inputs. Tiles of filters and of elements of
 * the window take all positions, some at a time, as pairs of neighbouring ones: errors in blocks of four filters,
 * inputs in blocks of four elements. */
#include "../products.h"
#include "../taps.h"
#include "gradient.h"

#include <stddef.h>

#if defined(ATTUNE_DSP)

enum {
    LANES = 4,
    TILE = 16, /* filters, and elements */
    GROUPS = TILE / LANES,
    PAIRS = 16, /* of positions, at a time */
};

/* Up to four neighbouring elements of a row of the window. */
typedef struct window_group {
    int32_t element; /* of the filter */
    int32_t count;
    int32_t ky;
    int32_t at; /* bytes from the window's first column */
} window_group;

typedef struct product_tile {
    const attune_error_gradient *gradient;
    const int32_t *record;
    int32_t channel; /* first filter */
    int32_t filters;
    int32_t channels; /* of the layer */
    int32_t input_first;
    float units[TILE]; /* of the filters */
    int32_t groups;    /* of elements */
    window_group group[GROUPS];
    int32_t run_there; /* number of the first position whose errors are there; -1: none */
    uint32_t errors[GROUPS][PAIRS * LANES];
    uint32_t inputs[GROUPS * PAIRS * LANES]; /* [groups][pairs][lanes] */
    int32_t sums[TILE][TILE];                /* [filters][elements] */
} product_tile;

/* Positions that lie together: first .. first + count - 1 of a line, or of the layer as one line. */
typedef struct position_run {
    int32_t line;
    int32_t x;
    int32_t count;
    int32_t columns;  /* of the input that lie together, from those that x = 0 meets */
    int32_t error_at; /* number of the first position */
    int whole;        /* a position's inputs are those of its own place */
} position_run;

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* --- Blocks of pairs ---------------------------------------------------------------------------------------------- */

/* Values of one position, or zeros. */
static void lanes_take(int32_t *values, const int8_t *from, int32_t first, int32_t end, int32_t zero) {
    for (int32_t i = 0; i < LANES; i++) {
        values[i] = i >= first && i < end ? from[i] - zero : 0;
    }
}

static void errors_fill(product_tile *tile, const position_run *run) {
    int32_t step = tile->channels;
    for (int32_t filter = 0; filter < tile->filters; filter += LANES) {
        const int8_t *from = tile->gradient->error + run->error_at * step + tile->channel + filter;
        uint32_t *block = tile->errors[filter / LANES];
        int32_t count = smaller(tile->filters - filter, LANES);
        int32_t pairs = count == LANES ? run->count / 2 : 0;
        if (pairs > 0) {
            attune_dsp_blocks_fill(block, sizeof(uint32_t[LANES]), from, step, 2 * step, pairs, 0);
        }
        for (int32_t p = 2 * pairs; p < run->count; p += 2) {
            int32_t low[LANES], high[LANES];
            lanes_take(low, from + p * step, 0, count, 0);
            lanes_take(high, from + (p + 1) * step, 0, p + 1 < run->count ? count : 0, 0);
            for (int32_t i = 0; i < LANES; i++) {
                block[p * 2 + i] = dsp_pair(low[i], high[i]);
            }
        }
    }
}

/* Inputs of a group at positions from .. end - 1 of a run, one by one. at: bytes from the row to the first position's
 * elements. A row of NULL lies in the padding. */
static void group_gather(const product_tile *tile, const window_group *group, const int8_t *row, int32_t length,
                         int32_t at, int32_t step, int32_t from, int32_t end, uint32_t *block) {
    int32_t zero = tile->record[ATTUNE_INPUT_ZERO];
    for (int32_t p = from; p < end; p += 2) {
        int32_t values[2][LANES];
        for (int32_t i = 0; i < 2; i++) {
            int32_t place = at + (p + i) * step;
            int inside = row != NULL && p + i < end;
            lanes_take(values[i], row + place, place < 0 ? -place : 0,
                       inside ? smaller(group->count, length - place) : 0, zero);
        }
        for (int32_t i = 0; i < LANES; i++) {
            block[p * 2 + i] = dsp_pair(values[0][i], values[1][i]);
        }
    }
}

static void group_fill(const product_tile *tile, const window_group *group, const position_run *run, uint32_t *block) {
    const int32_t *record = tile->record;
    const int32_t *shape = record + ATTUNE_INPUT_N;
    int32_t batch = run->line / record[ATTUNE_OUTPUT_N + 1];
    int32_t y = (run->line - batch * record[ATTUNE_OUTPUT_N + 1]) * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP] +
                group->ky * record[ATTUNE_DILATION_H];
    int32_t step = record[ATTUNE_STRIDE_W] * shape[3];
    int32_t length = run->columns * shape[3] - tile->input_first;
    int32_t at = (run->x * record[ATTUNE_STRIDE_W] - record[ATTUNE_PAD_LEFT]) * shape[3] + group->at;
    if (y < 0 || y >= shape[1]) {
        group_gather(tile, group, NULL, 0, at, step, 0, run->count, block);
        return;
    }
    const int8_t *row = tile->gradient->input + (batch * shape[1] + y) * (shape[2] * shape[3]) + tile->input_first;
    /* Whole pairs of which four elements lie in the row; those that the group does not have are not used. */
    int32_t first = at < 0 ? (-at + step - 1) / step : 0;
    int32_t room = length - LANES - at;
    int32_t end = room < 0 ? 0 : smaller(room / step + 1, run->count);
    first = smaller((first + 1) & ~1, run->count);
    end = end < first ? first : first + ((end - first) & ~1);
    group_gather(tile, group, row, length, at, step, 0, first, block);
    if (end > first) {
        int32_t zero = record[ATTUNE_INPUT_ZERO];
        attune_dsp_blocks_fill(block + 2 * first, sizeof(uint32_t[LANES]), row + at + first * step, step, 2 * step,
                               (end - first) / 2, dsp_pair(-zero, -zero));
    }
    group_gather(tile, group, row, length, at, step, end, run->count, block);
}

/* --- Tiles -------------------------------------------------------------------------------------------------------- */

/* Inputs of four elements at an even number of positions that lie at their own places in the input. */
static void group_fill_whole(const product_tile *tile, const window_group *group, const position_run *run,
                             uint32_t *block) {
    int32_t zero = tile->record[ATTUNE_INPUT_ZERO];
    int32_t pixel = tile->record[ATTUNE_INPUT_N + 3];
    attune_dsp_blocks_fill(block, sizeof(uint32_t[LANES]),
                           tile->gradient->input + run->error_at * pixel + tile->input_first + group->at, pixel,
                           2 * pixel, run->count / 2, dsp_pair(-zero, -zero));
}

static void run_add(product_tile *tile, const position_run *run) {
    int32_t pairs = (run->count + 1) / 2;
    if (tile->run_there != run->error_at) {
        errors_fill(tile, run);
        tile->run_there = run->error_at;
    }
    for (int32_t i = 0; i < tile->groups; i++) {
        uint32_t *block = tile->inputs + i * pairs * LANES;
        if (run->whole && run->count % 2 == 0 && tile->group[i].count == LANES) {
            group_fill_whole(tile, &tile->group[i], run, block);
        } else {
            group_fill(tile, &tile->group[i], run, block);
        }
    }
    dsp_products products = {
        tile->inputs, NULL, NULL, pairs, NULL, sizeof tile->sums[0], tile->inputs + tile->groups * pairs * LANES, NULL};
    for (int32_t filter = 0; filter < tile->filters; filter += 2) {
        products.column = tile->errors[filter / LANES] + filter % LANES;
        products.column_end = products.column + pairs * LANES;
        products.output = tile->sums[filter];
        attune_dsp_products_add(&products);
    }
}

/* Clears the tile's sums. */
static void sums_clear(product_tile *tile) {
    int32_t *at = tile->sums[0];
    __asm__ volatile("mov r4, #0\n"
                     "mov r5, #0\n"
                     "mov r6, #0\n"
                     "mov r8, #0\n"
                     "1:\n"
                     "stm %[at]!, {r4, r5, r6, r8}\n"
                     "stm %[at]!, {r4, r5, r6, r8}\n"
                     "stm %[at]!, {r4, r5, r6, r8}\n"
                     "stm %[at]!, {r4, r5, r6, r8}\n"
                     "cmp %[at], %[end]\n"
                     "bne 1b\n"
                     : [at] "+r"(at)
                     : [end] "r"(tile->sums[TILE])
                     : "r4", "r5", "r6", "r8", "cc", "memory");
}

/* Sums of a filter and a group into the gradient. */
DSP_INLINE void group_add(const window_group *group, float unit, const int32_t *sums, float *weights) {
    if (group->count < LANES) {
        for (int32_t k = 0; k < group->count; k++) {
            weights[k] += unit * (float)sums[k];
        }
        return;
    }
    dsp_sums_add(unit, sums, weights);
}

/* All positions, then the gradient of the tile's weights. */
static void tile_add(product_tile *tile) {
    const attune_error_gradient *gradient = tile->gradient;
    const int32_t *record = tile->record;
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    int32_t size = attune_record_filter_size(record);
    int whole = record[ATTUNE_KERNEL_H] == 1 && record[ATTUNE_KERNEL_W] == 1 && record[ATTUNE_STRIDE_H] == 1 &&
                record[ATTUNE_STRIDE_W] == 1 && record[ATTUNE_INPUT_N + 1] == record[ATTUNE_OUTPUT_N + 1] &&
                record[ATTUNE_INPUT_N + 2] == width && record[ATTUNE_PAD_TOP] == 0 && record[ATTUNE_PAD_LEFT] == 0;
    sums_clear(tile);
    for (int32_t line = gradient->line; line < gradient->end; line += whole ? gradient->end : 1) {
        int32_t positions = whole ? (gradient->end - line) * width : width;
        position_run run = {.line = line, .columns = whole ? positions : record[ATTUNE_INPUT_N + 2], .whole = whole};
        for (int32_t x = 0; x < positions; x += run.count) {
            run.x = x;
            run.count = smaller(positions - x, 2 * PAIRS);
            run.error_at = line * width + x;
            run_add(tile, &run);
        }
    }
    for (int32_t f = 0; f < tile->filters; f++) {
        float *weights = gradient->weights + (int64_t)attune_error_row(gradient, tile->channel + f) * size;
        for (int32_t i = 0; i < tile->groups; i++) {
            group_add(&tile->group[i], tile->units[f], tile->sums[f] + i * LANES, weights + tile->group[i].element);
        }
    }
}

/* The tile's filters with every element of the window. */
static void window_add(product_tile *tile) {
    const int32_t *record = tile->record;
    int32_t depth = record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS];
    int together = record[ATTUNE_DILATION_W] == 1 && record[ATTUNE_GROUPS] == 1;
    int32_t taps = together ? 1 : record[ATTUNE_KERNEL_W];
    int32_t length = together ? record[ATTUNE_KERNEL_W] * depth : depth;
    int32_t element = 0;
    tile->groups = 0;
    for (int32_t ky = 0; ky < record[ATTUNE_KERNEL_H]; ky++) {
        for (int32_t kx = 0; kx < taps; kx++) {
            for (int32_t k = 0; k < length; k += LANES) {
                int32_t count = smaller(length - k, LANES);
                int32_t at = kx * record[ATTUNE_DILATION_W] * record[ATTUNE_INPUT_N + 3] + k;
                tile->group[tile->groups++] = (window_group){element, count, ky, at};
                element += count;
                if (tile->groups == GROUPS) {
                    tile_add(tile);
                    tile->groups = 0;
                }
            }
        }
    }
    if (tile->groups > 0) {
        tile_add(tile);
    }
}

int32_t attune_dsp_gradient_products(const attune_error_gradient *gradient) {
    const int32_t *record = gradient->record;
    product_tile tile;
    tile.gradient = gradient;
    tile.record = record;
    tile.channels = attune_record_channels(record);
    int32_t group_channels = tile.channels / record[ATTUNE_GROUPS];
    int32_t end = gradient->first + gradient->count;
    for (tile.channel = gradient->first; tile.channel < end; tile.channel += tile.filters) {
        int32_t group = tile.channel / group_channels;
        tile.filters = smaller(smaller(end, (group + 1) * group_channels) - tile.channel, TILE);
        tile.input_first = group * (record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS]);
        tile.run_there = -1;
        attune_error_units(gradient, tile.channel, tile.filters, tile.units);
        window_add(&tile);
    }
    return gradient->count;
}

#endif
