/* Layers of which only some output channels have an error (attune.h, attune_error_choose). */
#ifndef ATTUNE_CHOSEN_H
#define ATTUNE_CHOSEN_H

#include "../core/parameters.h"

/* Whether the errors of so many chosen channels are packed: every output channel reads all inputs, or its own, and they
 * are at most half of all, so that a layer with them alone needs no more scratch than the whole one. */
int attune_chosen_packs(const int32_t *record, int32_t count);

/* The channels at an offset of the arena; NULL where it is -1, or where the layer does not pack. count: of the list, C
 * if there is none. ATTUNE_ERROR_ARGUMENT for a list that is not ascending. */
int32_t attune_chosen_find(const attune_memory *memory, const int32_t *record, int32_t offset, const int32_t **channels,
                           int32_t *count);

/* The list as a range of a call. */
attune_range attune_chosen_range(int32_t offset, const int32_t *channels, int32_t count);

/* The record of a layer that has `count` channels alone. */
void attune_chosen_record(const int32_t *record, int32_t count, int32_t *chosen);

/* Bytes of the parameters of such a layer: weights and what its output multipliers are made of. */
int64_t attune_chosen_bytes(const int32_t *record, int32_t count);

/* Gathers them at a place that is 16-byte aligned. */
void attune_chosen_gather(const int32_t *record, const attune_parameters *parameters, const int32_t *channels,
                          int32_t count, uint8_t *place, attune_parameters *chosen);

#endif
