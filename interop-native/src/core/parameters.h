/* Where a layer's parameters are now, and what its output multipliers mean. */
#ifndef ATTUNE_PARAMETERS_H
#define ATTUNE_PARAMETERS_H

#include "../memory/ranges.h"
#include "record.h"

/* The parameters of a layer with weights, where they are now: in the arena if the binding says so, else in the model.
 */
typedef struct attune_parameters {
    const int8_t *weights;
    const int32_t *bias; /* NULL: none */
    const int32_t *multipliers;
    const int32_t *shifts;
    const float *rescale; /* not NULL: replaces multipliers and shifts */
} attune_parameters;

/* The words of a binding. Touches nothing. */
int32_t attune_binding_find(const attune_memory *memory, int32_t binding, const int32_t **words);

/* The arena copies that a binding names, none of them written: weights, biases and rescale. */
enum { ATTUNE_RANGE_WEIGHTS, ATTUNE_RANGE_BIAS, ATTUNE_RANGE_RESCALE, ATTUNE_PARAMETER_RANGES };
void attune_parameter_ranges(const int32_t *record, const int32_t *bound, attune_range *ranges);

/* Resolves the parameters. bound: words of a binding whose parameter ranges are checked; NULL: the model's own. */
void attune_parameters_resolve(const attune_memory *memory, const int32_t *record, const int32_t *bound,
                               attune_parameters *parameters);

/* Output multiplier of a channel as Q31 and shift. From float: the 24 significant bits, times 2^7; a multiplier that is
 * not positive and finite, or below 2^-32, gives 0, 0; one of 2^30 or more gives 2^31 - 1, 30. */
void attune_channel_multiplier(const attune_parameters *parameters, int32_t channel, int32_t *multiplier,
                               int32_t *shift);
/* The same as a real number: multiplier * 2^(shift - 31). */
double attune_channel_real(const attune_parameters *parameters, int32_t channel);
/* The same of channels first .. first + count - 1, rounded to float32. */
void attune_channel_floats(const attune_parameters *parameters, int32_t first, int32_t count, float *values);
/* k of ATTUNE_RUN_PROBE_BIASES: max(1, round(1 / M)), at most 2^30; 1 where M = 0. */
int32_t attune_bias_step(const attune_parameters *parameters, int32_t channel);

#endif
