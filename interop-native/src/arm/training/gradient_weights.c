/* Gradient of a convolution's weights. Inputs of some positions are converted once, in blocks of four elements of the
 * window, for all filters; then a tile of four filters and four elements stays in registers while the positions pass.
 */
#include "gradient_floats.h"
#include "gradients.h"

#if defined(ATTUNE_DSP_FLOAT)

enum {
    VALUES = 448,   /* inputs at a time, of blocks times positions */
    BLOCKS = 4,     /* most of them */
    POSITIONS = 32, /* likewise; multiples of 4 */
    FILTERS = 64,
};

/* Four elements of the window and of the filter. */
typedef struct gradient_block {
    int32_t count;
    int32_t together;           /* they are neighbours */
    int32_t element[DSP_LANES]; /* of the filter */
} gradient_block;

typedef struct gradient_part {
    const attune_gradient_call *call;
    attune_geometry g;
    int32_t size;    /* of a filter */
    int32_t depth;   /* input channels of a group */
    int32_t channel; /* its first */
    int32_t begin;   /* filters of the tile, all of one group */
    int32_t filters;
    int32_t zero;
    int32_t step;      /* bytes of the input from one position to the next */
    int32_t positions; /* of the line */
    int32_t padded;    /* rounded up to 4: those after the last have scale 0 */
    const float *nodes;
    int32_t blocks;
    int32_t capacity;
    int32_t open; /* block that has room for single elements, or -1 */
    gradient_block block[BLOCKS];
    float factors[FILTERS + DSP_LANES];
    float scales[POSITIONS * DSP_LANES];
    dsp_number values[VALUES + 16]; /* [blocks][padded][4] */
} gradient_part;

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* --- Tiles -------------------------------------------------------------------------------------------------------- */

static void scales_make(gradient_part *part, int32_t filter) {
    int32_t count = part->call->count;
    const float *nodes = part->nodes + filter;
    if (part->filters - filter >= DSP_LANES) {
        dsp_scale(part->scales, part->factors + filter, nodes, count, part->positions);
        return;
    }
    for (int32_t p = 0; p < part->positions; p++) {
        for (int32_t i = 0; i < DSP_LANES; i++) {
            part->scales[p * DSP_LANES + i] =
                filter + i < part->filters ? part->factors[filter + i] * nodes[p * count + i] : 0;
        }
    }
}

/* Elements or filters that do not lie as the loop wants them. */
static void tile_gather(gradient_part *part, int32_t filter, const gradient_block *block, const dsp_number *values) {
    float tile[DSP_LANES][DSP_LANES] = {{0}};
    int32_t filters = smaller(part->filters - filter, DSP_LANES);
    float *weights = part->call->weights + (part->begin + filter) * part->size;
    for (int32_t i = 0; i < block->count; i++) {
        const float *weight = weights + block->element[i];
        for (int32_t f = 0; f < filters; f++, weight += part->size) {
            tile[f][i] = *weight;
        }
    }
    dsp_tile(tile[0], sizeof tile[0], values, part->scales, part->padded);
    for (int32_t i = 0; i < block->count; i++) {
        float *weight = weights + block->element[i];
        for (int32_t f = 0; f < filters; f++, weight += part->size) {
            *weight = tile[f][i];
        }
    }
}

/* All blocks with all filters. */
static void blocks_add(gradient_part *part) {
    int32_t stride = part->padded * DSP_LANES;
    if (part->blocks == 0) {
        return;
    }
    if (part->open >= 0) {
        const gradient_block *block = &part->block[part->open];
        for (int32_t lane = block->count; lane < DSP_LANES; lane++) {
            for (int32_t i = lane; i < stride; i += DSP_LANES) {
                part->values[part->open * stride + i].integer = 0;
            }
        }
    }
    dsp_convert(part->values, part->blocks * stride);
    for (int32_t filter = 0; filter < part->filters; filter += DSP_LANES) {
        scales_make(part, filter);
        float *weights = part->call->weights + (part->begin + filter) * part->size;
        int whole = part->filters - filter >= DSP_LANES;
        for (int32_t i = 0; i < part->blocks; i++) {
            const gradient_block *block = &part->block[i];
            const dsp_number *values = part->values + i * stride;
            if (whole && block->together) {
                dsp_tile(weights + block->element[0], part->size * 4, values, part->scales, part->padded);
            } else {
                tile_gather(part, filter, block, values);
            }
        }
    }
    part->blocks = 0;
    part->open = -1;
}

/* --- Blocks ------------------------------------------------------------------------------------------------------- */

/* The input of one element at positions begin .. end - 1, `at` bytes from its row; 0 outside the row. */
static void lane_fill(const gradient_part *part, dsp_number *values, const int8_t *row, int32_t at, int32_t begin,
                      int32_t end) {
    int32_t length = part->g.input_w * part->g.input_c;
    values += begin * DSP_LANES;
    at += begin * part->step;
    if (at >= 0 && at + (end - 1 - begin) * part->step < length) {
        row += at;
        for (; begin < end; begin++) {
            values->integer = *row - part->zero;
            values += DSP_LANES;
            row += part->step;
        }
        return;
    }
    for (; begin < end; begin++) {
        values->integer = at >= 0 && at < length ? row[at] - part->zero : 0;
        values += DSP_LANES;
        at += part->step;
    }
}

static dsp_number *block_begin(gradient_part *part) {
    if (part->blocks == part->capacity) {
        blocks_add(part);
    }
    dsp_number *values = part->values + part->blocks * part->padded * DSP_LANES;
    for (int32_t i = part->positions * DSP_LANES; i < part->padded * DSP_LANES; i++) {
        values[i].integer = 0;
    }
    part->blocks++;
    return values;
}

/* Elements element .. element + 3, which lie together. */
static void block_fill(gradient_part *part, int32_t element, const int8_t *row, int32_t at) {
    int32_t room = part->g.input_w * part->g.input_c - DSP_LANES - at;
    int32_t begin = 0;
    int32_t end = part->positions;
    dsp_number *values = block_begin(part);
    part->block[part->blocks - 1] =
        (gradient_block){DSP_LANES, 1, {element, element + 1, element + 2, element + DSP_LANES - 1}};
    if (at < 0 || (end - 1) * part->step > room) {
        begin = at < 0 ? (-at + part->step - 1) / part->step : 0;
        end = room < 0 ? 0 : smaller(room / part->step + 1, end);
        begin = smaller(begin, end);
        for (int32_t i = 0; i < DSP_LANES; i++) {
            lane_fill(part, values + i, row, at + i, 0, begin);
            lane_fill(part, values + i, row, at + i, end, part->positions);
        }
    }
    attune_dsp_take(values + begin * DSP_LANES, row + at + begin * part->step, part->step, end - begin, part->zero);
}

/* A single element, in a block with others. */
static void element_fill(gradient_part *part, int32_t element, const int8_t *row, int32_t at) {
    if (part->open < 0) {
        block_begin(part);
        part->open = part->blocks - 1;
        part->block[part->open].count = 0;
        part->block[part->open].together = 0;
    }
    gradient_block *block = &part->block[part->open];
    dsp_number *values = part->values + part->open * part->padded * DSP_LANES + block->count;
    lane_fill(part, values, row, at, 0, part->positions);
    block->element[block->count++] = element;
    part->open = block->count == DSP_LANES ? -1 : part->open;
}

/* Positions x .. of a line. */
static void part_add(gradient_part *part, int32_t line, int32_t x) {
    const attune_geometry *g = &part->g;
    int32_t n = line / g->output_h;
    int32_t top = (line - n * g->output_h) * g->stride_h - g->pad_top;
    int32_t left = x * g->stride_w - g->pad_left;
    int together = g->dilation_w == 1 && part->depth == g->input_c;
    int32_t length = together ? g->kernel_w * part->depth : part->depth;
    memset(part->scales + part->positions * DSP_LANES, 0,
           (size_t)(part->padded - part->positions) * DSP_LANES * sizeof *part->scales);
    /* Whole blocks first: single elements then share as many as there must be. */
    for (int singles = 0; singles <= (length % DSP_LANES != 0); singles++) {
        for (int32_t ky = 0; ky < g->kernel_h; ky++) {
            int32_t y = top + ky * g->dilation_h;
            if (y < 0 || y >= g->input_h) {
                continue;
            }
            const int8_t *row = part->call->input + (n * g->input_h + y) % g->ring * (g->input_w * g->input_c);
            for (int32_t kx = 0; kx < g->kernel_w; kx += together ? g->kernel_w : 1) {
                int32_t element = (ky * g->kernel_w + kx) * part->depth;
                int32_t at = (left + kx * g->dilation_w) * g->input_c + part->channel;
                int32_t k = singles ? length & ~3 : 0;
                for (; !singles && k + DSP_LANES <= length; k += DSP_LANES) {
                    block_fill(part, element + k, row, at + k);
                }
                for (; singles && k < length; k++) {
                    element_fill(part, element + k, row, at + k);
                }
            }
        }
    }
    blocks_add(part);
}

/* --- Layers ------------------------------------------------------------------------------------------------------- */

/* Every line of the call, for the part's filters. */
static void lines_add(gradient_part *part) {
    const attune_gradient_call *call = part->call;
    const attune_geometry *g = &part->g;
    int32_t blocks = smaller((part->size + DSP_LANES - 1) / DSP_LANES, BLOCKS);
    int32_t most = smaller(VALUES / (DSP_LANES * blocks) & ~3, POSITIONS);
    part->nodes = call->nodes + part->begin;
    for (int32_t line = g->line; line < g->line + g->lines; line++) {
        for (int32_t x = 0; x < g->output_w; x += part->positions) {
            part->positions = smaller(g->output_w - x, most);
            part->padded = (part->positions + 3) & ~3;
            part->capacity = smaller(VALUES / (DSP_LANES * part->padded), BLOCKS);
            part_add(part, line, x);
            part->nodes += part->positions * call->count;
        }
    }
}

static __attribute__((noinline)) void filters_add(const attune_gradient_call *call) {
    const int32_t *record = call->record;
    int32_t groups = record[ATTUNE_OPERATOR] == ATTUNE_CONV_2D ? record[ATTUNE_GROUPS] : 1;
    int32_t group_size = attune_record_channels(record) / groups;
    gradient_part part;
    part.call = call;
    part.g = attune_gradient_geometry(call);
    part.size = attune_record_filter_size(record);
    part.depth = part.g.input_c / groups;
    part.zero = record[ATTUNE_INPUT_ZERO];
    part.step = part.g.stride_w * part.g.input_c;
    part.blocks = 0;
    part.open = -1;
    for (part.begin = 0; part.begin < call->count; part.begin += part.filters) {
        int32_t group = (call->first + part.begin) / group_size;
        int32_t end = smaller(call->count, (group + 1) * group_size - call->first);
        part.filters = smaller(end - part.begin, FILTERS);
        part.channel = group * part.depth;
        attune_gradient_factors(call, call->first + part.begin, part.filters, part.factors);
        lines_add(&part);
    }
}

int32_t attune_dsp_gradient(const attune_gradient_call *call) {
    if (call->record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D) {
        return attune_dsp_gradient_depthwise(call);
    }
    if (!attune_dsp_gradient_units(call)) {
        filters_add(call);
    }
    return call->count;
}

#endif
