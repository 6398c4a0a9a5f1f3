/* What an operator asks of its records and calls. Each operator defines its rules in its own file, beside its portable
 * kernel; operators.c lists them. */
#ifndef ATTUNE_OPERATOR_H
#define ATTUNE_OPERATOR_H

#include "../core/call.h"

/* The modes of layers with weights. */
#define ATTUNE_WEIGHTED_MODES                                                                                          \
    (ATTUNE_RUN_PROBE_WEIGHTS | ATTUNE_RUN_PROBE_BIASES | ATTUNE_RUN_PROBE_NODES | ATTUNE_RUN_STATISTICS |             \
     ATTUNE_RUN_ACCUMULATORS)

/* Properties, added together. */
enum {
    ATTUNE_BINARY = 1,  /* has a second operand: a tensor, or a constant with ATTUNE_FLAG_CONSTANT_INPUT2 */
    ATTUNE_IN_PLACE = 2 /* the output may lie at the place of the input */
};

typedef struct attune_operator_rules {
    int32_t modes;      /* sum of ATTUNE_RUN_* that a run may have */
    int32_t properties; /* sum of ATTUNE_BINARY, ATTUNE_IN_PLACE */
    /* Whether the operator's own fields are good. Shapes, zero points and scales are checked already. */
    int (*record_good)(const int32_t *record);
    /* Bytes of scratch of a good record; NULL: none. */
    int32_t (*scratch)(const int32_t *record);
    /* Input lines first .. first + extent - 1 that an output line needs, clipped to the input by the caller; NULL: the
     * operator cannot be part of a chain. */
    void (*lines)(const int32_t *record, int32_t line, int32_t *first, int32_t *extent);
    /* Takes what only this operator has in the binding; false if it is out of range. NULL: nothing. */
    int (*bind)(const int32_t *bound, attune_call *call);
    /* The portable kernel. */
    void (*run)(const attune_call *call);
} attune_operator_rules;

#endif
