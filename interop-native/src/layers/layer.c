/* Single layers. */
#include "../kernels/operators.h"
#include "layer_call.h"
#include "record_check.h"

#include <stddef.h>

int32_t attune_layer_check(int32_t arena, int32_t record) {
    const attune_memory *memory = attune_memory_find(arena);
    const int32_t *words;
    return memory == NULL ? ATTUNE_ERROR_HANDLE : attune_record_find(memory, record, &words);
}

int32_t attune_layer_scratch(int32_t arena, int32_t record) {
    const attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    const int32_t *words;
    int32_t status = attune_record_find(memory, record, &words);
    if (status != ATTUNE_OK) {
        return status;
    }
    const attune_operator_rules *rules = attune_operator_find(words);
    return rules->scratch == NULL ? 0 : rules->scratch(words);
}

int32_t attune_layer_run(int32_t arena, int32_t record, int32_t binding, int32_t mode, uint32_t seed_low,
                         uint32_t seed_high) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    attune_call call = {.seed_low = seed_low, .seed_high = seed_high};
    int32_t status = attune_call_find(memory, record, binding, mode, &call);
    if (status != ATTUNE_OK) {
        return status;
    }
    call.line_count = attune_record_lines(call.record, ATTUNE_OUTPUT_N);
    if (call.input_ring < attune_record_lines(call.record, ATTUNE_INPUT_N) ||
        call.input2_ring < attune_record_lines(call.record, ATTUNE_INPUT2_N) || call.output_ring < call.line_count) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    attune_call_touch(memory, binding, &call);
    attune_call_run(&call);
    return ATTUNE_OK;
}
