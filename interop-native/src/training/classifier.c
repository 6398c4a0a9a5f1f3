#include "classifier.h"

int32_t attune_classifier_find(int32_t arena, int32_t record, int32_t binding, int32_t lowest, int32_t label,
                               attune_classifier *classifier) {
    attune_weighted_layer *layer = &classifier->layer;
    int32_t status = attune_weighted_layer_find(arena, record, binding, layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    classifier->count = layer->channels;
    if (attune_record_positions(layer->record) != 1) {
        return ATTUNE_ERROR_RECORD;
    }
    if (label < lowest || label >= attune_classes(classifier->count)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    classifier->scale = attune_record_float(layer->record, ATTUNE_OUTPUT_SCALE);
    attune_weighted_layer_add(layer,
                              (attune_range){layer->bound[ATTUNE_BIND_OUTPUT], (int64_t)classifier->count * 4, 4, 0});
    return ATTUNE_OK;
}

int32_t attune_classifier_use(attune_classifier *classifier) {
    int32_t status = attune_weighted_layer_use(&classifier->layer);
    if (status != ATTUNE_OK) {
        return status;
    }
    classifier->accumulators =
        attune_weighted_layer_at(&classifier->layer, classifier->layer.bound[ATTUNE_BIND_OUTPUT]);
    return ATTUNE_OK;
}
