/* Checks that the functions of the classifier share. */
#include "classifier.h"

int32_t attune_classifier_find(int32_t arena, int32_t record, int32_t binding, int32_t lowest, int32_t label,
                               attune_classifier *classifier) {
    int32_t status = attune_weighted_layer_find(arena, record, &classifier->memory, &classifier->words);
    if (status != ATTUNE_OK) {
        return status;
    }
    classifier->count = attune_record_channels(classifier->words);
    if (attune_record_positions(classifier->words) != 1) {
        return ATTUNE_ERROR_RECORD;
    }
    if (label < lowest || label >= classifier->count) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    status = attune_binding_find(classifier->memory, binding, &classifier->bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    classifier->binding = binding;
    classifier->scale = attune_record_float(classifier->words, ATTUNE_OUTPUT_SCALE);
    return attune_parameters_find(classifier->memory, classifier->words, classifier->bound, &classifier->parameters);
}

int32_t attune_classifier_use(attune_classifier *classifier, attune_range result) {
    attune_range ranges[ATTUNE_RANGE_COUNT + 2];
    attune_binding_ranges(classifier->words, classifier->binding, classifier->bound, ranges);
    ranges[ATTUNE_RANGE_COUNT] =
        (attune_range){classifier->bound[ATTUNE_BIND_OUTPUT], (int64_t)classifier->count * 4, 4, 0};
    ranges[ATTUNE_RANGE_COUNT + 1] = result;
    int32_t status = attune_ranges_use(classifier->memory, ranges, ATTUNE_RANGE_COUNT + 2);
    if (status == ATTUNE_OK) {
        classifier->accumulators =
            (const int32_t *)(const void *)(classifier->memory->arena + classifier->bound[ATTUNE_BIND_OUTPUT]);
    }
    return status;
}
