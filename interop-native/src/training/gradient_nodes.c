/* Gradient of a node perturbation with respect to the nodes: loss difference times the signs of the outputs. */
#include "signed_add.h"
#include "weighted_layer.h"

int32_t attune_gradient_nodes(int32_t arena, int32_t record, uint32_t seed_low, uint32_t seed_high, int32_t delta,
                              int32_t first, int32_t count, int32_t line, int32_t lines, int32_t nodes) {
    attune_memory *memory;
    const int32_t *words;
    int32_t status = attune_weighted_record_find(arena, record, &memory, &words);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_tile_check(words, first, count);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t channels = attune_record_channels(words);
    status = attune_lines_check(words, line, lines);
    if (status != ATTUNE_OK) {
        return status;
    }
    int32_t width = words[ATTUNE_OUTPUT_N + 2];
    int32_t positions = lines * width;
    uint32_t element = (uint32_t)(line * width * channels + first);
    attune_range ranges[2] = {{delta, 4, 4, 0}, {nodes, (int64_t)positions * count * 4, 4, 1}};
    status = attune_ranges_use(memory, ranges, 2);
    if (status != ATTUNE_OK) {
        return status;
    }

    float difference = *(const float *)(const void *)(memory->arena + delta);
    float *sums = (float *)(void *)(memory->arena + nodes);
    if (count == channels) {
        attune_signed_add(sums, positions * count, element, difference, seed_low, seed_high);
        return ATTUNE_OK;
    }
    for (int32_t p = 0; p < positions; p++) {
        attune_signed_add(sums + (int64_t)p * count, count, element + (uint32_t)(p * channels), difference, seed_low,
                          seed_high);
    }
    return ATTUNE_OK;
}
