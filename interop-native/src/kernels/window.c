#include "window.h"

#include "checks.h"

/* One axis of a window: every output's window begins inside the input or in the padding before it, and the padding is
 * smaller than the window. */
static int window_good(const int32_t *record, int axis, int32_t dilation) {
    int32_t input = record[ATTUNE_INPUT_N + 1 + axis];
    int32_t output = record[ATTUNE_OUTPUT_N + 1 + axis];
    int32_t kernel = record[ATTUNE_KERNEL_H + axis];
    int32_t stride = record[ATTUNE_STRIDE_H + axis];
    int32_t pad = record[ATTUNE_PAD_TOP + axis];
    if (!attune_between(kernel, 1, ATTUNE_LARGEST_DIMENSION) || !attune_between(stride, 1, ATTUNE_LARGEST_DIMENSION) ||
        !attune_between(dilation, 1, ATTUNE_LARGEST_DIMENSION)) {
        return 0;
    }
    int64_t effective = (int64_t)(kernel - 1) * dilation + 1;
    return effective <= ATTUNE_LARGEST_DIMENSION && pad >= 0 && pad < effective &&
           (int64_t)(output - 1) * stride - pad < input;
}

int attune_convolution_good(const int32_t *record) {
    return window_good(record, 0, record[ATTUNE_DILATION_H]) && window_good(record, 1, record[ATTUNE_DILATION_W]) &&
           record[ATTUNE_INPUT_N] == record[ATTUNE_OUTPUT_N] && record[ATTUNE_GROUPS] >= 1 &&
           record[ATTUNE_WEIGHTS_ZERO] == 0 && attune_clamp_good(record);
}

int attune_pool_good(const int32_t *record) {
    const int32_t *input = record + ATTUNE_INPUT_N;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    return window_good(record, 0, 1) && window_good(record, 1, 1) && input[0] == output[0] && input[3] == output[3] &&
           (int64_t)record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W] <= ATTUNE_LARGEST_POOL &&
           attune_clamp_good(record);
}

void attune_convolution_lines(const int32_t *record, int32_t line, int32_t *first, int32_t *extent) {
    *first = line * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    *extent = (record[ATTUNE_KERNEL_H] - 1) * record[ATTUNE_DILATION_H] + 1;
}

void attune_pool_lines(const int32_t *record, int32_t line, int32_t *first, int32_t *extent) {
    *first = line * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
    *extent = record[ATTUNE_KERNEL_H];
}

void attune_same_lines(const int32_t *record, int32_t line, int32_t *first, int32_t *extent) {
    (void)record;
    *first = line;
    *extent = 1;
}
