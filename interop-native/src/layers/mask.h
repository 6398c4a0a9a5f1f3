/* Which outputs a clamp has left as they were: one bit an element (attune.h, ATTUNE_RUN_MASK). */
#ifndef ATTUNE_MASK_H
#define ATTUNE_MASK_H

#include "../core/call.h"

/* Writes the mask of the lines that the call has computed. */
void attune_mask_write(const attune_call *call);

#endif
