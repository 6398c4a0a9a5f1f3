/* A resolved call of a layer, as kernels take it: all sizes are checked, all pointers are found. */
#ifndef ATTUNE_CALL_H
#define ATTUNE_CALL_H

#include "errors.h"
#include "fixed_point.h"
#include "parameters.h"
#include "signs.h"

typedef struct attune_call {
    const int32_t *record;
    const int8_t *input;
    const int8_t *input2; /* also a constant second operand */
    void *output;         /* int8, or int32 with ATTUNE_RUN_ACCUMULATORS */
    uint8_t *scratch;     /* attune_layer_scratch bytes */
    int64_t *sums;        /* [c] sums, [c] sums of squares; NULL without ATTUNE_RUN_STATISTICS */
    uint32_t *mask;       /* of all lines, attune_mask_words each; NULL without ATTUNE_RUN_MASK */
    attune_parameters parameters;
    int32_t mode;
    uint32_t seed_low;
    uint32_t seed_high;
    /* The output lines to compute; a line is one row of one image, numbered 0 .. n * h - 1. */
    int32_t line_first;
    int32_t line_count;
    /* Lines that a buffer holds: line y lies at y % ring. A whole tensor has a ring of n * h. */
    int32_t input_ring;
    int32_t input2_ring;
    int32_t output_ring;
    int32_t threshold; /* of an operator that has one, 0..255 */
    /* Of a layer with weights: outputs are errors; NULL: outputs are those of the record. */
    const attune_error_outputs *errors;
} attune_call;

/* Words of the mask of one output line, one bit an element. */
static inline int32_t attune_mask_words(const int32_t *record) {
    return (int32_t)(((int64_t)record[ATTUNE_OUTPUT_N + 2] * record[ATTUNE_OUTPUT_N + 3] + 31) / 32);
}

/* Output positions that the call computes. */
static inline int32_t attune_call_positions(const attune_call *call) {
    return call->line_count * call->record[ATTUNE_OUTPUT_N + 2];
}

/* Where a line of the first input or of the int8 output lies. */
static inline const int8_t *attune_input_line(const attune_call *call, int32_t line) {
    const int32_t *shape = call->record + ATTUNE_INPUT_N;
    return call->input + (line % call->input_ring) * (shape[2] * shape[3]);
}
static inline int8_t *attune_output_line(const attune_call *call, int32_t line) {
    const int32_t *shape = call->record + ATTUNE_OUTPUT_N;
    return (int8_t *)call->output + (line % call->output_ring) * (shape[2] * shape[3]);
}

/* The same of a call whose outputs are errors; columns lie column_step apart. */
static inline int8_t *attune_error_line(const attune_call *call, int32_t line) {
    const attune_error_outputs *errors = call->errors;
    int32_t image = line / call->record[ATTUNE_OUTPUT_N + 1];
    int32_t y = line - image * call->record[ATTUNE_OUTPUT_N + 1];
    return errors->output + image * errors->image_step + y * errors->line_step;
}

#endif
