#include "weighted_layer.h"

#include "../layers/record_check.h"

#include <stddef.h>

int32_t attune_weighted_record_find(int32_t arena, int32_t record, attune_memory **memory, const int32_t **words) {
    *memory = attune_memory_find(arena);
    if (*memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    int32_t status = attune_record_find(*memory, record, words);
    if (status != ATTUNE_OK) {
        return status;
    }
    return attune_record_has_weights(*words) ? ATTUNE_OK : ATTUNE_ERROR_MODE;
}

int32_t attune_weighted_layer_find(int32_t arena, int32_t record, int32_t binding, attune_weighted_layer *layer) {
    int32_t status = attune_weighted_record_find(arena, record, &layer->memory, &layer->record);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_binding_find(layer->memory, binding, &layer->bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    layer->channels = attune_record_channels(layer->record);
    layer->filter_size = attune_record_filter_size(layer->record);
    layer->ranges[ATTUNE_WEIGHTED_BINDING] = (attune_range){binding, ATTUNE_BINDING_WORDS * 4, 4, 0};
    attune_parameter_ranges(layer->record, layer->bound, layer->ranges + ATTUNE_WEIGHTED_PARAMETERS);
    layer->range_count = ATTUNE_WEIGHTED_PARAMETERS + ATTUNE_PARAMETER_RANGES;
    return ATTUNE_OK;
}

int32_t attune_tile_check(const int32_t *record, int32_t first, int32_t count) {
    int32_t channels = attune_record_channels(record);
    return first >= 0 && count >= 1 && count <= channels && first <= channels - count ? ATTUNE_OK
                                                                                      : ATTUNE_ERROR_ARGUMENT;
}

int32_t attune_lines_check(const int32_t *record, int32_t line, int32_t lines) {
    int32_t all = attune_record_lines(record, ATTUNE_OUTPUT_N);
    return line >= 0 && lines >= 1 && lines <= all && line <= all - lines ? ATTUNE_OK : ATTUNE_ERROR_ARGUMENT;
}

void attune_weighted_layer_add(attune_weighted_layer *layer, attune_range range) {
    layer->ranges[layer->range_count++] = range;
}

int32_t attune_weighted_layer_write(attune_weighted_layer *layer, int32_t parameter) {
    attune_range *range = &layer->ranges[ATTUNE_WEIGHTED_PARAMETERS + parameter];
    range->written = 1;
    return range->bytes > 0 ? ATTUNE_OK : ATTUNE_ERROR_ARGUMENT;
}

int32_t attune_weighted_layer_check(const attune_weighted_layer *layer) {
    return attune_ranges_check(layer->memory, layer->ranges, layer->range_count);
}

int32_t attune_weighted_layer_use(attune_weighted_layer *layer) {
    int32_t status = attune_ranges_use(layer->memory, layer->ranges, layer->range_count);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_parameters_resolve(layer->memory, layer->record, layer->bound, &layer->parameters);
    return ATTUNE_OK;
}

double attune_weighted_layer_scale(const attune_weighted_layer *layer, int32_t channel, int32_t of_bias) {
    double input_scale = attune_record_float(layer->record, ATTUNE_INPUT_SCALE);
    double output_scale = attune_record_float(layer->record, ATTUNE_OUTPUT_SCALE);
    double bias_scale = attune_channel_real(&layer->parameters, channel) * output_scale;
    return of_bias ? bias_scale : bias_scale / input_scale;
}
