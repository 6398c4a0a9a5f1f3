/* The classifier's own gradient, which softmax cross-entropy gives in closed form: d loss / d z = p - y. */
#include "training_checks.h"

#include <stddef.h>

int32_t attune_gradient_head(int32_t arena, int32_t record, int32_t binding, int32_t label, int32_t nodes) {
    attune_memory *memory;
    const int32_t *words;
    int32_t status = attune_weighted_layer_find(arena, record, &memory, &words);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t count = attune_record_channels(words);
    if (attune_record_positions(words) != 1) {
        return ATTUNE_ERROR_RECORD;
    }
    if (label < 0 || label >= count) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    const int32_t *bound;
    status = attune_binding_find(memory, binding, &bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_parameters parameters;
    status = attune_parameters_find(memory, words, bound, &parameters);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_range ranges[ATTUNE_RANGE_COUNT + 2];
    attune_binding_ranges(words, binding, bound, ranges);
    ranges[ATTUNE_RANGE_COUNT] = (attune_range){bound[ATTUNE_BIND_OUTPUT], (int64_t)count * 4, 4, 0};
    ranges[ATTUNE_RANGE_COUNT + 1] = (attune_range){nodes, (int64_t)count * 4, 4, 1};
    status = attune_ranges_use(memory, ranges, ATTUNE_RANGE_COUNT + 2);
    if (status != ATTUNE_OK) {
        return status;
    }

    const int32_t *accumulators = (const int32_t *)(const void *)(memory->arena + bound[ATTUNE_BIND_OUTPUT]);
    float *gradient = (float *)(void *)(memory->arena + nodes);
    double scale = attune_record_float(words, ATTUNE_OUTPUT_SCALE);
    double largest = 0.0;
    for (int32_t c = 0; c < count; c++) {
        double z = accumulators[c] * attune_channel_real(&parameters, c) * scale;
        largest = c == 0 || z > largest ? z : largest;
    }
    double sum = 0.0;
    for (int32_t c = 0; c < count; c++) {
        sum += attune_exp(accumulators[c] * attune_channel_real(&parameters, c) * scale - largest);
    }
    for (int32_t c = 0; c < count; c++) {
        double unit = attune_channel_real(&parameters, c) * scale;
        double probability = attune_exp(accumulators[c] * unit - largest) / sum;
        double derivative = (probability - (c == label ? 1.0 : 0.0)) * unit;
        gradient[c] = (float)(derivative * attune_bias_step(&parameters, c));
    }
    return ATTUNE_OK;
}
