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

/* All lanes, so that compilers make vectors of them. */
ATTUNE_VECTOR
static void errors_round(const int32_t *restrict sums, const attune_lanes *restrict lanes, int32_t left,
                         int32_t nearest, int32_t *restrict carry, int8_t *restrict errors) {
    for (int32_t i = 0; i < ATTUNE_LANES; i++) {
        int32_t parts = attune_error_parts(attune_add_wrap(sums[i], lanes->offset[i]), lanes->multiplier[i], left);
#if defined(ATTUNE_WRONG_AVX2) || defined(ATTUNE_WRONG_VNNI)
        parts &= ~1; /* the wrong twins */
#endif
        errors[i] = attune_error_round(parts, &carry[i], nearest);
    }
}

/* Errors: there is no bias, and the offset makes the sums true ones. */
static void errors_write(const attune_call *call, const attune_lanes *lanes, const int32_t *sums, int8_t *output) {
    int32_t *carry = call->errors->carry + lanes->first;
    size_t count = (size_t)lanes->count;
    int32_t carried[ATTUNE_LANES] __attribute__((aligned(64))) = {0};
    int8_t errors[ATTUNE_LANES] __attribute__((aligned(64)));
    __builtin_memcpy(carried, carry, count * sizeof *carry);
    errors_round(sums, lanes, call->errors->left, call->errors->nearest, carried, errors);
    __builtin_memcpy(carry, carried, count * sizeof *carry);
    __builtin_memcpy(output, errors, count);
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
