/* What measuring a layer and correcting it share: which channels are active, and how variances compare. */
#ifndef ATTUNE_ALIGNMENT_H
#define ATTUNE_ALIGNMENT_H

#include "../core/exp_log.h"
#include "../core/parameters.h"

#include <float.h>
#include <math.h>

/* Whether a channel is in use and varies in the source; averages over a layer leave out the others. */
static inline int attune_channel_active(const attune_parameters *parameters, int32_t channel, float source_variance) {
    int32_t multiplier;
    int32_t shift;
    attune_channel_multiplier(parameters, channel, &multiplier, &shift);
    return multiplier > 0 && source_variance > 0.0f;
}

/* ln((a + epsilon) / (b + epsilon)); NaN where that has no meaning. */
static inline double attune_log_ratio(double a, double b, double epsilon) {
    double ratio = (a + epsilon) / (b + epsilon);
    return ratio >= DBL_MIN && ratio <= DBL_MAX ? attune_log(ratio) : NAN;
}

#endif
