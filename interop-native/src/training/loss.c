/* Softmax cross-entropy, or the softmax's entropy, from int32 accumulators or int8 logits. */
#include "../core/exp_log.h"
#include "logits.h"

#include <float.h>
#include <stddef.h>

/* ln(sum_k exp(z_k)) - z_label. Relative to the largest logit z_m it is (z_m - z_label) + ln(1 + sum_{k != m} exp(z_k -
 * z_m)), which keeps all digits of the loss of a confidently right sample, where m is the label and the sum is tiny. */
static double cross_entropy(const attune_logits *row, int32_t classes, int32_t label) {
    int32_t largest = label;
    double at_label = attune_logit(row, label);
    double maximum = at_label;
    for (int32_t k = 0; k < classes; k++) {
        double z = attune_logit(row, k);
        if (z > maximum) {
            maximum = z;
            largest = k;
        }
    }
    double sum = 0.0;
    for (int32_t k = 0; k < classes; k++) {
        if (k != largest) {
            sum += attune_exp(attune_logit(row, k) - maximum);
        }
    }
    return (maximum - at_label) + attune_log1p(sum);
}

/* -sum_k p_k ln p_k = ln(sum_k exp(d_k)) - sum_k d_k exp(d_k) / sum_k exp(d_k), d_k = z_k - z_m. */
static double entropy(const attune_logits *row, int32_t classes) {
    int32_t largest = 0;
    double maximum = attune_logit(row, 0);
    for (int32_t k = 1; k < classes; k++) {
        double z = attune_logit(row, k);
        if (z > maximum) {
            maximum = z;
            largest = k;
        }
    }
    double sum = 0.0, weighted = 0.0;
    for (int32_t k = 0; k < classes; k++) {
        double difference = attune_logit(row, k) - maximum;
        if (k != largest) {
            double part = attune_exp(difference);
            sum += part;
            weighted += difference * part;
        }
    }
    return attune_log1p(sum) - weighted / (1.0 + sum);
}

static double loss_of(const attune_logits *row, int32_t label) {
    int32_t classes = attune_classes(row->count);
    return label == -1 ? entropy(row, classes) : cross_entropy(row, classes, label);
}

/* The loss, or its difference to the clean loss, rounded once. */
static void store_loss(attune_memory *memory, double loss, int32_t clean, int32_t result) {
    if (clean != -1) {
        loss -= *(const float *)(const void *)(memory->arena + clean);
    }
    *(float *)(void *)(memory->arena + result) = (float)loss;
}

/* The clean loss; it may be the place of the result, which then is one range. */
static attune_range clean_range(int32_t clean, int32_t result) {
    return attune_optional_range(clean == result ? -1 : clean, 4, 4, 0);
}

int32_t attune_loss_s32(int32_t arena, int32_t record, int32_t binding, int32_t label, int32_t clean, int32_t result) {
    attune_classifier classifier;
    int32_t status = attune_classifier_find(arena, record, binding, -1, label, &classifier);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_weighted_layer_add(&classifier.layer, clean_range(clean, result));
    attune_weighted_layer_add(&classifier.layer, (attune_range){result, 4, 4, 1});
    status = attune_classifier_use(&classifier);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_logits row = {classifier.accumulators, &classifier.layer.parameters, NULL, classifier.count, 0,
                         classifier.scale};
    store_loss(classifier.layer.memory, loss_of(&row, label), clean, result);
    return ATTUNE_OK;
}

int32_t attune_loss_s8(int32_t arena, int32_t offset, int32_t count, float scale, int32_t zero_point, int32_t label,
                       int32_t clean, int32_t result) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (count < 1 || label < -1 || label >= attune_classes(count) || zero_point < -128 || zero_point > 127 ||
        !(scale > 0.0f && scale <= FLT_MAX)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    const attune_range ranges[3] = {clean_range(clean, result), {offset, count, 1, 0}, {result, 4, 4, 1}};
    int32_t status = attune_ranges_use(memory, ranges, 3);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_logits row = {NULL, NULL, (const int8_t *)(memory->arena + offset), count, zero_point, scale};
    store_loss(memory, loss_of(&row, label), clean, result);
    return ATTUNE_OK;
}
