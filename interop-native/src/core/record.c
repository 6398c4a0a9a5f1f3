#include "record.h"

#include <string.h>

int32_t attune_record_positions(const int32_t *record) {
    return record[ATTUNE_OUTPUT_N] * record[ATTUNE_OUTPUT_N + 1] * record[ATTUNE_OUTPUT_N + 2];
}

int32_t attune_record_filter_size(const int32_t *record) {
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        return record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W] * (record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS]);
    case ATTUNE_DEPTHWISE_CONV_2D:
        return record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W];
    case ATTUNE_FULLY_CONNECTED:
        return record[ATTUNE_INPUT_N + 3];
    default:
        return 0;
    }
}

float attune_record_float(const int32_t *record, int32_t word) {
    float value;
    memcpy(&value, record + word, sizeof value);
    return value;
}
