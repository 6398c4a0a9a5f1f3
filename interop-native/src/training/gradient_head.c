/* The classifier's own gradient, which softmax cross-entropy gives in closed form: d loss / d z = p - y. */
#include "../core/exp_log.h"
#include "classifier.h"

int32_t attune_gradient_head(int32_t arena, int32_t record, int32_t binding, int32_t label, int32_t nodes) {
    attune_classifier head;
    int32_t status = attune_classifier_find(arena, record, binding, 0, label, &head);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_weighted_layer_add(&head.layer, (attune_range){nodes, (int64_t)head.count * 4, 4, 1});
    status = attune_classifier_use(&head);
    if (status != ATTUNE_OK) {
        return status;
    }

    float *gradient = attune_weighted_layer_at(&head.layer, nodes);
    const attune_parameters *parameters = &head.layer.parameters;
    /* A class 0 without an accumulator has the logit 0. */
    int32_t hidden = attune_classes(head.count) - head.count;
    double largest = 0.0;
    for (int32_t c = 0; c < head.count; c++) {
        double z = head.accumulators[c] * (attune_channel_real(parameters, c) * head.scale);
        largest = (c == 0 && hidden == 0) || z > largest ? z : largest;
    }
    double sum = hidden != 0 ? attune_exp(-largest) : 0.0;
    for (int32_t c = 0; c < head.count; c++) {
        sum += attune_exp(head.accumulators[c] * (attune_channel_real(parameters, c) * head.scale) - largest);
    }
    for (int32_t c = 0; c < head.count; c++) {
        double unit = attune_channel_real(parameters, c) * head.scale;
        double probability = attune_exp(head.accumulators[c] * unit - largest) / sum;
        double derivative = (probability - (c + hidden == label ? 1.0 : 0.0)) * unit;
        gradient[c] = (float)(derivative * attune_bias_step(parameters, c));
    }
    return ATTUNE_OK;
}
