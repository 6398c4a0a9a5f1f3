/* Bias, probes, statistics, requantization, clamp. */
#include "channels.h"

#include "simd.h"

#include <stddef.h>

void attune_channels_prepare(const attune_call *call, int32_t first, int32_t count, attune_channels *channels) {
    const attune_parameters *parameters = &call->parameters;
    uint32_t weights =
        (uint32_t)attune_record_channels(call->record) * (uint32_t)attune_record_filter_size(call->record);
    int32_t node_steps = ATTUNE_RUN_PROBE_NODES | ATTUNE_RUN_ACCUMULATORS;
    int32_t stepped = call->mode & ATTUNE_RUN_PROBE_BIASES || (call->mode & node_steps) == node_steps;
    channels->first = first;
    channels->count = count;
    channels->repeat = attune_clamp(ATTUNE_CHANNEL_BLOCK / count, 1, attune_call_positions(call));
    for (int32_t i = 0; i < count; i++) {
        int32_t channel = first + i;
        int32_t bias = parameters->bias == NULL ? 0 : parameters->bias[channel];
        int32_t step = stepped ? attune_bias_step(parameters, channel) : 1;
        if (call->mode & ATTUNE_RUN_PROBE_BIASES) {
            int32_t sign = attune_sign(weights + (uint32_t)channel, call->seed_low, call->seed_high);
            bias = attune_add_wrap(bias, step * sign);
        }
        channels->bias[i] = bias;
        channels->step[i] = step;
        if (call->errors == NULL) {
            attune_channel_multiplier(parameters, channel, &channels->multiplier[i], &channels->shift[i]);
        } else {
            channels->multiplier[i] = call->errors->multipliers[channel];
            channels->shift[i] = call->errors->left;
        }
    }
    for (int32_t i = count; i < channels->repeat * count; i++) {
        channels->bias[i] = channels->bias[i - count];
        channels->multiplier[i] = channels->multiplier[i - count];
        channels->shift[i] = channels->shift[i - count];
        channels->step[i] = channels->step[i - count];
    }
}

/* The signs of PROBE_NODES for count elements. */
static void signs_fill(const attune_call *call, uint32_t first, int32_t count, int32_t *signs) {
    uint32_t word = 0;
    for (int32_t i = 0; i < count; i++) {
        uint32_t element = first + (uint32_t)i;
        if (i == 0 || (element & 31) == 0) {
            word = attune_word(element >> 5, call->seed_low, call->seed_high);
        }
        signs[i] = word >> (element & 31) & 1 ? -1 : 1;
    }
}

static void statistics_add(const attune_call *call, const attune_channels *channels, int32_t positions,
                           const int32_t *accumulators) {
    int64_t *sum = call->sums + channels->first;
    int64_t *squares = sum + attune_record_channels(call->record);
    for (int32_t position = 0; position < positions; position++) {
        for (int32_t i = 0; i < channels->count; i++) {
            int64_t value = accumulators[position * channels->count + i];
            /* Unsigned, because the caller may go on from any sums. */
            sum[i] = (int64_t)((uint64_t)sum[i] + (uint64_t)value);
            squares[i] = (int64_t)((uint64_t)squares[i] + (uint64_t)(value * value));
        }
    }
}

ATTUNE_VECTOR
static void requantize(const attune_channels *channels, int32_t count, const int32_t *restrict accumulators,
                       const int32_t *restrict signs, int32_t zero, int32_t low, int32_t high,
                       int8_t *restrict output) {
    for (int32_t i = 0; i < count; i++) {
        int32_t biased = attune_add_wrap(accumulators[i], channels->bias[i]);
        int32_t scaled = attune_rescale(biased, channels->multiplier[i], channels->shift[i]);
        int32_t value = attune_add_wrap(scaled, attune_add_wrap(zero, signs[i]));
        output[i] = (int8_t)attune_clamp(value, low, high);
    }
}

static void write_accumulators(const attune_call *call, const attune_channels *channels, int32_t position,
                               int32_t positions, const int32_t *accumulators, const int32_t *signs) {
    int64_t row = attune_record_channels(call->record);
    int32_t *output = (int32_t *)call->output + position * row + channels->first;
    for (int32_t p = 0; p < positions; p++) {
        for (int32_t c = 0; c < channels->count; c++) {
            int32_t i = p * channels->count + c;
            int32_t biased = attune_add_wrap(accumulators[i], channels->bias[i]);
            output[p * row + c] = attune_add_wrap(biased, channels->step[i] * signs[i]);
        }
    }
}

void attune_channels_write_errors(const attune_call *call, const attune_channels *channels, int32_t position,
                                  int32_t positions, const int32_t *accumulators) {
    const attune_error_outputs *errors = call->errors;
    int32_t width = call->record[ATTUNE_OUTPUT_N + 2];
    int32_t *carry = errors->carry + channels->first;
    for (int32_t p = 0; p < positions; p++) {
        int32_t line = (position + p) / width;
        int32_t x = position + p - line * width;
        int8_t *output = attune_error_line(call, line) + x * errors->column_step + channels->first;
        for (int32_t c = 0; c < channels->count; c++) {
            int32_t i = p * channels->count + c;
            int32_t parts = attune_error_parts(accumulators[i], channels->multiplier[i], channels->shift[i]);
            output[c] = attune_error_round(parts, &carry[c], errors->nearest);
        }
    }
}

void attune_channels_write(const attune_call *call, const attune_channels *channels, int32_t position,
                           int32_t positions, const int32_t *accumulators) {
    const int32_t *record = call->record;
    int64_t row = attune_record_channels(record);
    int32_t count = channels->count;
    int32_t signs[ATTUNE_CHANNEL_BLOCK] = {0};
    int8_t values[ATTUNE_CHANNEL_BLOCK];
    if (call->errors != NULL) {
        attune_channels_write_errors(call, channels, position, positions, accumulators);
        return;
    }
    if (call->sums != NULL) {
        statistics_add(call, channels, positions, accumulators);
    }
    if (call->mode & ATTUNE_RUN_PROBE_NODES) {
        for (int32_t p = 0; p < positions; p++) {
            uint32_t element = (uint32_t)((position + p) * row + channels->first);
            signs_fill(call, element, count, signs + p * count);
        }
    }
    if (call->mode & ATTUNE_RUN_ACCUMULATORS) {
        write_accumulators(call, channels, position, positions, accumulators, signs);
        return;
    }
    requantize(channels, positions * count, accumulators, signs, record[ATTUNE_OUTPUT_ZERO], record[ATTUNE_ACT_MIN],
               record[ATTUNE_ACT_MAX], values);
    int32_t ring = call->output_ring * record[ATTUNE_OUTPUT_N + 2];
    int32_t place = position % ring;
    for (int32_t p = 0; p < positions; p++) {
        int8_t *output = (int8_t *)call->output + place * row + channels->first;
        for (int32_t c = 0; c < count; c++) {
            output[c] = values[p * count + c];
        }
        place = place + 1 < ring ? place + 1 : 0;
    }
}
