#include "lanes.h"

#include "../core/channels.h"
#include "../core/filters.h"
#include "../core/simd.h"

#if defined(ATTUNE_X86)

#include <stddef.h>

/* Copies count words and fills the other lanes. */
static void lanes_copy(int32_t *lanes, const int32_t *words, int32_t count, int32_t filler) {
    if (count == ATTUNE_LANES) {
        __builtin_memcpy(lanes, words, ATTUNE_LANES * sizeof *lanes);
        return;
    }
    for (int32_t i = 0; i < ATTUNE_LANES; i++) {
        lanes[i] = i < count ? words[i] : filler;
    }
}

static void lanes_probe(const attune_call *call, attune_lanes *lanes) {
    uint32_t weights =
        (uint32_t)attune_record_channels(call->record) * (uint32_t)attune_record_filter_size(call->record);
    for (int32_t i = 0; i < lanes->count; i++) {
        int32_t channel = lanes->first + i;
        lanes->step[i] = attune_bias_step(&call->parameters, channel);
        if (call->mode & ATTUNE_RUN_PROBE_BIASES) {
            int32_t sign = attune_sign(weights + (uint32_t)channel, call->seed_low, call->seed_high);
            lanes->bias[i] = attune_add_wrap(lanes->bias[i], lanes->step[i] * sign);
        }
    }
}

void attune_lanes_prepare(const attune_call *call, int32_t first, int32_t count, const int32_t *offset,
                          attune_lanes *lanes) {
    static const int32_t none[ATTUNE_LANES];
    const attune_parameters *parameters = &call->parameters;
    const int32_t smallest_shift = -31;
    int32_t shifts[ATTUNE_LANES];
    lanes->first = first;
    lanes->count = count;
    lanes_copy(lanes->offset, offset, count, 0);
    lanes_copy(lanes->bias, parameters->bias == NULL ? none : parameters->bias + first, count, 0);
    if (call->errors != NULL) {
        lanes_copy(lanes->multiplier, call->errors->multipliers + first, count, 0);
        lanes_copy(shifts, none, 0, smallest_shift);
    } else if (parameters->rescale == NULL) {
        lanes_copy(lanes->multiplier, parameters->multipliers + first, count, 0);
        lanes_copy(shifts, parameters->shifts + first, count, smallest_shift);
    } else {
        lanes_copy(lanes->multiplier, none, ATTUNE_LANES, 0);
        lanes_copy(shifts, none, 0, smallest_shift);
        for (int32_t i = 0; i < count; i++) {
            attune_channel_multiplier(parameters, first + i, &lanes->multiplier[i], &shifts[i]);
        }
    }
    if (call->mode & (ATTUNE_RUN_PROBE_BIASES | ATTUNE_RUN_ACCUMULATORS)) {
        lanes_probe(call, lanes);
    }
    int32_t coarse = 0;
    for (int32_t i = 0; i < ATTUNE_LANES; i++) {
        lanes->bias[i] = attune_add_wrap(lanes->bias[i], lanes->offset[i]);
        lanes->left[i] = shifts[i] > 0 ? shifts[i] : 0;
        lanes->right[i] = shifts[i] > 0 ? 0 : -shifts[i];
        coarse |= shifts[i] > -2;
    }
    lanes->plain = !coarse;
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

/* attune_error_parts and attune_error_round of all lanes, where something is carried. */
ATTUNE_VECTOR
static void errors_round(const int32_t *restrict sums, const int32_t *restrict multiplier, int32_t left,
                         int32_t *restrict carry, int8_t *restrict output) {
    int32_t right = 31 - left;
    int64_t half = (int64_t)1 << (right - 1);
    for (int32_t i = 0; i < ATTUNE_LANES; i++) {
        int64_t parts = (((int64_t)sums[i] * multiplier[i] + half) >> right) + carry[i];
        int64_t units = parts >> 8;
        units = units < -128 ? -128 : units;
        carry[i] = (int32_t)(parts & 255);
        output[i] = (int8_t)(units > 127 ? 127 : units);
    }
}

/* Errors: there is no bias, and the offset makes the sums true ones. */
static void errors_write(const attune_call *call, const attune_lanes *lanes, const int32_t *sums, int8_t *output) {
    const attune_error_outputs *errors = call->errors;
    int32_t *carry = errors->carry + lanes->first;
    int32_t true_sums[ATTUNE_LANES];
    for (int32_t i = 0; i < lanes->count; i++) {
        true_sums[i] = attune_add_wrap(sums[i], lanes->offset[i]);
#if defined(ATTUNE_WRONG_AVX2) || defined(ATTUNE_WRONG_VNNI)
        true_sums[i] &= ~1; /* the wrong twins */
#endif
    }
    if (lanes->count == ATTUNE_LANES && !errors->nearest) {
        errors_round(true_sums, lanes->multiplier, errors->left, carry, output);
        return;
    }
    for (int32_t i = 0; i < lanes->count; i++) {
        int32_t parts = attune_error_parts(true_sums[i], lanes->multiplier[i], errors->left);
        output[i] = attune_error_round(parts, &carry[i], errors->nearest);
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
    if (call->errors != NULL) {
        errors_write(call, lanes, sums, attune_error_line(call, line) + x * call->errors->column_step + lanes->first);
        return;
    }
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
