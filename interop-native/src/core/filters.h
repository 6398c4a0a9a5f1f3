/* Weights as the multiplying loops want them. */
#ifndef ATTUNE_FILTERS_H
#define ATTUNE_FILTERS_H

#include "call.h"

/* Writes count weights from the flat weight number first on as int16: minus their zero point, plus the signs of
 * ATTUNE_RUN_PROBE_WEIGHTS. Clean and probed layers then run through the same loops. */
void attune_filter_prepare(const attune_call *call, int32_t first, int32_t count, int16_t *filter);

#endif
