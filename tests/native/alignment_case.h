/* What the tests of statistics and of alignment share: a layer's source, by the definitions of attune.h. */
#ifndef ATTUNE_ALIGNMENT_CASE_H
#define ATTUNE_ALIGNMENT_CASE_H

#include "training_case.h"

/* A CONV_2D of more than one channel. */
void alignment_open_channels(training_case *test);
/* Small biases of the model, so that they do not hide what is tested. */
void alignment_calm_biases(training_case *test);
/* Makes some channels not vary in the source. */
void alignment_still_channels(training_case *test);

double alignment_bias(const training_case *test, int32_t channel);
/* s_a * s_w[c], the real value of one unit of the accumulator. */
double alignment_unit(const training_case *test, int32_t channel);
double alignment_source_mean(const training_case *test, int32_t channel);
double alignment_source_variance(const training_case *test, int32_t channel);

/* The average over the active channels; 0 if there are none. */
double alignment_average(const training_case *test, const double *values);

int alignment_near(double actual, double expected, double tolerance);
double alignment_square(double x);

#endif
