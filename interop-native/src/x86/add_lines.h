/* Runs of neighbouring elements of an addition without broadcast. */
#ifndef ATTUNE_ADD_LINES_H
#define ATTUNE_ADD_LINES_H

#include "x86.h"

#if defined(ATTUNE_X86)

typedef void (*attune_add_run)(const int32_t *record, const int8_t *input, const int8_t *input2, int32_t count,
                               int8_t *output);

/* Returns 0, having done nothing, where an operand is broadcast. */
int attune_add_lines(const attune_call *call, attune_add_run run);

#endif
#endif
