#include "lanes.h"

#include "../weighted.h"

#if defined(ATTUNE_X86)

#include <stddef.h>

void attune_lanes_prepare(const attune_call *call, int32_t first, int32_t count, const int32_t *offset,
                          attune_lanes *lanes) {
    const attune_parameters *parameters = &call->parameters;
    uint32_t weights =
        (uint32_t)attune_record_channels(call->record) * (uint32_t)attune_record_filter_size(call->record);
    int32_t stepped = call->mode & (ATTUNE_RUN_PROBE_BIASES | ATTUNE_RUN_ACCUMULATORS);
    int32_t smallest = 31;
    lanes->first = first;
    lanes->count = count;
    for (int32_t i = 0; i < ATTUNE_LANES; i++) {
        int32_t shift = -31;
        lanes->bias[i] = lanes->multiplier[i] = lanes->offset[i] = lanes->step[i] = 0;
        if (i < count) {
            int32_t channel = first + i;
            int32_t bias = parameters->bias == NULL ? 0 : parameters->bias[channel];
            attune_channel_multiplier(parameters, channel, &lanes->multiplier[i], &shift);
            if (stepped) {
                lanes->step[i] = attune_bias_step(attune_channel_real(parameters, channel));
            }
            if (call->mode & ATTUNE_RUN_PROBE_BIASES) {
                int32_t sign = attune_sign(weights + (uint32_t)channel, call->seed_low, call->seed_high);
                bias = attune_add_wrap(bias, lanes->step[i] * sign);
            }
            lanes->offset[i] = offset[i];
            lanes->bias[i] = attune_add_wrap(bias, offset[i]);
        }
        lanes->left[i] = shift > 0 ? shift : 0;
        lanes->right[i] = shift > 0 ? 0 : -shift;
        smallest = attune_smaller(smallest, lanes->right[i]);
    }
    lanes->plain = smallest >= 2;
}

static void statistics_add(const attune_call *call, const attune_lanes *lanes, const int32_t *sums) {
    int64_t *sum = call->sums + lanes->first;
    int64_t *squares = sum + attune_record_channels(call->record);
    for (int32_t i = 0; i < lanes->count; i++) {
        int64_t value = attune_add_wrap(sums[i], lanes->offset[i]);
        sum[i] = (int64_t)((uint64_t)sum[i] + (uint64_t)value);
        squares[i] = (int64_t)((uint64_t)squares[i] + (uint64_t)(value * value));
    }
}

void attune_lanes_write(const attune_call *call, const attune_lanes *lanes, int32_t line, int32_t x,
                        const int32_t *sums) {
    const int32_t *record = call->record;
    int32_t channels = attune_record_channels(record);
    int64_t pixel = (int64_t)(line % call->output_ring) * record[ATTUNE_OUTPUT_N + 2] + x;
    int64_t output = pixel * channels + lanes->first;
    uint32_t element = ((uint32_t)line * (uint32_t)record[ATTUNE_OUTPUT_N + 2] + (uint32_t)x) * (uint32_t)channels +
                       (uint32_t)lanes->first;
    uint32_t signs = 0;
    if (call->sums != NULL) {
        statistics_add(call, lanes, sums);
    }
    if (call->mode & ATTUNE_RUN_PROBE_NODES) {
        signs = attune_sign_bits(element, call->seed_low, call->seed_high);
    }
    for (int32_t i = 0; i < lanes->count; i++) {
        int32_t sign = call->mode & ATTUNE_RUN_PROBE_NODES ? 1 - 2 * (int32_t)(signs >> i & 1) : 0;
        int32_t biased = attune_add_wrap(sums[i], lanes->bias[i]);
        if (call->mode & ATTUNE_RUN_ACCUMULATORS) {
            ((int32_t *)call->output)[output + i] = attune_add_wrap(biased, lanes->step[i] * sign);
        } else {
            int32_t scaled = attune_rescale(biased, lanes->multiplier[i], lanes->left[i] - lanes->right[i]);
            int32_t value = attune_add_wrap(scaled, record[ATTUNE_OUTPUT_ZERO] + sign);
            ((int8_t *)call->output)[output + i] =
                (int8_t)attune_clamp(value, record[ATTUNE_ACT_MIN], record[ATTUNE_ACT_MAX]);
        }
    }
}

#endif
