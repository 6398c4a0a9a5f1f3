#include "random_layer.h"

#include "random.h"

#include <string.h>

void layer_shape(int32_t *shape, int32_t n, int32_t h, int32_t w, int32_t c) {
    shape[0] = n;
    shape[1] = h;
    shape[2] = w;
    shape[3] = c;
}

void layer_neutral(random_layer *layer, int32_t operation) {
    int32_t *record = layer->record;
    memset(record, 0, sizeof layer->record);
    record[ATTUNE_OPERATOR] = operation;
    record[ATTUNE_INPUT2] = -1;
    record[ATTUNE_ACT_MIN] = -128;
    record[ATTUNE_ACT_MAX] = 127;
    record[ATTUNE_GROUPS] = 1;
    for (int axis = 0; axis < 2; axis++) {
        record[ATTUNE_KERNEL_H + axis] = 1;
        record[ATTUNE_STRIDE_H + axis] = 1;
        record[ATTUNE_DILATION_H + axis] = 1;
    }
}

static void bytes_random(int8_t *bytes, int32_t count) {
    for (int32_t i = 0; i < count; i += 4) {
        uint32_t word = random_word();
        memcpy(bytes + i, &word, 4);
    }
}

static int32_t bits(int32_t value) {
    int32_t count = 0;
    while (value > 1) {
        value >>= 1;
        count++;
    }
    return count;
}

static void channel_random(random_layer *layer, int32_t channel) {
    /* Accumulators are about 5000 * sqrt(filter size); outputs some tens. */
    layer->shifts[channel] = 6 - 12 - bits(attune_record_filter_size(layer->record)) / 2 + random_between(-3, 1);
    layer->multipliers[channel] = random_between(1 << 30, INT32_MAX);
    layer->bias[channel] = random_between(-20000, 20000);
}

static void add_random(int32_t *record) {
    record[ATTUNE_INPUT2] = 1;
    record[ATTUNE_INPUT2_ZERO] = random_between(-128, 127);
    record[ATTUNE_LEFT_SHIFT] = 20;
    int which = random_between(0, 2); /* the operand, or both, with the larger scale has the multiplier 1/2 */
    record[ATTUNE_MULTIPLIER1] = which == 1 ? random_between(1 << 30, INT32_MAX) : 1 << 30;
    record[ATTUNE_SHIFT1] = which == 1 ? random_between(-5, -1) : 0;
    record[ATTUNE_MULTIPLIER2] = which == 0 ? random_between(1 << 30, INT32_MAX) : 1 << 30;
    record[ATTUNE_SHIFT2] = which == 0 ? random_between(-5, -1) : 0;
    record[ATTUNE_MULTIPLIER] = random_between(1 << 30, INT32_MAX);
    record[ATTUNE_SHIFT] = random_between(-20, -17);
}

void layer_fill(random_layer *layer) {
    int32_t *record = layer->record;
    record[ATTUNE_INPUT_ZERO] = random_chance(30) ? -128 : random_between(-128, 127);
    record[ATTUNE_OUTPUT_ZERO] = random_chance(40) ? -128 : random_between(-128, 127);
    bytes_random(layer->input, LAYER_BYTES);
    bytes_random(layer->input2, LAYER_BYTES);
    if (record[ATTUNE_OPERATOR] == ATTUNE_ADD) {
        add_random(record);
    }
    if (attune_record_has_weights(record)) {
        bytes_random(layer->weights, attune_record_channels(record) * attune_record_filter_size(record));
        for (int32_t channel = 0; channel < attune_record_channels(record); channel++) {
            channel_random(layer, channel);
        }
    }
}

attune_call layer_call(random_layer *layer, void *output) {
    const int32_t *record = layer->record;
    attune_call call = {.record = record, .input = layer->input, .output = output, .scratch = layer->scratch};
    if (record[ATTUNE_OPERATOR] == ATTUNE_ADD) {
        call.input2 = layer->input2;
    }
    call.parameters.weights = layer->weights;
    call.parameters.bias = layer->bias;
    call.parameters.multipliers = layer->multipliers;
    call.parameters.shifts = layer->shifts;
    call.line_count = record[ATTUNE_OUTPUT_N] * record[ATTUNE_OUTPUT_N + 1];
    call.output_ring = call.line_count;
    call.input_ring = record[ATTUNE_INPUT_N] * record[ATTUNE_INPUT_N + 1];
    call.input2_ring = record[ATTUNE_INPUT2_N] * record[ATTUNE_INPUT2_N + 1];
    return call;
}
