/* The step of an error from a layer's output to one of its inputs: checks, then the operator's rule. */
#include "../kernels/checks.h"
#include "../kernels/operators.h"
#include "../layers/record_check.h"
#include "../training/weighted_layer.h"
#include "chosen.h"
#include "error_range.h"
#include "error_rules.h"

#include <stddef.h>

enum {
    LAYER_BINDING,
    LAYER_PARAMETERS,
    LAYER_ERROR = LAYER_PARAMETERS + ATTUNE_PARAMETER_RANGES,
    LAYER_SCALE,
    LAYER_RESULT,
    LAYER_RESULT_SCALE,
    LAYER_RANGE,
    LAYER_SCRATCH,
    LAYER_CHOSEN,
    LAYER_READS, /* the first of three */
    LAYER_RANGES = LAYER_READS + 3
};

/* The record of a layer and its input of this number; ATTUNE_ERROR_MODE where no rule leads there. */
static int32_t step_find(const attune_memory *memory, int32_t record, int32_t number, const int32_t **words,
                         const attune_error_rules **rules) {
    int32_t status = attune_record_find(memory, record, words);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (number < 0 || number > 1) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    *rules = attune_error_rules_find(*words);
    int binary = attune_operator_find(*words)->properties & ATTUNE_BINARY;
    int constant = (*words)[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2;
    int there = *rules != NULL && (number == 0 || (binary && !constant));
    return there ? ATTUNE_OK : ATTUNE_ERROR_MODE;
}

/* chosen: channels of the error. */
static int32_t scratch_of(const int32_t *words, const attune_error_rules *rules, int32_t number, int32_t chosen) {
    int32_t channels = words[(number == 0 ? ATTUNE_INPUT_N : ATTUNE_INPUT2_N) + 3];
    if (rules->chosen_scratch != NULL && attune_chosen_packs(words, chosen)) {
        return rules->chosen_scratch(words, chosen);
    }
    return rules->scratch == NULL ? 4 * channels : rules->scratch(words);
}

int32_t attune_error_scratch(int32_t arena, int32_t record, int32_t number, int32_t most) {
    const attune_memory *memory = attune_memory_find(arena);
    const int32_t *words;
    const attune_error_rules *rules;
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    int32_t status = step_find(memory, record, number, &words, &rules);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t channels = attune_record_channels(words);
    if (most < 0 || most > channels) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int some = most > 0 && rules->chosen_scratch != NULL && attune_chosen_packs(words, most);
    int32_t scratch = some ? 0 : scratch_of(words, rules, number, channels);
    for (int32_t chosen = 1; chosen <= most && scratch >= 0; chosen++) {
        int32_t bytes = scratch_of(words, rules, number, chosen);
        scratch = bytes < 0 || bytes > scratch ? bytes : scratch;
    }
    return scratch < 0 ? ATTUNE_ERROR_MODE : scratch;
}

int32_t attune_error_reads(int32_t arena, int32_t record) {
    const attune_memory *memory = attune_memory_find(arena);
    const int32_t *words;
    const attune_error_rules *rules;
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    int32_t status = step_find(memory, record, 0, &words, &rules);
    return status == ATTUNE_OK ? rules->reads : status;
}

/* The values that the rule reads. */
static void reads_find(const int32_t *words, const int32_t *bound, int32_t reads, attune_range *ranges) {
    int constant = words[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2;
    int64_t input = reads & ATTUNE_ERROR_READS_INPUT ? attune_shape_elements(words + ATTUNE_INPUT_N) : 0;
    int64_t input2 =
        reads & ATTUNE_ERROR_READS_INPUT2 && !constant ? attune_shape_elements(words + ATTUNE_INPUT2_N) : 0;
    int64_t output = reads & ATTUNE_ERROR_READS_OUTPUT ? attune_shape_elements(words + ATTUNE_OUTPUT_N) : 0;
    ranges[LAYER_READS] = (attune_range){bound[ATTUNE_BIND_INPUT], input, 1, 0};
    ranges[LAYER_READS + 1] = (attune_range){bound[ATTUNE_BIND_INPUT2], input2, 1, 0};
    ranges[LAYER_READS + 2] = (attune_range){bound[ATTUNE_BIND_OUTPUT], output, 1, 0};
}

static const int8_t *read_at(const attune_memory *memory, const attune_range *range) {
    return range->bytes > 0 ? (const int8_t *)memory->arena + range->offset : NULL;
}

/* What the rule takes of the ranges and of the model. */
static attune_error_call call_of(const attune_memory *memory, const int32_t *words, const int32_t *bound,
                                 const attune_range *ranges) {
    attune_error_call call = {.record = words,
                              .error = (const int8_t *)memory->arena + ranges[LAYER_ERROR].offset,
                              .result = (int8_t *)memory->arena + ranges[LAYER_RESULT].offset,
                              .input = read_at(memory, &ranges[LAYER_READS]),
                              .input2 = read_at(memory, &ranges[LAYER_READS + 1]),
                              .output = read_at(memory, &ranges[LAYER_READS + 2]),
                              .scratch = memory->arena + ranges[LAYER_SCRATCH].offset,
                              .carry = (int32_t *)(void *)(memory->arena + ranges[LAYER_SCRATCH].offset)};
    if (attune_record_has_weights(words)) {
        attune_parameters_resolve(memory, words, bound, &call.parameters);
    }
    if (words[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2) {
        call.input2 = (const int8_t *)memory->model + words[ATTUNE_WEIGHTS];
    }
    return call;
}

/* Arena offsets of a call. */
typedef struct layer_places {
    int32_t binding;
    int32_t error;
    int32_t scale;
    int32_t scratch;
    int32_t result;
    int32_t result_scale;
    int32_t range;
    int32_t chosen;
} layer_places;

static void ranges_find(const int32_t *words, const int32_t *bound, const attune_error_rules *rules, int32_t number,
                        const layer_places *at, const attune_error_call *call, attune_range *ranges) {
    const int32_t *shape = words + (number == 0 ? ATTUNE_INPUT_N : ATTUNE_INPUT2_N);
    ranges[LAYER_BINDING] = (attune_range){at->binding, ATTUNE_BINDING_WORDS * 4, 4, 0};
    if (attune_record_has_weights(words)) {
        attune_parameter_ranges(words, bound, ranges + LAYER_PARAMETERS);
    }
    int64_t errors = (int64_t)attune_record_positions(words) * call->chosen_count;
    ranges[LAYER_ERROR] = (attune_range){at->error, errors, 1, 0};
    ranges[LAYER_SCALE] = (attune_range){at->scale, 4, 4, 0};
    ranges[LAYER_RESULT] = (attune_range){at->result, attune_shape_elements(shape), 1, 1};
    ranges[LAYER_RESULT_SCALE] = (attune_range){at->result_scale, 4, 4, 1};
    ranges[LAYER_RANGE] = (attune_range){at->range, 4, 4, 1};
    ranges[LAYER_SCRATCH] = (attune_range){at->scratch, scratch_of(words, rules, number, call->chosen_count), 16, 1};
    ranges[LAYER_CHOSEN] = attune_chosen_range(at->chosen, call->chosen, call->chosen_count);
    reads_find(words, bound, rules->reads, ranges);
}

int32_t attune_layer_error(int32_t arena, int32_t record, int32_t binding, int32_t number, int32_t flags,
                           uint32_t seed_low, uint32_t seed_high, int32_t error, int32_t scale, int32_t scratch,
                           int32_t result, int32_t result_scale, int32_t range, int32_t chosen) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    const int32_t *words, *bound;
    const attune_error_rules *rules;
    attune_range ranges[LAYER_RANGES] = {{0}};
    int32_t status = step_find(memory, record, number, &words, &rules);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_binding_find(memory, binding, &bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *shape = words + (number == 0 ? ATTUNE_INPUT_N : ATTUNE_INPUT2_N);
    attune_error_call found = {.number = number};
    status = attune_chosen_find(memory, words, chosen, &found.chosen, &found.chosen_count);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (scratch_of(words, rules, number, found.chosen_count) < 0) {
        return ATTUNE_ERROR_MODE;
    }
    if (flags & ~(ATTUNE_ERROR_NEAREST | ATTUNE_ERROR_EXTREMES)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    const layer_places places = {binding, error, scale, scratch, result, result_scale, range, chosen};
    ranges_find(words, bound, rules, number, &places, &found, ranges);
    status = attune_ranges_check(memory, ranges, LAYER_RANGES);
    if (status != ATTUNE_OK) {
        return status;
    }
    float from = *(const float *)(const void *)(memory->arena + scale);
    float *growth = (float *)(void *)(memory->arena + range);
    if (!attune_error_scale_good(from) || !attune_error_scale_good(*growth)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_ranges_touch(memory, ranges, LAYER_RANGES);

    attune_error_call call = call_of(memory, words, bound, ranges);
    call.number = number;
    call.chosen = found.chosen;
    call.chosen_count = found.chosen_count;
    call.shape = shape;
    call.nearest = flags & ATTUNE_ERROR_NEAREST;
    call.seed_low = seed_low;
    call.seed_high = seed_high;
    int32_t elements = (int32_t)ranges[LAYER_ERROR].bytes;
    float *to = (float *)(void *)(memory->arena + result_scale);
    return flags & ATTUNE_ERROR_EXTREMES ? attune_error_run_extremes(rules, &call, elements, from, growth, to)
                                         : attune_error_run(rules, &call, elements, from, growth, to);
}
