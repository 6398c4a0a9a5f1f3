/* A resolved step of an error from a layer's output to one of its inputs, as the rules of operators take it. */
#ifndef ATTUNE_ERROR_CALL_H
#define ATTUNE_ERROR_CALL_H

#include "../core/errors.h"
#include "../core/parameters.h"

#include <stddef.h>

typedef struct attune_error_call {
    const int32_t *record;
    attune_parameters parameters; /* of a layer with weights */
    int32_t number;               /* of the input, 0 or 1 */
    const int32_t *shape;         /* of that input, in the record */
    const int8_t *error;          /* of the output */
    int8_t *result;               /* of the input */
    const int8_t *input;          /* values, where the rule needs them */
    const int8_t *input2;
    const int8_t *output;
    uint8_t *scratch; /* attune_error_scratch bytes */
    /* The layer that writes the input: its output multipliers are the units of the result. NULL: units of int8. */
    const attune_parameters *writer;
    int32_t writer_channels;
    double ratio; /* scale of the error over scale of the result */
    attune_error_rounding rounding;
} attune_error_call;

/* Units of the result for one unit of the input's real value over its scale: M[c] of the writer, or 1. */
static inline double attune_error_unit(const attune_error_call *call, int32_t channel) {
    return call->writer == NULL ? 1.0 : attune_channel_real(call->writer, channel % call->writer_channels);
}

/* What an operator's backward rule reads beside the error. */
enum { ATTUNE_ERROR_READS_INPUT = 1, ATTUNE_ERROR_READS_INPUT2 = 2, ATTUNE_ERROR_READS_OUTPUT = 4 };

typedef struct attune_error_rules {
    int32_t reads; /* sum of ATTUNE_ERROR_READS_* */
    /* Bytes of scratch; NULL: 4 a channel of the input. -1 if the record has no backward step. */
    int32_t (*scratch)(const int32_t *record);
    void (*run)(const attune_error_call *call);
} attune_error_rules;

/* The rules of a record, or NULL where its operator has none. */
const attune_error_rules *attune_error_rules_find(const int32_t *record);

/* Puts real errors of an input, in units of int8 of the output's error, into the result: value * factor * ratio * unit.
 * element: row-major number of the first of count values. */
void attune_error_store(const attune_error_call *call, int32_t element, int32_t count, const float *values,
                        float factor);

/* Fills the float32 array of scratch: ratio * unit * 256 of each channel of the input. attune_error_store reads it. */
void attune_error_units_fill(const attune_error_call *call);

#endif
