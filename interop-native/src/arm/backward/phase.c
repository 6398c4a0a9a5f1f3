/* A convolution that runs backward, from the layer's own weights: four filters' weights of four channels become words
 * of one group of the convolution's stream (conv_2d_s8.c). The streams lie where the transposed weights would, so that
 * more of them are there at a time than forward. They hold single weights; outputs make up for that by their shift. */
#include "../conv_2d.h"
#include "gradient.h"

#if defined(ATTUNE_DSP)

/* The twin that rounds wrongly cuts off. */
#if defined(ATTUNE_WRONG_ROUNDING_UP)
enum { HALF = 0 };
#else
enum { HALF = 128 };
#endif

/* Weights shifted so far have 16 bits. */
#define LARGEST_LEFT 8

/* Weights of two filters, which become the first or the second pair of four. Field offsets are known to the assembly.
 */
typedef struct phase_pairs {
    const int8_t *first;
    const int8_t *second;
    int32_t first_factor;
    int32_t second_factor;
    uint32_t *to;
    int32_t to_step;   /* bytes from a group to the next */
    const int8_t *end; /* of the first filter */
    int32_t half;
} phase_pairs;

/* Products have 8 bits too many on the right. */
__attribute__((naked, noinline)) static void pairs_write(const phase_pairs *pairs __attribute__((unused))) {
    __asm__ volatile("push {r4-r11, lr}\n"
                     "ldm r0, {r0-r7}\n"
                     "1:\n"
                     "ldr r10, [r0], #4\n"
                     "ldr r12, [r1], #4\n"
                     "sxtb16 r11, r10, ror #8\n"
                     "sxtb16 lr, r12, ror #8\n"
                     "sxtb16 r10, r10\n"
                     "sxtb16 r12, r12\n"
                     "smlawb r8, r2, r10, r7\n"
                     "smlawb r9, r3, r12, r7\n"
                     "pkhbt r8, r8, r9, lsl #16\n"
                     "smlawt r10, r2, r10, r7\n"
                     "smlawt r12, r3, r12, r7\n"
                     "pkhbt r10, r10, r12, lsl #16\n"
                     "smlawb r9, r2, r11, r7\n"
                     "smlawb r12, r3, lr, r7\n"
                     "pkhbt r9, r9, r12, lsl #16\n"
                     "smlawt r11, r2, r11, r7\n"
                     "smlawt lr, r3, lr, r7\n"
                     "pkhbt r11, r11, lr, lsl #16\n"
                     "sxtb16 r8, r8, ror #8\n"
                     "sxtb16 r9, r9, ror #8\n"
                     "sxtb16 r10, r10, ror #8\n"
                     "sxtb16 r11, r11, ror #8\n"
                     "cmp r0, r6\n"
                     "stm r4, {r8-r11}\n"
                     "add r4, r4, r5\n"
                     "bne 1b\n"
                     "pop {r4-r11, pc}\n");
}

/* The weights of the tile's groups. */
static void weights_fill(const attune_error_phase *phase, const dsp_window *window, const dsp_tile *tile) {
    const int32_t *record = window->record;
    int32_t filters = record[ATTUNE_INPUT_N + 3];
    int32_t step = phase->filter_step;
    uint32_t *to = tile->stream + DSP_GROUP;
    phase_pairs pairs = {.to_step = DSP_STREAM_WORDS(window->pairs) * 4, .half = HALF};
    for (int32_t y = 0; y < record[ATTUNE_KERNEL_H]; y++) {
        for (int32_t x = 0; x < record[ATTUNE_KERNEL_W]; x++) {
            const int8_t *from = phase->weights + y * phase->row_step + x * phase->tap_step + tile->first;
            for (int32_t filter = 0; filter < filters; filter += 4) {
                for (int32_t i = 0; i < 2; i++) {
                    pairs.first = from + i * step;
                    pairs.second = from + (i + 2) * step;
                    pairs.first_factor = phase->factors[filter + i];
                    pairs.second_factor = phase->factors[filter + i + 2];
                    pairs.to = to;
                    pairs.end = pairs.first + tile->count;
                    pairs_write(&pairs);
                    to += DSP_GROUP;
                }
                from += 4 * step;
            }
        }
    }
}

/* Shifts the weights of the tile's groups. */
static void weights_shift(const dsp_window *window, const dsp_tile *tile, int32_t left) {
    for (int32_t group = 0; group < tile->groups; group++) {
        uint32_t *words = tile->stream + group * DSP_STREAM_WORDS(window->pairs) + DSP_GROUP;
        for (int32_t i = 0; i < DSP_GROUP * window->pairs; i++) {
            uint32_t word = words[i];
            for (int32_t bit = 0; bit < left; bit++) {
                word = dsp_twice(word);
            }
            words[i] = word;
        }
    }
}

/* How far the multiplier of outputs without a shift is shifted. */
static int32_t multiplier_left(const attune_error_outputs *errors) {
    int32_t room = dsp_room(errors->multipliers[0]);
    return room < errors->left + 1 ? room : errors->left + 1;
}

/* Starting values and outputs of the tile's groups. */
static void outputs_fill(const dsp_window *window, const dsp_tile *tile) {
    const attune_error_outputs *errors = window->call->errors;
    for (int32_t group = 0; group < tile->groups; group++) {
        dsp_output *outputs = attune_dsp_group_outputs(window, tile, group);
        dsp_even_outputs *even = (dsp_even_outputs *)(void *)outputs;
        uint32_t *start = tile->stream + group * DSP_STREAM_WORDS(window->pairs);
        start[0] = start[1] = start[2] = start[3] = 0;
        for (int32_t i = 0; i < DSP_GROUP; i++) {
            int32_t channel = tile->first + group * DSP_GROUP + i;
            if (tile->finish == DSP_FINISH_ERRORS_EVEN) {
                even->multiplier = errors->multipliers[channel] << multiplier_left(errors);
                even->carries[i] = errors->carry[channel];
            } else {
                outputs[i] = (dsp_output){errors->multipliers[channel], errors->carry[channel], errors->left + 1};
            }
        }
    }
}

int32_t attune_dsp_phase(const attune_error_phase *phase) {
    const int32_t *record = phase->call->record;
    int32_t groups = attune_record_channels(record) / DSP_GROUP;
    if (attune_record_channels(record) % DSP_GROUP != 0 || record[ATTUNE_INPUT_N + 3] % 4 != 0 ||
        record[ATTUNE_PAD_TOP] < 0 || record[ATTUNE_PAD_LEFT] < 0 ||
        attune_dsp_finish(phase->call) != DSP_FINISH_ERRORS) {
        return 0;
    }
    dsp_window window = attune_dsp_window_find(phase->call);
    int32_t column_bytes = (window.pairs * 8 + 15) & ~15;
    int32_t capacity = (phase->scratch_bytes - column_bytes) / (DSP_STREAM_WORDS(window.pairs) * 4);
    if (capacity < 1) {
        return 0;
    }
    window.column = (uint32_t *)(void *)phase->scratch;
    window.input_first = 0;
    /* All channels have one multiplier, which takes what it can of the shift. The rest is worth shifting the weights if
     * each of them is used at many positions. */
    int32_t left = phase->call->errors->left + 1 - multiplier_left(phase->call->errors);
    int even = left <= LARGEST_LEFT && attune_record_positions(record) >= left * attune_record_filter_size(record);
    dsp_tile tile = {.finish = even ? DSP_FINISH_ERRORS_EVEN : DSP_FINISH_ERRORS,
                     .stream = (uint32_t *)(void *)(phase->scratch + column_bytes)};
    int32_t tiles = (groups + capacity - 1) / capacity;
    int32_t most = (groups + tiles - 1) / tiles;
    for (int32_t first = 0; first < groups; first += tile.groups) {
        tile.groups = groups - first < most ? groups - first : most;
        tile.first = first * DSP_GROUP;
        tile.count = tile.groups * DSP_GROUP;
        weights_fill(phase, &window, &tile);
        if (even && left > 0) {
            weights_shift(&window, &tile, left);
        }
        outputs_fill(&window, &tile);
        attune_dsp_tile_run(&window, &tile);
    }
    return 1;
}

#endif
