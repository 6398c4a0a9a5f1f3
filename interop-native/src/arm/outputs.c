/* Output parameters of channels in the form that one SMMLAR takes, and the general way for all that has no such form.
 */
#include "dsp.h"

#if defined(ATTUNE_DSP)

#include <stddef.h>

/* The offset, half and zero point shifted, must leave room for 2^30. */
#define LARGEST_SHIFT 22
#define LARGEST_ACCUMULATOR (1 << 30)
/* |input - zero point| */
#define LARGEST_INPUT 255
/* |weight|, probe included; FULLY_CONNECTED may have a zero point. */
#define LARGEST_WEIGHT 256

/* Whether all sums of errors, shifted, have room. */
static int errors_fit(const attune_call *call) {
    const attune_error_outputs *errors = call->errors;
    int32_t largest = (call->record[ATTUNE_INPUT_ZERO] == 0 ? 128 : LARGEST_INPUT) * 128;
    return !errors->nearest &&
           attune_record_filter_size(call->record) < (LARGEST_ACCUMULATOR >> errors->left) / largest;
}

dsp_finish attune_dsp_finish(const attune_call *call) {
    const int32_t *record = call->record;
    if (call->errors != NULL) {
        return errors_fit(call) ? DSP_FINISH_ERRORS : DSP_FINISH_ACCUMULATORS;
    }
    int32_t slow = ATTUNE_RUN_STATISTICS | ATTUNE_RUN_ACCUMULATORS;
    if ((call->mode & slow) || record[ATTUNE_ACT_MIN] != -128 || record[ATTUNE_ACT_MAX] != 127) {
        return DSP_FINISH_ACCUMULATORS;
    }
    if (call->mode & ATTUNE_RUN_PROBE_NODES) {
        /* Signs are taken four at a time, and each group of a convolution begins anew. */
        int32_t groups = record[ATTUNE_OPERATOR] == ATTUNE_CONV_2D ? record[ATTUNE_GROUPS] : 1;
        return attune_record_channels(record) / groups % 4 == 0 ? DSP_FINISH_NODES : DSP_FINISH_ACCUMULATORS;
    }
#if defined(ATTUNE_WRONG_ROUNDING_UP)
    return DSP_FINISH_RELU; /* the wrong twin of these kernels */
#else
    return record[ATTUNE_OUTPUT_ZERO] == -128 ? DSP_FINISH_RELU : DSP_FINISH_LINEAR;
#endif
}

static int32_t magnitude(int32_t value) {
    return value < 0 ? -value : value;
}

/* The largest |accumulator| without bias that this channel's weights allow, at most 2^31 - 1. */
static int32_t largest_sum(const attune_call *call, int32_t channel) {
    const int32_t *record = call->record;
    int32_t size = attune_record_filter_size(record);
    int depthwise = record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    int32_t step = depthwise ? attune_record_channels(record) : 1;
    const int8_t *weights = call->parameters.weights + (depthwise ? channel : channel * size);
    int32_t sum = call->mode & ATTUNE_RUN_PROBE_WEIGHTS ? size : 0;
    for (int32_t i = 0; i < size; i++) {
        sum += magnitude(weights[i * step] - record[ATTUNE_WEIGHTS_ZERO]);
    }
    return sum > INT32_MAX / LARGEST_INPUT ? INT32_MAX : sum * LARGEST_INPUT;
}

/* A channel whose output is the same for every input. */
static int output_constant(const attune_call *call, int32_t channel, int32_t bias, dsp_output *output) {
    int32_t value = 0;
    if (output->multiplier != 0) {
        int32_t largest = largest_sum(call, channel);
        int64_t low = (int64_t)bias - largest;
        int64_t high = (int64_t)bias + largest;
        if (output->shift < 0 || low < INT32_MIN || high > INT32_MAX) {
            return 0;
        }
        value = attune_rescale((int32_t)low, output->multiplier, -output->shift);
        if (value != attune_rescale((int32_t)high, output->multiplier, -output->shift)) {
            return 0;
        }
    }
    value = attune_clamp(value, -512, 512) + call->record[ATTUNE_OUTPUT_ZERO];
    output->multiplier = 0;
    output->offset = 2 * value + 1; /* and 2 * value give the same */
    output->shift = 1;
    return 1;
}

dsp_outputs attune_dsp_outputs(const attune_call *call) {
    int32_t size = attune_record_filter_size(call->record);
    const int32_t room = LARGEST_INPUT * LARGEST_WEIGHT;
    int32_t largest = size < LARGEST_ACCUMULATOR / room ? LARGEST_ACCUMULATOR - size * room : 0;
    dsp_outputs outputs = {call, largest, call->record[ATTUNE_OUTPUT_ZERO]};
    return outputs;
}

static int32_t bias_probe(const attune_call *call, int32_t channel) {
    const int32_t *record = call->record;
    uint32_t weights = (uint32_t)attune_record_channels(record) * (uint32_t)attune_record_filter_size(record);
    int32_t step = attune_bias_step(&call->parameters, channel);
    return step * attune_sign(weights + (uint32_t)channel, call->seed_low, call->seed_high);
}

int attune_dsp_output(const dsp_outputs *outputs, int32_t channel, int32_t *bias, dsp_output *output) {
    const attune_call *call = outputs->call;
    const attune_parameters *parameters = &call->parameters;
    if (call->errors != NULL) {
        *bias = 0;
        *output = (dsp_output){call->errors->multipliers[channel], call->errors->carry[channel], call->errors->left};
        return 1;
    }
    int32_t value = parameters->bias == NULL ? 0 : parameters->bias[channel];
    if (call->mode & ATTUNE_RUN_PROBE_BIASES) {
        value = attune_add_wrap(value, bias_probe(call, channel));
    }
    *bias = (int32_t)((uint32_t)value * 2);
    int32_t multiplier;
    int32_t shift;
    if (parameters->rescale == NULL) {
        multiplier = parameters->multipliers[channel];
        shift = -parameters->shifts[channel];
    } else {
        attune_channel_multiplier(parameters, channel, &multiplier, &shift);
        shift = -shift;
    }
    output->multiplier = multiplier;
    output->shift = shift;
    if (value <= -outputs->largest_bias || value >= outputs->largest_bias || multiplier == 0 || shift < 1 ||
        shift > LARGEST_SHIFT) {
        return output_constant(call, channel, value, output);
    }
    output->offset = (1 << (shift - 1)) + outputs->zero * (1 << shift);
    return 1;
}

static void statistics_add(const attune_call *call, const attune_channels *channels, const int32_t *accumulators) {
    int64_t *sum = call->sums + channels->first;
    int64_t *squares = sum + attune_record_channels(call->record);
    for (int32_t i = 0; i < channels->count; i++) {
        int64_t value = accumulators[i];
        sum[i] = (int64_t)((uint64_t)sum[i] + (uint64_t)value);
        squares[i] = (int64_t)((uint64_t)squares[i] + (uint64_t)(value * value));
    }
}

void attune_dsp_write(const attune_call *call, const attune_channels *channels, int32_t line, int32_t x,
                      const int32_t *accumulators) {
    const int32_t *record = call->record;
    int32_t row = attune_record_channels(record);
    int32_t width = record[ATTUNE_OUTPUT_N + 2];
    uint32_t element = (uint32_t)((line * width + x) * row + channels->first);
    int32_t place = (line % call->output_ring * width + x) * row + channels->first;
    uint32_t word = 0;
    if (call->errors != NULL) {
        attune_channels_write_errors(call, channels, line * width + x, 1, accumulators);
        return;
    }
    if (call->sums != NULL) {
        statistics_add(call, channels, accumulators);
    }
    int nodes = call->mode & ATTUNE_RUN_PROBE_NODES;
    int words = call->mode & ATTUNE_RUN_ACCUMULATORS;
    int8_t *values = (int8_t *)call->output + place;
    int32_t *results = (int32_t *)call->output + place;
    int32_t zero = record[ATTUNE_OUTPUT_ZERO];
    int32_t low = record[ATTUNE_ACT_MIN];
    int32_t high = record[ATTUNE_ACT_MAX];
    for (int32_t i = 0; i < channels->count; i++) {
        int32_t sign = 0;
        if (nodes) {
            uint32_t number = element + (uint32_t)i;
            if (i == 0 || (number & 31) == 0) {
                word = attune_word(number >> 5, call->seed_low, call->seed_high);
            }
            sign = word >> (number & 31) & 1 ? -1 : 1;
        }
        int32_t biased = attune_add_wrap(accumulators[i], channels->bias[i]);
        if (words) {
            results[i] = attune_add_wrap(biased, channels->step[i] * sign);
        } else {
            int32_t scaled = attune_rescale(biased, channels->multiplier[i], channels->shift[i]);
            values[i] = (int8_t)attune_clamp(attune_add_wrap(scaled, zero + sign), low, high);
        }
    }
}

#endif
