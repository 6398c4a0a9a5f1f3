/* Walks two operands that are broadcast to the output's shape. */
#ifndef ATTUNE_ELEMENTWISE_H
#define ATTUNE_ELEMENTWISE_H

#include "../core/call.h"

/* count outputs from operands that advance by step 0 or 1 an element. */
typedef void (*attune_elementwise_run)(const int32_t *record, const int8_t *input, int32_t step, const int8_t *input2,
                                       int32_t step2, int32_t count, int8_t *output);

void attune_elementwise(const attune_call *call, attune_elementwise_run run);

/* Whether the operands broadcast to the output's shape, and the output's multiplier and clamp are good. */
int attune_elementwise_good(const int32_t *record);

#endif
