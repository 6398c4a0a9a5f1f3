/* The error that softmax cross-entropy gives the class scores: d loss / d z = p - y. */
#include "../core/errors.h"
#include "../core/exp_log.h"
#include "../training/logits.h"

#include <float.h>
#include <math.h>

/* Scales below would leave float32 on their way through the network; such a sample has no gradient. */
#define SMALLEST_SCALE 1e-30

/* d loss / d of each score in units of int8: (p - y) * scale. */
typedef struct score_derivatives {
    const attune_logits *row;
    int32_t label;
    int32_t hidden; /* classes without a score */
    double largest;
    double sum;
} score_derivatives;

static score_derivatives derivatives_find(const attune_logits *row, int32_t label) {
    int32_t classes = attune_classes(row->count);
    score_derivatives found = {row, label, classes - row->count, attune_logit(row, 0), 0.0};
    for (int32_t k = 1; k < classes; k++) {
        double z = attune_logit(row, k);
        found.largest = z > found.largest ? z : found.largest;
    }
    for (int32_t k = 0; k < classes; k++) {
        found.sum += attune_exp(attune_logit(row, k) - found.largest);
    }
    return found;
}

static double derivative(const score_derivatives *all, int32_t score) {
    const attune_logits *row = all->row;
    int32_t k = score + all->hidden;
    double probability = attune_exp(attune_logit(row, k) - all->largest) / all->sum;
    return (probability - (k == all->label ? 1.0 : 0.0)) * row->scale;
}

static void errors_store(const score_derivatives *all, int8_t *error, float *scale) {
    int32_t count = all->row->count;
    double largest = 0.0;
    for (int32_t c = 0; c < count; c++) {
        double magnitude = fabs(derivative(all, c));
        largest = magnitude > largest ? magnitude : largest;
    }
    *scale = largest > 127.0 * SMALLEST_SCALE && largest <= FLT_MAX ? (float)(largest / 127.0) : 0.0f;
    for (int32_t c = 0; c < count; c++) {
        double parts = *scale > 0.0f ? derivative(all, c) / (double)*scale * 256.0 : 0.0;
        int32_t carry = ATTUNE_ERROR_HALF;
        error[c] = attune_error_round((int32_t)(parts < 0.0 ? parts - 0.5 : parts + 0.5), &carry, 1);
    }
}

int32_t attune_error_head(int32_t arena, int32_t record, int32_t binding, int32_t label, int32_t error, int32_t scale) {
    attune_classifier head;
    int32_t status = attune_classifier_find(arena, record, binding, 0, label, &head);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_weighted_layer_add(&head.layer, (attune_range){error, head.count, 1, 1});
    attune_weighted_layer_add(&head.layer, (attune_range){scale, 4, 4, 1});
    status = attune_classifier_use(&head);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_logits row = {head.accumulators, &head.layer.parameters, NULL, head.count, 0, head.scale};
    score_derivatives all = derivatives_find(&row, label);
    errors_store(&all, attune_weighted_layer_at(&head.layer, error), attune_weighted_layer_at(&head.layer, scale));
    return ATTUNE_OK;
}

int32_t attune_error_logits(int32_t arena, int32_t logits, int32_t count, float logit_scale, int32_t zero_point,
                            int32_t label, int32_t error, int32_t scale) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (count < 1 || label < 0 || label >= attune_classes(count) || zero_point < -128 || zero_point > 127 ||
        !(logit_scale > 0.0f && logit_scale <= FLT_MAX)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    const attune_range ranges[3] = {{logits, count, 1, 0}, {error, count, 1, 1}, {scale, 4, 4, 1}};
    int32_t status = attune_ranges_use(memory, ranges, 3);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_logits row = {NULL, NULL, (const int8_t *)(memory->arena + logits), count, zero_point, logit_scale};
    score_derivatives all = derivatives_find(&row, label);
    errors_store(&all, (int8_t *)(memory->arena + error), (float *)(void *)(memory->arena + scale));
    return ATTUNE_OK;
}
