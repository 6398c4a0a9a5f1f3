/* Errors backward through layers with weights, against loops over single products written from attune.h: every byte of
 * the result, masks, finished errors and gradients. */
#include "check.h"
#include "random.h"
#include "training_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct backward_case {
    training_case layer;
    int32_t error;
    int32_t scale;
    int32_t scratch;
    int32_t result;
    int32_t result_scale;
    int32_t range;
    int32_t input_elements;
    int32_t output_elements;
} backward_case;

static const int32_t *shape_of(const backward_case *test, int32_t word) {
    return test->layer.layer.record + word;
}

static void backward_open(backward_case *test) {
    training_open(&test->layer, training_operation());
    training_bind(&test->layer, ATTUNE_BIND_INPUT_LINES, 0);
    test->input_elements = (int32_t)case_elements(shape_of(test, ATTUNE_INPUT_N));
    test->output_elements = (int32_t)case_elements(shape_of(test, ATTUNE_OUTPUT_N));
    test->error = training_place(&test->layer, test->output_elements);
    test->scale = training_place(&test->layer, 4);
    test->result_scale = training_place(&test->layer, 4);
    test->range = training_place(&test->layer, 4);
    test->result = training_place(&test->layer, test->input_elements);
    int32_t bytes = attune_error_scratch(test->layer.arena, CASE_RECORD, 0, 0);
    test->scratch = (training_place(&test->layer, bytes + 16) + 15) / 16 * 16;
    for (int32_t i = 0; i < test->output_elements; i++) {
        AT(int8_t, test->layer.bytes, test->error)[i] = (int8_t)(random_chance(40) ? 0 : random_between(-128, 127));
    }
    *AT(float, test->layer.bytes, test->scale) = random_float(1e-6f, 1e-2f);
    *AT(float, test->layer.bytes, test->range) = 0.0f;
}

static int32_t weights_zero(const backward_case *test) {
    return test->layer.layer.record[ATTUNE_WEIGHTS_ZERO];
}

static const int8_t *weights_of(const backward_case *test) {
    const layer_case *layer = &test->layer.layer;
    int32_t bound = layer->binding[ATTUNE_BIND_WEIGHTS];
    return bound >= 0 ? AT(const int8_t, test->layer.bytes, bound)
                      : AT(const int8_t, layer->model, layer->record[ATTUNE_WEIGHTS]);
}

/* The unit that the weights have on the way back, and the weight of a channel in it, in single precision. */
static float unit_of(const backward_case *test) {
    float unit = 0.0f;
    for (int32_t c = 0; c < test->layer.channels; c++) {
        int32_t largest = 0;
        for (int32_t k = 0; k < test->layer.filter_size; k++) {
            int32_t w = abs(weights_of(test)[training_element(&test->layer, c, k)] - weights_zero(test));
            largest = w > largest ? w : largest;
        }
        float product = (float)training_multiplier(&test->layer, c) * (float)largest;
        unit = product > unit ? product : unit;
    }
    return unit / 127.0f;
}

static int32_t weight_back(const backward_case *test, float unit, int32_t c, int32_t k, int plain) {
    int32_t w = weights_of(test)[training_element(&test->layer, c, k)] - weights_zero(test);
    if (plain) {
        return w;
    }
    float inverse = unit > 0.0f ? 16777216.0f / unit : 0.0f;
    float factor = (float)training_multiplier(&test->layer, c) * inverse;
    int64_t fixed = factor >= 127.0f * 16777216.0f ? (int64_t)127 << 24 : (int64_t)(factor + 0.5f);
    int64_t scaled = (int64_t)floor(((double)w * (double)fixed + 8388608.0) / 16777216.0);
    return (int32_t)(scaled < -127 ? -127 : scaled > 127 ? 127 : scaled);
}

/* Calls function for every product of an output element, a weight and the input element that they meet. */
typedef void (*each_product)(void *context, int32_t output, int32_t input, int32_t channel, int32_t k);

static void products_each(const backward_case *test, each_product function, void *context) {
    const int32_t *record = test->layer.layer.record;
    const int32_t *in = record + ATTUNE_INPUT_N;
    const int32_t *out = record + ATTUNE_OUTPUT_N;
    for (int32_t o = 0; o < test->output_elements; o++) {
        int32_t c = o % out[3];
        for (int32_t k = 0; k < test->layer.filter_size; k++) {
            if (record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED) {
                function(context, o, o / out[3] * in[3] + k, c, k);
                continue;
            }
            int depthwise = record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
            int32_t depth = depthwise ? 1 : in[3] / record[ATTUNE_GROUPS];
            int32_t tap = k / depth;
            int32_t x = o / out[3] % out[2] * record[ATTUNE_STRIDE_W] - record[ATTUNE_PAD_LEFT] +
                        tap % record[ATTUNE_KERNEL_W] * record[ATTUNE_DILATION_W];
            int32_t y = o / (out[3] * out[2]) % out[1] * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP] +
                        tap / record[ATTUNE_KERNEL_W] * record[ATTUNE_DILATION_H];
            int32_t n = o / (out[3] * out[2] * out[1]);
            int32_t group = depthwise ? 0 : c / (out[3] / record[ATTUNE_GROUPS]);
            int32_t channel = depthwise ? c / record[ATTUNE_GROUPS] : group * depth + k % depth;
            if (y >= 0 && y < in[1] && x >= 0 && x < in[2]) {
                function(context, o, ((n * in[1] + y) * in[2] + x) * in[3] + channel, c, k);
            }
        }
    }
}

typedef struct back_sums {
    const backward_case *test;
    float unit;
    int plain;
    int64_t *sums;
} back_sums;

static void back_add(void *context, int32_t output, int32_t input, int32_t channel, int32_t k) {
    back_sums *back = context;
    int64_t error = AT(int8_t, back->test->layer.bytes, back->test->error)[output];
    back->sums[input] += error * weight_back(back->test, back->unit, channel, k, back->plain);
}

/* From sums to errors, phase after phase, position after position. */
static void errors_round(const backward_case *test, const back_sums *back, float range, int32_t nearest, uint32_t low,
                         uint32_t high, int8_t *errors) {
    const int32_t *record = test->layer.layer.record;
    const int32_t *in = record + ATTUNE_INPUT_N;
    int fully = record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED;
    int32_t stride_h = fully ? 1 : record[ATTUNE_STRIDE_H], stride_w = fully ? 1 : record[ATTUNE_STRIDE_W];
    float largest = back->unit;
    for (int32_t c = 0; back->plain && c < test->layer.channels; c++) {
        largest = fmaxf(largest, (float)training_multiplier(&test->layer, c));
    }
    float parts = (float)(1.0 / (double)range * 256.0 * 2147483648.0);
    int32_t left = 0;
    for (; left < 22 && largest * parts >= 2147483648.0f; left++) {
        parts *= 0.5f;
    }
    for (int32_t c = 0; c < in[3]; c++) {
        float value = (back->plain ? (float)training_multiplier(&test->layer, c) : back->unit) * parts;
        int64_t multiplier = value >= 2147483648.0f ? INT32_MAX : (int64_t)value;
        uint32_t word = attune_word((uint32_t)(c / 4), low, high);
        int64_t carry = nearest ? 128 : (int64_t)(word >> (8 * (c % 4)) & 255);
        for (int32_t phase = 0; phase < stride_h * stride_w; phase++) {
            for (int32_t p = 0; p < test->input_elements / in[3]; p++) {
                int32_t x = p % in[2], y = p / in[2] % in[1];
                if (y % stride_h != phase / stride_w || x % stride_w != phase % stride_w) {
                    continue;
                }
                int64_t product = back->sums[p * in[3] + c] * multiplier;
                int64_t t = (product + ((int64_t)1 << (30 - left))) >> (31 - left);
                t += carry;
                int64_t units = t >> 8;
                int64_t error = units < -128 ? -128 : units > 127 ? 127 : units;
                carry = nearest ? 128 : t - 256 * units;
                errors[p * in[3] + c] = (int8_t)error;
            }
        }
    }
}

static int32_t pass(const backward_case *test, int32_t flags, uint32_t low, uint32_t high) {
    return attune_layer_error(test->layer.arena, CASE_RECORD, CASE_BINDING, 0, flags, low, high, test->error,
                              test->scale, test->scratch, test->result, test->result_scale, test->range, -1);
}

static int test_error(void) {
    backward_case test;
    backward_open(&test);
    int32_t flags = random_chance(30) ? ATTUNE_ERROR_NEAREST : 0;
    uint32_t low = random_word(), high = random_word();
    int compared = 0;
    CHECK(pass(&test, flags, low, high) >= 0);
    float range = *AT(float, test.layer.bytes, test.range);
    if (range > 0.0f && *AT(float, test.layer.bytes, test.result_scale) > 0.0f) {
        const int32_t *record = test.layer.layer.record;
        int plain = record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D && record[ATTUNE_GROUPS] == 1;
        back_sums back = {&test, plain ? 0.0f : unit_of(&test), plain,
                          calloc((size_t)test.input_elements, sizeof(int64_t))};
        int8_t *errors = malloc((size_t)test.input_elements);
        products_each(&test, back_add, &back);
        CHECK(pass(&test, flags, low, high) >= 0);
        float scale = *AT(float, test.layer.bytes, test.scale) * range;
        /* Else the step was repeated with another range. */
        if (*AT(float, test.layer.bytes, test.result_scale) == scale) {
            errors_round(&test, &back, range, flags, low, high, errors);
            CHECK(memcmp(errors, test.layer.bytes + test.result, (size_t)test.input_elements) == 0);
            compared = 1;
        }
        free(errors);
        free(back.sums);
    }
    training_close(&test.layer);
    return compared;
}

typedef struct gradient_sums {
    const backward_case *test;
    int64_t *sums; /* [channels][filter size] */
} gradient_sums;

static void gradient_add(void *context, int32_t output, int32_t input, int32_t channel, int32_t k) {
    gradient_sums *gradient = context;
    const backward_case *test = gradient->test;
    int64_t error = AT(int8_t, test->layer.bytes, test->error)[output];
    int64_t value = AT(int8_t, test->layer.bytes, test->layer.layer.binding[ATTUNE_BIND_INPUT])[input];
    gradient->sums[(int64_t)channel * test->layer.filter_size + k] +=
        error * (value - test->layer.layer.record[ATTUNE_INPUT_ZERO]);
}

static void test_gradient(void) {
    backward_case test;
    backward_open(&test);
    int32_t channels = test.layer.channels, filter = test.layer.filter_size;
    int32_t first = random_chance(30) ? 0 : random_between(0, channels - 1);
    int32_t count = random_chance(30) ? channels - first : random_between(1, channels - first);
    int32_t weights = training_place(&test.layer, 4 * (int64_t)count * filter);
    gradient_sums gradient = {&test, calloc((size_t)channels * (size_t)filter, sizeof(int64_t))};
    products_each(&test, gradient_add, &gradient);
    training_expect(&test.layer);
    float scale = *AT(float, test.layer.bytes, test.scale);
    for (int32_t c = first; c < first + count; c++) {
        float unit = scale * (float)training_multiplier(&test.layer, c);
        for (int32_t k = 0; k < filter; k++) {
            AT(float, test.layer.expected, weights)
            [training_tile_index(&test.layer, first, count, c, k)] +=
                unit * (float)gradient.sums[(int64_t)c * filter + k];
        }
    }
    CHECK_EQUAL(attune_weights_gradient(test.layer.arena, CASE_RECORD, CASE_BINDING, test.error, test.scale, first,
                                        count, weights, -1),
                ATTUNE_OK);
    training_compare(&test.layer, "weights");
    free(gradient.sums);
    training_close(&test.layer);
}

static void test_finish(void) {
    backward_case test;
    backward_open(&test);
    const int32_t *record = test.layer.layer.record;
    const int32_t *out = record + ATTUNE_OUTPUT_N;
    int32_t row = out[2] * out[3], words = (row + 31) / 32;
    int32_t mask = training_place(&test.layer, 4 * (int64_t)words * out[0] * out[1]);
    int32_t biases = training_place(&test.layer, 4 * test.layer.channels);
    training_bind(&test.layer, ATTUNE_BIND_STATISTICS, mask);
    training_bind(&test.layer, ATTUNE_BIND_OUTPUT_LINES, 0);
    CHECK_EQUAL(attune_layer_run(test.layer.arena, CASE_RECORD, CASE_BINDING, ATTUNE_RUN_MASK, 0, 0), ATTUNE_OK);
    training_expect(&test.layer);
    const int8_t *output = AT(int8_t, test.layer.bytes, test.layer.layer.binding[ATTUNE_BIND_OUTPUT]);
    int8_t *error = AT(int8_t, test.layer.expected, test.error);
    float scale = *AT(float, test.layer.bytes, test.scale);
    int64_t *sums = calloc((size_t)test.layer.channels, sizeof *sums);
    for (int32_t i = 0; i < test.output_elements; i++) {
        int inside = output[i] > record[ATTUNE_ACT_MIN] && output[i] < record[ATTUNE_ACT_MAX];
        uint32_t word = AT(uint32_t, test.layer.bytes, mask)[i / row * words + i % row / 32];
        CHECK_EQUAL((int32_t)(word >> (i % row % 32) & 1), inside);
        error[i] = (int8_t)(inside ? error[i] : 0);
        sums[i % test.layer.channels] += error[i];
    }
    for (int32_t c = 0; c < test.layer.channels; c++) {
        float unit = (float)training_multiplier(&test.layer, c);
        AT(float, test.layer.expected, biases)[c] += scale * unit * (float)sums[c];
    }
    CHECK_EQUAL(attune_error_finish(test.layer.arena, CASE_RECORD, CASE_BINDING, test.error, test.scale, mask, biases),
                ATTUNE_OK);
    training_compare(&test.layer, "finish");
    free(sums);
    training_close(&test.layer);
}

/* A scale that is none is refused by all that read one, and nothing changes. */
static void test_scales(void) {
    const float bad[] = {-1.0f, NAN, INFINITY};
    for (int i = 0; i < 3; i++) {
        backward_case test;
        backward_open(&test);
        int32_t weights = training_place(&test.layer, 4 * (int64_t)test.layer.channels * test.layer.filter_size);
        int32_t biases = training_place(&test.layer, 4 * test.layer.channels);
        *AT(float, test.layer.bytes, test.scale) = bad[i];
        training_expect(&test.layer);
        CHECK_EQUAL(pass(&test, 0, 1, 2), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(
            attune_error_finish(test.layer.arena, CASE_RECORD, CASE_BINDING, test.error, test.scale, -1, biases),
            ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(attune_weights_gradient(test.layer.arena, CASE_RECORD, CASE_BINDING, test.error, test.scale, 0,
                                            test.layer.channels, weights, -1),
                    ATTUNE_ERROR_ARGUMENT);
        training_compare(&test.layer, "scales");
        training_close(&test.layer);
    }
}

int main(void) {
    test_scales();
    int compared = 0;
    for (int run = 0; run < 600; run++) {
        compared += test_error();
        test_gradient();
        test_finish();
    }
    printf("%d errors compared\n", compared);
    CHECK(compared > 300);
    return check_result();
}
