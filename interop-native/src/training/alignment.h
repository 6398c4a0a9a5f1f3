/* What measuring a layer and correcting it share: which channels speak for the layer, and how variances compare. */
#ifndef ATTUNE_ALIGNMENT_H
#define ATTUNE_ALIGNMENT_H

#include "internal.h"

#include <float.h>
#include <math.h>

/* The model's own parameters of a layer, whatever is in force: statistics and corrections refer to them. */
static inline int32_t attune_model_parameters_find(attune_memory *memory, const int32_t *record,
                                                   attune_parameters *parameters) {
    static const int32_t unbound[ATTUNE_BINDING_WORDS] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return attune_parameters_find(memory, record, unbound, parameters);
}

/* Whether a channel is in use and varies in the source. The others say nothing about their layer. */
static inline int attune_channel_speaks(const attune_parameters *parameters, int32_t channel, float source_variance) {
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
