#include "transposed.h"

#include "../core/fixed_point.h"
#include "../layers/backend.h"
#include "error_use.h"

#include <stddef.h>
#include <string.h>

static int32_t greatest_divisor(int32_t a, int32_t b) {
    while (b != 0) {
        int32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

int32_t attune_phase_count(const int32_t *record, int axis) {
    return record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED ? 1 : record[ATTUNE_STRIDE_H + axis];
}

/* Tap k of output o lies at input o * stride - pad + k * dilation. So input y = r + stride * i meets tap k if r + pad -
 * k * dilation is a multiple of the stride, at output i + (r + pad - k * dilation) / stride. */
attune_phase_axis attune_phase_axis_find(const int32_t *record, int axis, int32_t remainder) {
    attune_phase_axis phase = {.remainder = remainder, .step = 1, .taps = 1, .dilation = 1};
    if (record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED) {
        phase.count = 1;
        return phase;
    }
    int32_t input = record[ATTUNE_INPUT_N + 1 + axis];
    int32_t output = record[ATTUNE_OUTPUT_N + 1 + axis];
    int32_t kernel = record[ATTUNE_KERNEL_H + axis];
    int32_t stride = record[ATTUNE_STRIDE_H + axis];
    int32_t dilation = record[ATTUNE_DILATION_H + axis];
    int32_t from = remainder + record[ATTUNE_PAD_TOP + axis];
    int32_t divisor = greatest_divisor(stride, dilation);
    phase.step = stride / divisor;
    phase.dilation = dilation / divisor;
    while (phase.first < phase.step && phase.first < kernel && (from - phase.first * dilation) % stride != 0) {
        phase.first++;
    }
    if (phase.first == phase.step || phase.first >= kernel || remainder >= input) {
        phase.taps = 0;
        return phase;
    }
    phase.taps = (kernel - phase.first + phase.step - 1) / phase.step;
    int32_t offset = (from - phase.first * dilation) / stride; /* output of the first tap at i = 0 */
    int32_t pad = (phase.taps - 1) * phase.dilation - offset;
    int32_t inputs = (input - remainder + stride - 1) / stride;
    int32_t end = output + pad < inputs ? output + pad : inputs;
    phase.low = offset < 0 ? -offset : 0;
    phase.count = end > phase.low ? end - phase.low : 0;
    phase.pad = pad - phase.low;
    return phase;
}

static int axis_covers(const int32_t *record, int axis) {
    for (int32_t remainder = 0; remainder < attune_phase_count(record, axis); remainder++) {
        attune_phase_axis phase = attune_phase_axis_find(record, axis, remainder);
        int32_t stride = attune_phase_count(record, axis);
        int32_t input = record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED ? 1 : record[ATTUNE_INPUT_N + 1 + axis];
        int32_t inputs = remainder < input ? (input - remainder + stride - 1) / stride : 0;
        if (phase.count < inputs) {
            return 0;
        }
    }
    return 1;
}

int attune_phases_cover(const int32_t *record) {
    return axis_covers(record, 0) && axis_covers(record, 1);
}

void attune_transposed_record(const int32_t *record, const attune_phase_axis *vertical,
                              const attune_phase_axis *horizontal, int32_t *transposed) {
    memset(transposed, 0, ATTUNE_RECORD_WORDS * 4);
    memcpy(transposed + ATTUNE_INPUT_N, record + ATTUNE_OUTPUT_N, 16);
    memcpy(transposed + ATTUNE_OUTPUT_N, record + ATTUNE_INPUT_N, 16);
    transposed[ATTUNE_OPERATOR] = record[ATTUNE_OPERATOR];
    transposed[ATTUNE_ACT_MIN] = -128;
    transposed[ATTUNE_ACT_MAX] = 127;
    if (record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED) {
        return;
    }
    const attune_phase_axis *axes[2] = {vertical, horizontal};
    for (int axis = 0; axis < 2; axis++) {
        transposed[ATTUNE_OUTPUT_N + 1 + axis] = axes[axis]->count;
        transposed[ATTUNE_KERNEL_H + axis] = axes[axis]->taps;
        transposed[ATTUNE_STRIDE_H + axis] = 1;
        transposed[ATTUNE_DILATION_H + axis] = axes[axis]->dilation;
        transposed[ATTUNE_PAD_TOP + axis] = axes[axis]->pad;
    }
    int depthwise = record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    transposed[ATTUNE_GROUPS] = record[ATTUNE_GROUPS];
    if (depthwise && record[ATTUNE_GROUPS] > 1) {
        /* Every input channel gathers the errors of the outputs that read it. */
        transposed[ATTUNE_OPERATOR] = ATTUNE_CONV_2D;
        transposed[ATTUNE_GROUPS] = record[ATTUNE_INPUT_N + 3];
    }
}

int32_t attune_transposed_weights(const int32_t *transposed) {
    return attune_record_channels(transposed) * attune_record_filter_size(transposed);
}

/* Factors of weights are Q24: below 127 they fit, and no weight times its factor leaves int32. */
#define FACTOR_BITS 24
/* Filters that are transposed together. */
#define FILTERS 4
/* Channels whose multipliers are taken together. */
#define CHUNK 64

static int32_t largest_weight(const int32_t *record, const int8_t *weights, int32_t channel) {
    int32_t filter = attune_record_filter_size(record);
    if (record[ATTUNE_OPERATOR] != ATTUNE_DEPTHWISE_CONV_2D && record[ATTUNE_WEIGHTS_ZERO] == 0) {
        return attune_error_largest(weights + channel * filter, filter);
    }
    int depthwise = record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    int32_t step = depthwise ? attune_record_channels(record) : 1;
    const int8_t *first = weights + (depthwise ? channel : channel * filter);
    int32_t largest = 0;
    for (int32_t k = 0; k < filter; k++) {
        int32_t weight = first[k * step] - record[ATTUNE_WEIGHTS_ZERO];
        weight = weight < 0 ? -weight : weight;
        largest = weight > largest ? weight : largest;
    }
    return largest;
}

attune_transposed_units attune_transposed_units_find(const int32_t *record, const attune_parameters *parameters) {
    attune_transposed_units units = {.parameters = parameters};
    units.by_channel = record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D && record[ATTUNE_GROUPS] == 1;
    float most = record[ATTUNE_WEIGHTS_ZERO] == 0 ? 128.0f : 255.0f; /* of a weight minus its zero point */
    int32_t channels = attune_record_channels(record);
    for (int32_t first = 0; first < channels; first += CHUNK) {
        float reals[CHUNK];
        int32_t count = channels - first < CHUNK ? channels - first : CHUNK;
        attune_channel_floats(parameters, first, count, reals);
        for (int32_t i = 0; i < count; i++) {
            units.largest = reals[i] > units.largest ? reals[i] : units.largest;
            /* Most channels cannot raise the unit, whatever their weights are. */
            if (!units.by_channel && reals[i] * most > units.unit) {
                float product = reals[i] * (float)largest_weight(record, parameters->weights, first + i);
                units.unit = product > units.unit ? product : units.unit;
            }
        }
    }
    units.unit /= 127.0f;
    units.inverse = units.unit > 0.0f ? (float)(1 << FACTOR_BITS) / units.unit : 0.0f;
    units.largest = units.by_channel ? units.largest : units.unit;
    return units;
}

/* What a weight of a channel with this multiplier is multiplied by. */
static inline int32_t factor_for(const attune_transposed_units *units, float real) {
    float factor = real * units->inverse;
    return factor >= 127.0f * (1 << FACTOR_BITS) ? 127 << FACTOR_BITS : (int32_t)(factor + 0.5f);
}

static int32_t factor_of(const attune_transposed_units *units, int32_t channel) {
    return factor_for(units, attune_transposed_real(units, channel));
}

void attune_transposed_factors(const attune_transposed_units *units, int32_t channels, int32_t *factors) {
    for (int32_t first = 0; first < channels; first += CHUNK) {
        float reals[CHUNK];
        int32_t count = channels - first < CHUNK ? channels - first : CHUNK;
        attune_channel_floats(units->parameters, first, count, reals);
        for (int32_t i = 0; i < count; i++) {
            factors[first + i] = factor_for(units, reals[i]);
        }
    }
}

static inline int8_t scaled(int32_t weight, int32_t factor) {
    int64_t product = (int64_t)weight * factor + (1 << (FACTOR_BITS - 1));
    return (int8_t)attune_clamp((int32_t)(product >> FACTOR_BITS), -127, 127);
}

static void fill_depthwise(const int32_t *record, const int8_t *weights, const attune_phase_axis *vertical,
                           const attune_phase_axis *horizontal, int8_t *filled) {
    int32_t channels = attune_record_channels(record);
    for (int32_t j = vertical->taps - 1; j >= 0; j--) {
        for (int32_t i = horizontal->taps - 1; i >= 0; i--) {
            int32_t y = vertical->first + j * vertical->step;
            int32_t x = horizontal->first + i * horizontal->step;
            memcpy(filled, weights + (y * record[ATTUNE_KERNEL_W] + x) * channels, (size_t)channels);
            filled += channels;
        }
    }
}

/* An input channel of a depthwise layer gathers the errors of the outputs that read it. */
static void fill_multiplied(const int32_t *record, const attune_transposed_units *units,
                            const attune_phase_axis *vertical, const attune_phase_axis *horizontal, int8_t *filled) {
    int32_t channels = attune_record_channels(record);
    int32_t multiplier = record[ATTUNE_GROUPS];
    int32_t taps = vertical->taps * horizontal->taps;
    for (int32_t c = 0; c < channels; c++) {
        int32_t factor = factor_of(units, c);
        int8_t *to = filled + c / multiplier * taps * multiplier + c % multiplier;
        for (int32_t j = vertical->taps - 1; j >= 0; j--) {
            for (int32_t i = horizontal->taps - 1; i >= 0; i--) {
                int32_t y = vertical->first + j * vertical->step;
                int32_t x = horizontal->first + i * horizontal->step;
                *to = scaled(units->parameters->weights[(y * record[ATTUNE_KERNEL_W] + x) * channels + c], factor);
                to += multiplier;
            }
        }
    }
}

/* Filters of a convolution or fully connected layer at one tap. */
typedef struct tap_filters {
    const int8_t *from; /* weights of the first filter */
    int32_t from_step;
    const int32_t *factors;
    int32_t count; /* filters, 1..FILTERS */
    int32_t depth;
    int32_t zero;
    int8_t *to; /* [depth][filters] */
    int32_t to_step;
} tap_filters;

static void tap_fill(const tap_filters *tap, const attune_error_twins *twins) {
    int32_t done = 0;
    if (twins != NULL && tap->count == FILTERS && tap->zero == 0) {
        done = twins->transpose(tap->from, tap->from_step, tap->factors, tap->depth, tap->to, tap->to_step);
    }
    for (int32_t i = 0; i < tap->count && done < tap->depth; i++) {
        const int8_t *from = tap->from + i * tap->from_step;
        int8_t *to = tap->to + done * tap->to_step + i;
        for (int32_t k = done; k < tap->depth; k++) {
            *to = scaled(from[k] - tap->zero, tap->factors[i]);
            to += tap->to_step;
        }
    }
}

/* Convolutions and fully connected layers: filter by filter, so that reads are in order. */
static void fill_filters(const int32_t *record, const attune_transposed_units *units, const attune_phase_axis *vertical,
                         const attune_phase_axis *horizontal, int8_t *filled) {
    int fully = record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED;
    int32_t groups = fully ? 1 : record[ATTUNE_GROUPS];
    int32_t kernel_w = fully ? 1 : record[ATTUNE_KERNEL_W];
    int32_t depth = record[ATTUNE_INPUT_N + 3] / groups;
    int32_t channels = attune_record_channels(record);
    int32_t outputs = channels / groups;
    int32_t filter = attune_record_filter_size(record);
    int32_t taps = vertical->taps * horizontal->taps;
    const attune_error_twins *twins = attune_backend_errors();
    int32_t factors[FILTERS];
    tap_filters some = {.from_step = filter,
                        .factors = factors,
                        .depth = depth,
                        .zero = record[ATTUNE_WEIGHTS_ZERO],
                        .to_step = taps * outputs};
    for (int32_t c = 0; c < channels; c += some.count) {
        int32_t left = outputs - c % outputs; /* of the group */
        some.count = left < FILTERS ? left : FILTERS;
        for (int32_t i = 0; i < some.count; i++) {
            factors[i] = factor_of(units, c + i);
        }
        int32_t tap = 0;
        for (int32_t j = vertical->taps - 1; j >= 0; j--) {
            for (int32_t i = horizontal->taps - 1; i >= 0; i--, tap++) {
                int32_t y = vertical->first + j * vertical->step;
                int32_t x = horizontal->first + i * horizontal->step;
                some.from = units->parameters->weights + c * filter + (y * kernel_w + x) * depth;
                some.to = filled + (c / outputs * depth * taps + tap) * outputs + c % outputs;
                tap_fill(&some, twins);
            }
        }
    }
}

void attune_transposed_fill(const int32_t *record, const attune_transposed_units *units,
                            const attune_phase_axis *vertical, const attune_phase_axis *horizontal, int8_t *filled) {
    if (units->by_channel) {
        fill_depthwise(record, units->parameters->weights, vertical, horizontal, filled);
    } else if (record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D) {
        fill_multiplied(record, units, vertical, horizontal, filled);
    } else {
        fill_filters(record, units, vertical, horizontal, filled);
    }
}
