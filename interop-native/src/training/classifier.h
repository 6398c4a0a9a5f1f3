/* The classifier as functions of loss and gradient read it: one row of int32 accumulators at the binding's output. */
#ifndef ATTUNE_CLASSIFIER_H
#define ATTUNE_CLASSIFIER_H

#include "weighted_layer.h"

/* Classes of so many scores: a single score z is that of class 1, beside a class 0 whose score is 0, so that the
 * softmax of the two is the logistic function of z. */
static inline int32_t attune_classes(int32_t scores) {
    return scores == 1 ? 2 : scores;
}

typedef struct attune_classifier {
    attune_weighted_layer layer;
    const int32_t *accumulators; /* from attune_classifier_use on */
    int32_t count;               /* accumulators: one for each class, or one alone for two classes */
    double scale;                /* of the output; a real logit is accumulator * M[c] * scale */
} attune_classifier;

/* Finds the classifier of a record and adds its accumulators to what the call uses; ATTUNE_ERROR_ARGUMENT unless label
 * is lowest .. classes - 1. */
int32_t attune_classifier_find(int32_t arena, int32_t record, int32_t binding, int32_t lowest, int32_t label,
                               attune_classifier *classifier);

/* Checks and touches all that the call uses. */
int32_t attune_classifier_use(attune_classifier *classifier);

#endif
