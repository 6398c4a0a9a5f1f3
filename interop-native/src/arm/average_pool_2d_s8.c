/* Average pooling, four channels at a time, with sums of 16 bits. */
#include "dsp.h"
#include "kernels.h"

#include "../core/pool.h"

#if defined(ATTUNE_DSP)

/* 255 * 128 < 2^15. */
enum { LARGEST_WINDOW = 255, CHANNELS = 4 };

typedef struct pool_window {
    const attune_call *call;
    int32_t top; /* input lines */
    int32_t bottom;
    int32_t left;
    int32_t right;
} pool_window;

static int8_t mean(const int32_t *record, int32_t sum, int32_t size) {
    int32_t half = size / 2;
    int32_t value = (sum + (sum > 0 ? half : -half)) / size;
    return (int8_t)attune_clamp(value, record[ATTUNE_ACT_MIN], record[ATTUNE_ACT_MAX]);
}

static void pool_four(const pool_window *window, int32_t channel, int8_t *output) {
    const int32_t *record = window->call->record;
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int32_t count = window->right - window->left;
    uint32_t even = 0;
    uint32_t odd = 0;
    for (int32_t line = window->top; line < window->bottom; line++) {
        const int8_t *input = attune_input_line(window->call, line) + window->left * pixel + channel;
        for (int32_t x = 0; x < count; x++) {
            uint32_t word = dsp_load(input);
            even = dsp_widen_even(even, word);
            odd = dsp_widen_odd(odd, word);
            input += pixel;
        }
    }
    int32_t size = count * (window->bottom - window->top);
    output[0] = mean(record, (int16_t)even, size);
    output[1] = mean(record, (int16_t)odd, size);
    output[2] = mean(record, (int32_t)even >> 16, size);
    output[3] = mean(record, (int32_t)odd >> 16, size);
}

static int8_t pool_one(const pool_window *window, int32_t channel) {
    const int32_t *record = window->call->record;
    int32_t pixel = record[ATTUNE_INPUT_N + 3];
    int32_t sum = 0;
    for (int32_t line = window->top; line < window->bottom; line++) {
        const int8_t *row = attune_input_line(window->call, line) + channel;
        for (int32_t x = window->left; x < window->right; x++) {
            sum += row[x * pixel];
        }
    }
    return mean(record, sum, (window->right - window->left) * (window->bottom - window->top));
}

int attune_dsp_average_pool_2d_s8(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t output_h = record[ATTUNE_OUTPUT_N + 1];
    int32_t channels = record[ATTUNE_OUTPUT_N + 3];
    if (record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W] > LARGEST_WINDOW) {
        return 0;
    }
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        int8_t *output = attune_output_line(call, line);
        int32_t batch = line / output_h;
        pool_window window = {.call = call};
        attune_pool_window(record, 0, line - batch * output_h, &window.top, &window.bottom);
        window.top += batch * record[ATTUNE_INPUT_N + 1];
        window.bottom += batch * record[ATTUNE_INPUT_N + 1];
        for (int32_t x = 0; x < record[ATTUNE_OUTPUT_N + 2]; x++) {
            attune_pool_window(record, 1, x, &window.left, &window.right);
            int32_t channel = 0;
            for (; channel + CHANNELS <= channels; channel += CHANNELS) {
                pool_four(&window, channel, output + channel);
            }
            for (; channel < channels; channel++) {
                output[channel] = pool_one(&window, channel);
            }
            output += channels;
        }
    }
    return 1;
}

#endif
