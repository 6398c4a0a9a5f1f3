/* Fully connected layer. Inputs and weights are widened a part at a time on the stack; there is no scratch. */
#include "../core/channels.h"
#include "../core/filters.h"
#include "../core/simd.h"
#include "checks.h"
#include "operator.h"

#define PART 256
/* Weights with a zero point span 255 + 1 units instead of 128. */
#define LARGEST_SHIFTED_FILTER 32768

ATTUNE_VECTOR
static void widen(const int8_t *restrict input, int32_t count, int32_t zero, int16_t *restrict output) {
    for (int32_t i = 0; i < count; i++) {
        output[i] = (int16_t)(input[i] - zero);
    }
}

ATTUNE_VECTOR
static int32_t multiply(const int16_t *restrict input, const int16_t *restrict filter, int32_t count) {
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += input[i] * filter[i];
    }
    return sum;
}

static void fully_connected(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t rows = record[ATTUNE_OUTPUT_N];
    int32_t depth = record[ATTUNE_INPUT_N + 3];
    int32_t units = attune_record_channels(record);
    int16_t inputs[PART];
    int16_t weights[PART];
    int32_t accumulators[ATTUNE_CHANNEL_BLOCK];
    attune_channels channels;
    for (int32_t first = 0; first < units; first += ATTUNE_CHANNEL_BLOCK) {
        int32_t count = units - first < ATTUNE_CHANNEL_BLOCK ? units - first : ATTUNE_CHANNEL_BLOCK;
        attune_channels_prepare(call, first, count, &channels);
        for (int32_t row = 0; row < rows; row++) {
            for (int32_t unit = 0; unit < count; unit++) {
                accumulators[unit] = 0;
            }
            for (int32_t at = 0; at < depth; at += PART) {
                int32_t part = depth - at < PART ? depth - at : PART;
                widen(call->input + row * depth + at, part, record[ATTUNE_INPUT_ZERO], inputs);
                for (int32_t unit = 0; unit < count; unit++) {
                    attune_filter_prepare(call, (first + unit) * depth + at, part, weights);
                    accumulators[unit] += multiply(inputs, weights, part);
                }
            }
            attune_channels_write(call, &channels, row, 1, accumulators);
        }
    }
}

static int fully_connected_good(const int32_t *record) {
    const int32_t *input = record + ATTUNE_INPUT_N;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    int32_t zero = record[ATTUNE_WEIGHTS_ZERO];
    return input[0] == output[0] && input[1] == 1 && input[2] == 1 && output[1] == 1 && output[2] == 1 &&
           attune_between(zero, -128, 127) &&
           input[3] <= (zero == 0 ? ATTUNE_LARGEST_FILTER : LARGEST_SHIFTED_FILTER) && attune_clamp_good(record);
}

const attune_operator_rules attune_fully_connected = {
    .modes = ATTUNE_WEIGHTED_MODES,
    .record_good = fully_connected_good,
    .run = fully_connected,
};
