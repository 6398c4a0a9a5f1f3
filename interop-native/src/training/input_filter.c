#include "input_filter.h"

int32_t attune_input_filter_find(int32_t arena, int32_t record, attune_memory **memory, const int32_t **words,
                                 int32_t *elements) {
    int32_t status = attune_weighted_record_find(arena, record, memory, words);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *found = *words;
    int32_t kernel = found[ATTUNE_KERNEL_H];
    int32_t channels = attune_record_channels(found);
    if (found[ATTUNE_OPERATOR] != ATTUNE_CONV_2D || found[ATTUNE_SPECTRUM] == 0 ||
        (kernel != 3 && kernel != 5 && kernel != 7) || channels > ATTUNE_PATCH_ELEMENTS / (kernel * kernel)) {
        return ATTUNE_ERROR_MODE;
    }
    int same = found[ATTUNE_INPUT_ZERO] == found[ATTUNE_OUTPUT_ZERO] &&
               found[ATTUNE_INPUT_SCALE] == found[ATTUNE_OUTPUT_SCALE] && found[ATTUNE_GROUPS] == 1;
    for (int axis = 0; axis < 2; axis++) {
        same = same && found[ATTUNE_KERNEL_H + axis] == kernel && found[ATTUNE_STRIDE_H + axis] == 1 &&
               found[ATTUNE_DILATION_H + axis] == 1 && found[ATTUNE_PAD_TOP + axis] == kernel / 2;
    }
    for (int axis = 0; axis < 4; axis++) {
        same = same && found[ATTUNE_INPUT_N + axis] == found[ATTUNE_OUTPUT_N + axis];
    }
    *elements = channels * kernel * kernel;
    return same ? attune_model_range(*memory, found[ATTUNE_SPECTRUM], (int64_t)*elements * 4, 4) : ATTUNE_ERROR_MODE;
}
