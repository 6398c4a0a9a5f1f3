/* Checks of layer records. A record that passes can be run on any data without leaving its arrays or its integer
 * ranges; kernels rely on that and check nothing again. */
#include "internal.h"

#include <stddef.h>
#include <string.h>

#define LARGEST_DIMENSION 65535
#define LARGEST_TENSOR (1 << 26)
/* 2^16 * 255 * 128 < 2^31: no sum of products leaves int32, probed weights (128) included. */
#define LARGEST_FILTER 65536
/* Weights with a zero point span 255 + 1 units instead of 128. */
#define LARGEST_SHIFTED_FILTER 32768
/* 2^22 * 255 < 2^31, for the sums of poolings and means. */
#define LARGEST_POOL (1 << 22)
/* Sums of exponentials are Q12.19 in 32 bits without sign: up to 8191 ones. */
#define LARGEST_SOFTMAX 8191
/* (2 * 1024)^2 * 255 < 2^31. */
#define LARGEST_UPSAMPLE 1024
/* 255 * 2^22 < 2^31. */
#define LARGEST_LEFT_SHIFT 22

static int between(int32_t value, int32_t low, int32_t high) {
    return value >= low && value <= high;
}

static int shape_good(const int32_t *shape) {
    int64_t elements = 1;
    for (int axis = 0; axis < 4; axis++) {
        if (!between(shape[axis], 1, LARGEST_DIMENSION)) {
            return 0;
        }
        elements *= shape[axis];
        if (elements > LARGEST_TENSOR) {
            return 0;
        }
    }
    return 1;
}

static int shape_equal(const int32_t *a, const int32_t *b) {
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

static int64_t shape_elements(const int32_t *shape) {
    return (int64_t)shape[0] * shape[1] * shape[2] * shape[3];
}

/* Finite and not negative. */
static int scale_good(const int32_t *record, int32_t word) {
    return (uint32_t)record[word] < 0x7f800000u;
}

static int clamp_good(const int32_t *record) {
    return between(record[ATTUNE_ACT_MIN], -128, 127) && between(record[ATTUNE_ACT_MAX], -128, 127) &&
           record[ATTUNE_ACT_MIN] <= record[ATTUNE_ACT_MAX];
}

static int multiplier_good(int32_t multiplier, int32_t shift) {
    return (multiplier == 0 || multiplier >= 1 << 30) && between(shift, -31, 30);
}

/* One axis of a window: every output's window begins inside the input or in the padding before it, and the padding is
 * smaller than the window. */
static int window_good(const int32_t *record, int axis, int32_t dilation) {
    int32_t input = record[ATTUNE_INPUT_N + 1 + axis];
    int32_t output = record[ATTUNE_OUTPUT_N + 1 + axis];
    int32_t kernel = record[ATTUNE_KERNEL_H + axis];
    int32_t stride = record[ATTUNE_STRIDE_H + axis];
    int32_t pad = record[ATTUNE_PAD_TOP + axis];
    if (!between(kernel, 1, LARGEST_DIMENSION) || !between(stride, 1, LARGEST_DIMENSION) ||
        !between(dilation, 1, LARGEST_DIMENSION)) {
        return 0;
    }
    int64_t effective = (int64_t)(kernel - 1) * dilation + 1;
    return effective <= LARGEST_DIMENSION && pad >= 0 && pad < effective &&
           (int64_t)(output - 1) * stride - pad < input;
}

static int convolution_good(const int32_t *record) {
    const int32_t *input = record + ATTUNE_INPUT_N;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    int32_t groups = record[ATTUNE_GROUPS];
    if (!window_good(record, 0, record[ATTUNE_DILATION_H]) || !window_good(record, 1, record[ATTUNE_DILATION_W])) {
        return 0;
    }
    if (input[0] != output[0] || groups < 1 || record[ATTUNE_WEIGHTS_ZERO] != 0) {
        return 0;
    }
    int64_t filter = (int64_t)record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W];
    if (record[ATTUNE_OPERATOR] == ATTUNE_CONV_2D) {
        if (input[3] % groups != 0 || output[3] % groups != 0) {
            return 0;
        }
        filter *= input[3] / groups;
    } else if ((int64_t)input[3] * groups != output[3]) {
        return 0;
    }
    return filter <= LARGEST_FILTER;
}

static int fully_connected_good(const int32_t *record) {
    const int32_t *input = record + ATTUNE_INPUT_N;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    int32_t zero = record[ATTUNE_WEIGHTS_ZERO];
    return input[0] == output[0] && input[1] == 1 && input[2] == 1 && output[1] == 1 && output[2] == 1 &&
           between(zero, -128, 127) && input[3] <= (zero == 0 ? LARGEST_FILTER : LARGEST_SHIFTED_FILTER);
}

static int pool_good(const int32_t *record) {
    const int32_t *input = record + ATTUNE_INPUT_N;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    return window_good(record, 0, 1) && window_good(record, 1, 1) && input[0] == output[0] && input[3] == output[3] &&
           (int64_t)record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W] <= LARGEST_POOL;
}

static int broadcast_good(const int32_t *record) {
    for (int axis = 0; axis < 4; axis++) {
        int32_t output = record[ATTUNE_OUTPUT_N + axis];
        int32_t input = record[ATTUNE_INPUT_N + axis];
        int32_t input2 = record[ATTUNE_INPUT2_N + axis];
        if ((input != output && input != 1) || (input2 != output && input2 != 1)) {
            return 0;
        }
    }
    return 1;
}

static int elementwise_good(const int32_t *record) {
    if (!broadcast_good(record) || !between(record[ATTUNE_INPUT2_ZERO], -128, 127) ||
        !multiplier_good(record[ATTUNE_MULTIPLIER], record[ATTUNE_SHIFT])) {
        return 0;
    }
    return record[ATTUNE_OPERATOR] == ATTUNE_MUL ||
           (between(record[ATTUNE_LEFT_SHIFT], 0, LARGEST_LEFT_SHIFT) &&
            multiplier_good(record[ATTUNE_MULTIPLIER1], record[ATTUNE_SHIFT1]) &&
            multiplier_good(record[ATTUNE_MULTIPLIER2], record[ATTUNE_SHIFT2]));
}

static int mean_good(const int32_t *record) {
    int32_t axes = record[ATTUNE_AXES];
    if (!between(axes, 1, 15) || !multiplier_good(record[ATTUNE_MULTIPLIER], record[ATTUNE_SHIFT])) {
        return 0;
    }
    int64_t averaged = 1;
    for (int axis = 0; axis < 4; axis++) {
        int32_t input = record[ATTUNE_INPUT_N + axis];
        int is_averaged = axes >> axis & 1;
        if (record[ATTUNE_OUTPUT_N + axis] != (is_averaged ? 1 : input)) {
            return 0;
        }
        averaged *= is_averaged ? input : 1;
    }
    return averaged <= LARGEST_POOL;
}

static int pad_good(const int32_t *record) {
    for (int axis = 0; axis < 4; axis++) {
        int32_t before = record[ATTUNE_PAD_BEFORE_N + axis];
        int32_t after = record[ATTUNE_PAD_AFTER_N + axis];
        if (!between(before, 0, LARGEST_DIMENSION) || !between(after, 0, LARGEST_DIMENSION) ||
            record[ATTUNE_INPUT_N + axis] + before + after != record[ATTUNE_OUTPUT_N + axis]) {
            return 0;
        }
    }
    return between(record[ATTUNE_PAD_VALUE], -128, 127);
}

/* The smallest difference must not leave Q5.26 when it is scaled. */
static int softmax_good(const int32_t *record) {
    int32_t shift = record[ATTUNE_SHIFT];
    int32_t smallest = record[ATTUNE_DIFF_MIN];
    return shape_equal(record + ATTUNE_INPUT_N, record + ATTUNE_OUTPUT_N) &&
           record[ATTUNE_INPUT_N + 3] <= LARGEST_SOFTMAX && between(shift, 0, 30) &&
           multiplier_good(record[ATTUNE_MULTIPLIER], shift) && smallest <= 0 &&
           -(int64_t)smallest <= ((int64_t)31 << 26) >> shift;
}

static int upsample_good(const int32_t *record) {
    const int32_t *input = record + ATTUNE_INPUT_N;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    int32_t factor = output[1] / input[1];
    return input[0] == output[0] && input[3] == output[3] && between(factor, 1, LARGEST_UPSAMPLE) &&
           output[1] == factor * input[1] && output[2] == factor * input[2];
}

static int median_good(const int32_t *record) {
    return shape_equal(record + ATTUNE_INPUT_N, record + ATTUNE_OUTPUT_N) &&
           record[ATTUNE_INPUT_ZERO] == record[ATTUNE_OUTPUT_ZERO] &&
           record[ATTUNE_INPUT_SCALE] == record[ATTUNE_OUTPUT_SCALE] && between(record[ATTUNE_THRESHOLD], 0, 255) &&
           between(record[ATTUNE_THRESHOLD_SOURCE], 0, 255);
}

static int operator_good(const int32_t *record) {
    const int32_t *input = record + ATTUNE_INPUT_N;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
    case ATTUNE_DEPTHWISE_CONV_2D:
        return convolution_good(record) && clamp_good(record);
    case ATTUNE_FULLY_CONNECTED:
        return fully_connected_good(record) && clamp_good(record);
    case ATTUNE_ADD:
    case ATTUNE_MUL:
        return elementwise_good(record) && clamp_good(record);
    case ATTUNE_AVERAGE_POOL_2D:
    case ATTUNE_MAX_POOL_2D:
        return pool_good(record) && clamp_good(record);
    case ATTUNE_MEAN:
        return mean_good(record);
    case ATTUNE_PAD:
        return pad_good(record);
    case ATTUNE_SOFTMAX:
        return softmax_good(record);
    case ATTUNE_RESHAPE:
        return shape_elements(input) == shape_elements(output);
    case ATTUNE_REQUANTIZE:
        return shape_equal(input, output) && clamp_good(record) &&
               multiplier_good(record[ATTUNE_MULTIPLIER], record[ATTUNE_SHIFT]);
    case ATTUNE_UPSAMPLE:
        return upsample_good(record);
    case ATTUNE_MEDIAN_2D:
        return median_good(record);
    default:
        return 0;
    }
}

/* Operands, shapes and what all operators have in common. */
static int operands_good(const int32_t *record) {
    int32_t operation = record[ATTUNE_OPERATOR];
    int32_t flags = record[ATTUNE_FLAGS];
    int binary = operation == ATTUNE_ADD || operation == ATTUNE_MUL;
    if (!between(flags, 0, binary ? ATTUNE_FLAG_CONSTANT_INPUT2 : 0) || record[ATTUNE_INPUT] < 0) {
        return 0;
    }
    if (binary && flags == 0 ? record[ATTUNE_INPUT2] < 0 : record[ATTUNE_INPUT2] != -1) {
        return 0;
    }
    return shape_good(record + ATTUNE_INPUT_N) && shape_good(record + ATTUNE_OUTPUT_N) &&
           (!binary || shape_good(record + ATTUNE_INPUT2_N)) && between(record[ATTUNE_INPUT_ZERO], -128, 127) &&
           between(record[ATTUNE_OUTPUT_ZERO], -128, 127) && scale_good(record, ATTUNE_INPUT_SCALE) &&
           scale_good(record, ATTUNE_INPUT2_SCALE) && scale_good(record, ATTUNE_OUTPUT_SCALE);
}

static int32_t optional_range(const attune_memory *memory, int32_t offset, int64_t bytes) {
    return offset == -1 ? ATTUNE_OK : attune_model_range(memory, offset, bytes, 4);
}

/* The arrays of a layer with weights, and the values in them that arithmetic relies on. */
static int32_t parameters_check(const attune_memory *memory, const int32_t *record) {
    int32_t channels = attune_record_channels(record);
    int64_t words = (int64_t)channels * 4;
    int64_t weights = (int64_t)channels * attune_record_filter_size(record);
    int32_t status = attune_model_range(memory, record[ATTUNE_WEIGHTS], weights, 1);
    if (status == ATTUNE_OK) {
        status = optional_range(memory, record[ATTUNE_BIAS], words);
    }
    if (status == ATTUNE_OK) {
        status = attune_model_range(memory, record[ATTUNE_MULTIPLIERS], words, 4);
    }
    if (status == ATTUNE_OK) {
        status = attune_model_range(memory, record[ATTUNE_SHIFTS], words, 4);
    }
    if (status == ATTUNE_OK) {
        status = optional_range(memory, record[ATTUNE_SCALES], words);
    }
    if (status == ATTUNE_OK) {
        status = optional_range(memory, record[ATTUNE_STATISTICS], 2 * words);
    }
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *multipliers = (const int32_t *)(const void *)(memory->model + record[ATTUNE_MULTIPLIERS]);
    const int32_t *shifts = (const int32_t *)(const void *)(memory->model + record[ATTUNE_SHIFTS]);
    for (int32_t channel = 0; channel < channels; channel++) {
        if (!multiplier_good(multipliers[channel], shifts[channel])) {
            return ATTUNE_ERROR_RECORD;
        }
    }
    return ATTUNE_OK;
}

int32_t attune_record_find(const attune_memory *memory, int32_t record, const int32_t **words) {
    if (memory->model == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    int32_t status = attune_model_range(memory, record, ATTUNE_RECORD_WORDS * 4, 4);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *found = (const int32_t *)(const void *)(memory->model + record);
    if (!operands_good(found) || !operator_good(found)) {
        return ATTUNE_ERROR_RECORD;
    }
    if (attune_record_has_weights(found)) {
        status = parameters_check(memory, found);
    } else if (found[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2) {
        status = attune_model_range(memory, found[ATTUNE_WEIGHTS], shape_elements(found + ATTUNE_INPUT2_N), 1);
    }
    if (status == ATTUNE_OK) {
        *words = found;
    }
    return status;
}

int32_t attune_record_positions(const int32_t *record) {
    return record[ATTUNE_OUTPUT_N] * record[ATTUNE_OUTPUT_N + 1] * record[ATTUNE_OUTPUT_N + 2];
}

int32_t attune_record_filter_size(const int32_t *record) {
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        return record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W] * (record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS]);
    case ATTUNE_DEPTHWISE_CONV_2D:
        return record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W];
    case ATTUNE_FULLY_CONNECTED:
        return record[ATTUNE_INPUT_N + 3];
    default:
        return 0;
    }
}

float attune_record_float(const int32_t *record, int32_t word) {
    float value;
    memcpy(&value, record + word, sizeof value);
    return value;
}
