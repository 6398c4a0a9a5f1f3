/* From kept accumulators to outputs: what the probes of a layer's nodes share is computed once. */
#include "layer.h"
#include "weighted.h"

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
    call.line_count = call.record[ATTUNE_OUTPUT_N] * call.record[ATTUNE_OUTPUT_N + 1];
    int32_t channels = attune_record_channels(call.record);
    int32_t positions = attune_record_positions(call.record);
    int64_t bytes = (int64_t)positions * channels * 4;
    attune_call_range ranges[ATTUNE_CALL_RANGES];
    attune_call_range kept = {accumulators, bytes, 4, 0};
    attune_call_ranges(call.record, (const int32_t *)(const void *)(memory->arena + binding), mode, ranges);
    status = attune_arena_range(memory, accumulators, bytes, 4);
    if (status == ATTUNE_OK &&
        (call.output_ring < call.line_count || !attune_ranges_apart(&kept, &ranges[ATTUNE_CALL_OUTPUT]))) {
        status = ATTUNE_ERROR_ARGUMENT;
    }
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_touch(memory, accumulators, bytes);
    const int32_t *values = (const int32_t *)(const void *)(memory->arena + accumulators);
    attune_channels tile;
    for (int32_t first = 0; first < channels; first += ATTUNE_CHANNEL_BLOCK) {
        int32_t count = channels - first < ATTUNE_CHANNEL_BLOCK ? channels - first : ATTUNE_CHANNEL_BLOCK;
        attune_channels_prepare(&call, first, count, &tile);
        for (int32_t i = 0; i < count; i++) {
            tile.bias[i] = 0; /* it is in the accumulators */
        }
        for (int32_t position = 0; position < positions; position++) {
            attune_channels_write(&call, &tile, position, 1, values + (int64_t)position * channels + first);
        }
    }
    return ATTUNE_OK;
}
