#include "record_random.h"

#include "random.h"

#include <math.h>

int32_t record_multiplier(void) {
    return random_chance(5) ? 0 : random_between(1 << 30, INT32_MAX);
}

/* A shift that brings values of this size to some tens, or any. */
int32_t record_shift(double size) {
    if (random_chance(15)) {
        return random_between(-31, 30);
    }
    int32_t shift = 6 - (int32_t)log2(size) + random_between(-3, 2);
    return shift < -31 ? -31 : shift > 30 ? 30 : shift;
}

void record_shape(int32_t *shape, int32_t n, int32_t h, int32_t w, int32_t c) {
    shape[0] = n;
    shape[1] = h;
    shape[2] = w;
    shape[3] = c;
}

void record_shape_random(int32_t *shape, int32_t largest_c) {
    record_shape(shape, random_between(1, 2), random_between(1, 8), random_between(1, 8), random_between(1, largest_c));
}

/* Kernel, stride, dilation, padding and output size of one axis. */
void record_window(int32_t *record, int axis, int32_t largest_dilation) {
    int32_t input = record[ATTUNE_INPUT_N + 1 + axis];
    int32_t kernel = random_between(1, 5);
    int32_t stride = random_between(1, 3);
    int32_t dilation = random_chance(60) ? 1 : random_between(1, largest_dilation);
    int32_t pad = random_between(0, random_chance(50) ? (kernel - 1) * dilation : kernel / 2);
    int32_t largest_output = (input - 1 + pad) / stride + 1;
    pad = pad > (kernel - 1) * dilation ? (kernel - 1) * dilation : pad;
    record[ATTUNE_KERNEL_H + axis] = kernel;
    record[ATTUNE_STRIDE_H + axis] = stride;
    record[ATTUNE_DILATION_H + axis] = dilation;
    record[ATTUNE_PAD_TOP + axis] = pad;
    largest_output = (input - 1 + pad) / stride + 1;
    record[ATTUNE_OUTPUT_N + 1 + axis] = random_between(largest_output > 2 ? largest_output - 2 : 1, largest_output);
}

void record_convolution(int32_t *record) {
    int depthwise = record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    int32_t groups = depthwise || random_chance(20) ? random_between(1, 4) : 1;
    int32_t input_c = random_between(1, random_chance(20) ? 90 : 12);
    int32_t output_c = random_between(1, random_chance(20) ? 80 : 9);
    record_shape_random(record + ATTUNE_INPUT_N, 1);
    record[ATTUNE_INPUT_N + 3] = depthwise ? input_c : input_c * groups;
    record[ATTUNE_OUTPUT_N] = record[ATTUNE_INPUT_N];
    record[ATTUNE_OUTPUT_N + 3] = depthwise ? input_c * groups : output_c * groups;
    record[ATTUNE_GROUPS] = groups;
    record_window(record, 0, 3);
    record_window(record, 1, 3);
    if (random_chance(25)) {
        for (int axis = 0; axis < 2; axis++) {
            record[ATTUNE_KERNEL_H + axis] = record[ATTUNE_STRIDE_H + axis] = record[ATTUNE_DILATION_H + axis] = 1;
            record[ATTUNE_PAD_TOP + axis] = 0;
            record[ATTUNE_OUTPUT_N + 1 + axis] = record[ATTUNE_INPUT_N + 1 + axis];
        }
    }
}

void record_fully_connected(int32_t *record) {
    int32_t rows = random_between(1, 3);
    record_shape(record + ATTUNE_INPUT_N, rows, 1, 1, random_between(1, random_chance(30) ? 700 : 40));
    record_shape(record + ATTUNE_OUTPUT_N, rows, 1, 1, random_between(1, random_chance(30) ? 150 : 20));
    record[ATTUNE_WEIGHTS_ZERO] = random_chance(30) ? random_between(-128, 127) : 0;
}
