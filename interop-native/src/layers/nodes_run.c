/* From kept accumulators to outputs: what the probes of a layer's nodes share is computed once. */
#include "../core/channels.h"
#include "layer_call.h"

/* Turns the accumulators into the call's outputs. */
static void outputs_write(const attune_call *call, const int32_t *accumulators) {
    int32_t channels = attune_record_channels(call->record);
    int32_t positions = attune_record_positions(call->record);
    attune_channels tile;
    for (int32_t first = 0; first < channels; first += ATTUNE_CHANNEL_BLOCK) {
        int32_t count = channels - first < ATTUNE_CHANNEL_BLOCK ? channels - first : ATTUNE_CHANNEL_BLOCK;
        attune_channels_prepare(call, first, count, &tile);
        for (int32_t i = 0; i < count; i++) {
            tile.bias[i] = 0; /* it is in the accumulators */
        }
        for (int32_t position = 0; position < positions; position++) {
            attune_channels_write(call, &tile, position, 1, accumulators + (int64_t)position * channels + first);
        }
    }
}

int32_t attune_nodes_run(int32_t arena, int32_t record, int32_t binding, int32_t accumulators, int32_t mode,
                         uint32_t seed_low, uint32_t seed_high) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    attune_call call = {.seed_low = seed_low, .seed_high = seed_high};
    int32_t status = attune_call_find(memory, record, binding, mode, &call);
    if (status != ATTUNE_OK) {
        return status;
    }
    if (!attune_record_has_weights(call.record) || mode & ~(ATTUNE_RUN_PROBE_NODES | ATTUNE_RUN_ACCUMULATORS)) {
        return ATTUNE_ERROR_MODE;
    }
    call.line_count = attune_record_lines(call.record, ATTUNE_OUTPUT_N);
    if (call.output_ring < call.line_count) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int32_t element = mode & ATTUNE_RUN_ACCUMULATORS ? 4 : 1;
    int64_t values = (int64_t)attune_record_positions(call.record) * attune_record_channels(call.record);
    const int32_t *bound = (const int32_t *)(const void *)(memory->arena + binding);
    const attune_range ranges[2] = {
        {accumulators, values * 4, 4, 0},
        {bound[ATTUNE_BIND_OUTPUT], values * element, element, 1},
    };
    status = attune_ranges_check(memory, ranges, 2);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_call_touch(memory, binding, &call);
    attune_touch(memory, accumulators, values * 4);
    outputs_write(&call, (const int32_t *)(const void *)(memory->arena + accumulators));
    return ATTUNE_OK;
}
