/* Errors through layers with weights: the transposed layer, run by the forward kernels. */
#include "../kernels/checks.h"
#include "../kernels/operators.h"
#include "../layers/backend.h"
#include "../layers/layer_call.h"
#include "chosen.h"
#include "error_call.h"
#include "transposed.h"

#include <float.h>
#include <stddef.h>
#include <string.h>

/* How scratch is divided; every part is a multiple of 16 bytes. */
typedef struct scratch_parts {
    int32_t carry;
    int32_t multipliers;
    int32_t weights;
    int32_t kernel;
} scratch_parts;

typedef struct phase_pair {
    attune_phase_axis vertical;
    attune_phase_axis horizontal;
    int32_t transposed[ATTUNE_RECORD_WORDS];
} phase_pair;

static int32_t whole(int64_t bytes) {
    return (int32_t)((bytes + 15) & ~(int64_t)15);
}

/* The phase of two remainders; 0 if it is empty. */
static int phase_find(const int32_t *record, int32_t number, phase_pair *phase) {
    int32_t across = attune_phase_count(record, 1);
    phase->vertical = attune_phase_axis_find(record, 0, number / across);
    phase->horizontal = attune_phase_axis_find(record, 1, number % across);
    if (phase->vertical.count == 0 || phase->horizontal.count == 0) {
        return 0;
    }
    attune_transposed_record(record, &phase->vertical, &phase->horizontal, phase->transposed);
    return 1;
}

static int32_t larger(int32_t a, int32_t b) {
    return a > b ? a : b;
}

/* 0 if a phase has a filter too large for its sums. */
static int parts_find(const int32_t *record, scratch_parts *parts) {
    int32_t channels = whole(4 * (int64_t)record[ATTUNE_INPUT_N + 3]);
    *parts = (scratch_parts){channels, channels, 0, 0};
    int32_t phases = attune_phase_count(record, 0) * attune_phase_count(record, 1);
    for (int32_t number = 0; number < phases; number++) {
        phase_pair phase;
        if (!phase_find(record, number, &phase)) {
            continue;
        }
        const attune_operator_rules *rules = attune_operator_find(phase.transposed);
        if (attune_record_filter_size(phase.transposed) > ATTUNE_LARGEST_FILTER / 2) {
            return 0;
        }
        parts->weights = larger(parts->weights, whole(attune_transposed_weights(phase.transposed)));
        parts->kernel = larger(parts->kernel, rules->scratch == NULL ? 0 : whole(rules->scratch(phase.transposed)));
    }
    return 1;
}

static int32_t weighted_scratch(const int32_t *record) {
    scratch_parts parts;
    if (!parts_find(record, &parts)) {
        return -1;
    }
    int64_t total = (int64_t)parts.carry + parts.multipliers + parts.weights + parts.kernel;
    return total > INT32_MAX ? -1 : (int32_t)total;
}

/* The carry of all channels, the parameters of the chosen ones, and the scratch of a layer that has them alone. */
static int32_t chosen_scratch(const int32_t *record, int32_t count) {
    int32_t chosen[ATTUNE_RECORD_WORDS];
    scratch_parts parts;
    attune_chosen_record(record, count, chosen);
    if (!parts_find(chosen, &parts)) {
        return -1;
    }
    int64_t total = whole(4 * (int64_t)record[ATTUNE_INPUT_N + 3]) + attune_chosen_bytes(record, count);
    total += record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D ? parts.carry : 0;
    total += (int64_t)parts.multipliers + parts.weights + parts.kernel;
    return total > INT32_MAX ? -1 : (int32_t)total;
}

/* From accumulators to 1/256 of a unit, ratio * units[c] * 256, as Q31 with one left shift for all channels. units:
 * of each channel of the input, or the one that all have. */
static void multipliers_fill(const attune_error_call *call, const attune_transposed_units *units, int32_t *multipliers,
                             attune_error_outputs *outputs) {
    int32_t channels = call->shape[3];
    float parts = (float)(call->ratio * (256.0 * 2147483648.0));
    outputs->left = 0;
    while (outputs->left < 22 && units->largest * parts >= 2147483648.0f) {
        parts *= 0.5f;
        outputs->left++;
    }
    for (int32_t c = 0; c < channels; c++) {
        if (c > 0 && !units->by_channel) {
            multipliers[c] = multipliers[0];
            continue;
        }
        float value = attune_transposed_unit(units, c) * parts;
        multipliers[c] = value >= 2147483648.0f ? INT32_MAX : (int32_t)value;
    }
    outputs->multipliers = multipliers;
}

/* Where a phase's errors belong. */
static void places_fill(const attune_error_call *call, const phase_pair *phase, attune_error_outputs *outputs) {
    const int32_t *record = call->record;
    int32_t channels = call->shape[3];
    int32_t stride_h = attune_phase_count(record, 0);
    int32_t stride_w = attune_phase_count(record, 1);
    int32_t y = phase->vertical.remainder + stride_h * phase->vertical.low;
    int32_t x = phase->horizontal.remainder + stride_w * phase->horizontal.low;
    outputs->output = call->result + (y * call->shape[2] + x) * channels;
    outputs->image_step = call->shape[1] * call->shape[2] * channels;
    outputs->line_step = stride_h * call->shape[2] * channels;
    outputs->column_step = stride_w * channels;
}

/* Runs a phase of a convolution from the layer's own weights where a twin can; returns whether it has. scratch: of the
 * phase's weights and kernel. */
static int phase_run_unwritten(const attune_error_call *call, const attune_transposed_units *units,
                               const phase_pair *phase, const attune_call *run, uint8_t *scratch, int32_t bytes) {
    const int32_t *record = call->record;
    const attune_error_twins *twins = attune_backend_errors();
    int32_t channels = attune_record_channels(record);
    if (twins == NULL || record[ATTUNE_OPERATOR] != ATTUNE_CONV_2D || record[ATTUNE_GROUPS] != 1 ||
        record[ATTUNE_WEIGHTS_ZERO] != 0 || whole(4 * (int64_t)channels) > bytes) {
        return 0;
    }
    const attune_phase_axis *vertical = &phase->vertical;
    const attune_phase_axis *horizontal = &phase->horizontal;
    int32_t depth = record[ATTUNE_INPUT_N + 3];
    int32_t row = record[ATTUNE_KERNEL_W] * depth;
    int32_t last_y = vertical->first + (vertical->taps - 1) * vertical->step;
    int32_t last_x = horizontal->first + (horizontal->taps - 1) * horizontal->step;
    int32_t *factors = (int32_t *)(void *)scratch;
    attune_transposed_factors(units, channels, factors);
    attune_error_phase one = {.call = run,
                              .weights = call->parameters.weights + last_y * row + last_x * depth,
                              .filter_step = record[ATTUNE_KERNEL_H] * row,
                              .row_step = -vertical->step * row,
                              .tap_step = -horizontal->step * depth,
                              .factors = factors,
                              .scratch = scratch + whole(4 * (int64_t)channels),
                              .scratch_bytes = bytes - whole(4 * (int64_t)channels)};
    return twins->phase(&one);
}

/* The kernels of processors expect windows that begin in the padding or inside. */
static void phase_run(const attune_call *call) {
    if (call->record[ATTUNE_PAD_TOP] >= 0 && call->record[ATTUNE_PAD_LEFT] >= 0) {
        attune_call_run(call);
    } else {
        attune_portable_run(call);
    }
}

/* Runs the transposed layer of the call's record. room: for all parts of scratch but the carry. */
static void transposed_run(const attune_error_call *call, const attune_transposed_units *units, uint8_t *room) {
    const int32_t *record = call->record;
    scratch_parts parts;
    parts_find(record, &parts);
    int32_t *multipliers = (int32_t *)(void *)room;
    int8_t *weights = (int8_t *)room + parts.multipliers;
    attune_error_outputs outputs = {.carry = call->carry, .nearest = call->nearest};
    multipliers_fill(call, units, multipliers, &outputs);
    if (!attune_phases_cover(record)) {
        memset(call->result, 0, (size_t)attune_shape_elements(call->shape));
    }
    int32_t phases = attune_phase_count(record, 0) * attune_phase_count(record, 1);
    for (int32_t number = 0; number < phases; number++) {
        phase_pair phase;
        if (!phase_find(record, number, &phase)) {
            continue;
        }
        places_fill(call, &phase, &outputs);
        attune_call run = {.record = phase.transposed,
                           .input = call->error,
                           .output = outputs.output,
                           .parameters = {.weights = weights, .multipliers = multipliers},
                           .line_count = attune_record_lines(phase.transposed, ATTUNE_OUTPUT_N),
                           .input_ring = attune_record_lines(phase.transposed, ATTUNE_INPUT_N),
                           .output_ring = attune_record_lines(phase.transposed, ATTUNE_OUTPUT_N),
                           .errors = &outputs};
        uint8_t *scratch = (uint8_t *)weights;
        if (phase_run_unwritten(call, units, &phase, &run, scratch, parts.weights + parts.kernel)) {
            continue;
        }
        attune_transposed_fill(record, units, &phase.vertical, &phase.horizontal, weights);
        run.scratch = scratch + parts.weights;
        phase_run(&run);
    }
}

/* result[p][chosen[i]] = result[p][i], zero elsewhere, in place, of one position. */
static void position_unpack(int8_t *to, const int8_t *from, int32_t channels, const int32_t *chosen, int32_t count) {
    int32_t end = channels; /* of what is not written yet */
    for (int32_t i = count - 1; i >= 0; i--) {
        int8_t value = from[i];
        memset(to + chosen[i] + 1, 0, (size_t)(end - chosen[i] - 1));
        to[chosen[i]] = value;
        end = chosen[i];
    }
    memset(to, 0, (size_t)end);
}

/* The same of all positions: first those, together, whose places lie behind all that is packed. */
static void result_unpack(int8_t *result, int32_t positions, int32_t channels, const int32_t *chosen, int32_t count) {
    while (positions > 0) {
        int32_t first = (int32_t)(((int64_t)positions * count + channels - 1) / channels);
        if (first == positions) {
            positions--;
            position_unpack(result + (int64_t)positions * channels, result + (int64_t)positions * count, channels,
                            chosen, count);
            continue;
        }
        const int8_t *from = result + (int64_t)first * count;
        int8_t *to = result + (int64_t)first * channels;
        memset(to, 0, (size_t)(positions - first) * (size_t)channels);
        for (int32_t p = first; p < positions; p++) {
            for (int32_t i = 0; i < count; i++) {
                to[chosen[i]] = *from++;
            }
            to += channels;
        }
        positions = first;
    }
}

/* The layer that has the chosen channels alone. Units are those of the whole layer, so that the others' errors could as
 * well be zero. */
static void chosen_run(const attune_error_call *call, attune_transposed_units *units) {
    const int32_t *record = call->record;
    int32_t count = call->chosen_count;
    int32_t channels = call->shape[3];
    int32_t chosen[ATTUNE_RECORD_WORDS];
    attune_chosen_record(record, count, chosen);
    attune_error_call some = *call;
    some.record = chosen;
    uint8_t *place = call->scratch + whole(4 * (int64_t)channels);
    attune_chosen_gather(record, &call->parameters, call->chosen, count, place, &some.parameters);
    units->parameters = &some.parameters;
    uint8_t *room = place + attune_chosen_bytes(record, count);
    if (record[ATTUNE_OPERATOR] != ATTUNE_DEPTHWISE_CONV_2D) {
        transposed_run(&some, units, room);
        return;
    }
    some.shape = chosen + ATTUNE_INPUT_N;
    some.carry = (int32_t *)(void *)room;
    for (int32_t i = 0; i < count; i++) {
        some.carry[i] = call->carry[call->chosen[i]];
    }
    transposed_run(&some, units, room + whole(4 * (int64_t)count));
    int32_t positions = call->shape[0] * call->shape[1] * call->shape[2];
    result_unpack(call->result, positions, channels, call->chosen, count);
}

static void weighted(const attune_error_call *call) {
    attune_transposed_units units = attune_transposed_units_find(call->record, &call->parameters);
    if (call->chosen != NULL) {
        chosen_run(call, &units);
    } else {
        transposed_run(call, &units, call->scratch + whole(4 * (int64_t)call->shape[3]));
    }
}

const attune_error_rules attune_error_weighted = {
    .scratch = weighted_scratch, .chosen_scratch = chosen_scratch, .run = weighted};
