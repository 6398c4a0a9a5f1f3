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
    double ratio;     /* scale of the error over scale of the result */
    int32_t nearest;  /* not 0: rounding carries nothing on */
    uint32_t seed_low;
    uint32_t seed_high;
    int32_t *carry; /* [channels of the input] */
    /* The channels that the error has, [chosen_count], packed; NULL: all. */
    const int32_t *chosen;
    int32_t chosen_count;
} attune_error_call;

/* What an operator's backward rule reads beside the error. */
enum { ATTUNE_ERROR_READS_INPUT = 1, ATTUNE_ERROR_READS_INPUT2 = 2, ATTUNE_ERROR_READS_OUTPUT = 4 };

typedef struct attune_error_rules {
    int32_t reads; /* sum of ATTUNE_ERROR_READS_* */
    /* Bytes of scratch; NULL: 4 a channel, for the carry, which is first in any scratch. -1 if the record has no
     * backward step. */
    int32_t (*scratch)(const int32_t *record);
    /* The same for an error of this many chosen channels, fewer than all; NULL: the operator takes none. */
    int32_t (*chosen_scratch)(const int32_t *record, int32_t count);
    void (*run)(const attune_error_call *call);
} attune_error_rules;

/* Every error, rescaled to 1/256 of a unit of the result. */
typedef struct attune_error_table {
    int32_t parts[256]; /* of e at e + 128 */
} attune_error_table;

/* Fills the table for e * factor * ratio. */
void attune_error_table_fill(const attune_error_call *call, float factor, attune_error_table *table);

/* Fills the table for e / size * ratio. */
void attune_error_table_share(const attune_error_call *call, float size, attune_error_table *table);

/* Puts count errors of the output, from element `from` on, into the result from element `to` on. Of the result these
 * are whole positions. */
void attune_error_copy(const attune_error_call *call, const attune_error_table *table, int32_t from, int32_t to,
                       int32_t count);

/* Puts errors of an input, in units of the output's error, into the result: value * factor * ratio. element: row-major
 * number of the first of count values. */
void attune_error_store(const attune_error_call *call, int32_t element, int32_t count, const float *values,
                        float factor);

#endif
