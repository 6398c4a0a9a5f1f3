/* Errors backward through operators without weights, sums of errors and errors of class scores, against loops in double
 * over each output and what it reads. */
#include "check.h"
#include "naive_numbers.h"
#include "random.h"
#include "training_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct small_case {
    layer_case layer;
    int32_t arena;
    uint8_t *bytes;
    int32_t number; /* of the input that gets the error */
    const int32_t *shape;
    int32_t elements;
    double *gradient; /* [elements], in units of the output's error */
    int32_t error, scale, scratch, result, result_scale, range;
} small_case;

enum { ARENA_BYTES = 4 << 20, WORDS = CASE_ARENA_BYTES, PLACES = CASE_ARENA_BYTES + 256 };

static float record_scale(const small_case *test, int word) {
    float scale;
    memcpy(&scale, &test->layer.record[word], sizeof scale);
    return scale;
}

static void scales_random(layer_case *layer) {
    static const int words[] = {ATTUNE_INPUT_SCALE, ATTUNE_INPUT2_SCALE, ATTUNE_OUTPUT_SCALE};
    for (int i = 0; i < 3; i++) {
        float scale = random_float(0.01f, 0.1f);
        memcpy(&layer->record[words[i]], &scale, sizeof scale);
    }
    if (layer->record[ATTUNE_OPERATOR] == ATTUNE_MEDIAN_2D) { /* has one scale */
        layer->record[ATTUNE_OUTPUT_SCALE] = layer->record[ATTUNE_INPUT_SCALE];
    }
    memcpy(layer->model + CASE_RECORD, layer->record, sizeof layer->record);
}

/* Values of few kinds, so that windows of a pooling have several largest ones. */
static void input_coarse(layer_case *layer) {
    int8_t *input = (int8_t *)layer->arena + layer->binding[ATTUNE_BIND_INPUT];
    for (int64_t i = 0; i < case_elements(layer->record + ATTUNE_INPUT_N); i++) {
        input[i] = (int8_t)(input[i] & ~63);
    }
}

static void small_open(small_case *test, int32_t operation) {
    memset(test, 0, sizeof *test);
    layer_case *layer = &test->layer;
    case_create(layer, operation);
    scales_random(layer);
    if (random_chance(50)) {
        input_coarse(layer);
    }
    int constant = layer->record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2;
    int binary = operation == ATTUNE_ADD || operation == ATTUNE_MUL;
    test->number = binary && !constant && random_chance(50);
    test->shape = layer->record + (test->number == 0 ? ATTUNE_INPUT_N : ATTUNE_INPUT2_N);
    test->elements = (int32_t)case_elements(test->shape);
    test->gradient = calloc((size_t)test->elements, sizeof(double));
    test->arena = attune_arena_open(ARENA_BYTES);
    attune_model_open(test->arena, CASE_MODEL_BYTES);
    attune_model_write(test->arena, 0, layer->model, 0, CASE_MODEL_BYTES);
    attune_arena_write(test->arena, 0, layer->arena, 0, CASE_ARENA_BYTES);
    test->bytes = attune_memory_find(test->arena)->arena;
    int32_t outputs = (int32_t)case_elements(layer->record + ATTUNE_OUTPUT_N);
    test->scale = WORDS;
    test->result_scale = WORDS + 4;
    test->range = WORDS + 8;
    test->error = PLACES;
    test->result = test->error + outputs;
    test->scratch = (test->result + test->elements + 15) / 16 * 16;
    *AT(float, test->bytes, test->scale) = random_float(1e-6f, 1e-2f);
    *AT(float, test->bytes, test->range) = 0.0f;
    int zeros = random_chance(30) ? 95 : 20;
    for (int32_t i = 0; i < outputs; i++) {
        AT(int8_t, test->bytes, test->error)[i] = (int8_t)(random_chance(zeros) ? 0 : random_between(-128, 127));
    }
}

static void small_close(small_case *test) {
    attune_arena_close(test->arena);
    free(test->gradient);
    case_free(&test->layer);
}

static int32_t pass(const small_case *test, int32_t flags) {
    return attune_layer_error(test->arena, CASE_RECORD, CASE_BINDING, test->number, flags, test->layer.seed_low,
                              test->layer.seed_high, test->error, test->scale, test->scratch, test->result,
                              test->result_scale, test->range, -1);
}

/* --- Derivatives of an output by what it reads ----------------------------------------------------------------------
 */

/* An output element: its place, and its error times a derivative goes to elements of the input. */
typedef struct output_place {
    int32_t element;
    int32_t at[4];
} output_place;

static void give(small_case *test, const output_place *output, int64_t input, double derivative) {
    test->gradient[input] += derivative * AT(int8_t, test->bytes, test->error)[output->element];
}

static const int8_t *values_of(const small_case *test, int word) {
    return AT(const int8_t, test->bytes, test->layer.binding[word]);
}

static int64_t broadcast(const int32_t *shape, const int32_t *at) {
    return naive_at(shape, at[0] % shape[0], at[1] % shape[1], at[2] % shape[2], at[3] % shape[3]);
}

static double scales_ratio(const small_case *test) {
    return (double)record_scale(test, ATTUNE_INPUT_SCALE) / record_scale(test, ATTUNE_OUTPUT_SCALE);
}

static void add(small_case *test, const output_place *output) {
    float mine = record_scale(test, test->number == 0 ? ATTUNE_INPUT_SCALE : ATTUNE_INPUT2_SCALE);
    give(test, output, broadcast(test->shape, output->at), mine / (double)record_scale(test, ATTUNE_OUTPUT_SCALE));
}

static void mul(small_case *test, const output_place *output) {
    const int32_t *record = test->layer.record;
    int constant = record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2;
    const int8_t *second =
        constant ? AT(const int8_t, test->layer.model, record[ATTUNE_WEIGHTS]) : values_of(test, ATTUNE_BIND_INPUT2);
    double a =
        values_of(test, ATTUNE_BIND_INPUT)[broadcast(record + ATTUNE_INPUT_N, output->at)] - record[ATTUNE_INPUT_ZERO];
    double b = second[broadcast(record + ATTUNE_INPUT2_N, output->at)] - record[ATTUNE_INPUT2_ZERO];
    double scales = (double)record_scale(test, ATTUNE_INPUT_SCALE) * record_scale(test, ATTUNE_INPUT2_SCALE) /
                    record_scale(test, ATTUNE_OUTPUT_SCALE);
    give(test, output, broadcast(test->shape, output->at), scales * (test->number == 0 ? b : a));
}

/* Elements of a pooling's window, row after row. Returns their number. */
static int32_t window(const small_case *test, const int32_t *at, int64_t *elements) {
    const int32_t *r = test->layer.record;
    int32_t count = 0;
    for (int32_t ky = 0; ky < r[ATTUNE_KERNEL_H]; ky++) {
        for (int32_t kx = 0; kx < r[ATTUNE_KERNEL_W]; kx++) {
            int32_t y = at[1] * r[ATTUNE_STRIDE_H] + ky - r[ATTUNE_PAD_TOP];
            int32_t x = at[2] * r[ATTUNE_STRIDE_W] + kx - r[ATTUNE_PAD_LEFT];
            if (y >= 0 && y < test->shape[1] && x >= 0 && x < test->shape[2]) {
                elements[count++] = naive_at(test->shape, at[0], y, x, at[3]);
            }
        }
    }
    return count;
}

static void average(small_case *test, const output_place *output) {
    int64_t elements[4096] = {0};
    int32_t count = window(test, output->at, elements);
    for (int32_t i = 0; i < count; i++) {
        give(test, output, elements[i], 1.0 / count);
    }
}

static void largest(small_case *test, const output_place *output) {
    const int8_t *values = values_of(test, ATTUNE_BIND_INPUT);
    int64_t elements[4096] = {0};
    int32_t count = window(test, output->at, elements);
    int64_t first = elements[0];
    for (int32_t i = 1; i < count; i++) {
        first = values[elements[i]] > values[first] ? elements[i] : first;
    }
    give(test, output, first, 1.0);
}

static void mean(small_case *test, const output_place *output) {
    const int32_t *record = test->layer.record;
    double count = (double)test->elements / (double)case_elements(record + ATTUNE_OUTPUT_N);
    double scales = scales_ratio(test);
    for (int32_t element = 0; element < test->elements; element++) {
        int32_t rest = element, at[4];
        for (int axis = 3; axis >= 0; axis--) {
            at[axis] = record[ATTUNE_AXES] >> axis & 1 ? 0 : rest % test->shape[axis];
            rest /= test->shape[axis];
        }
        if (memcmp(at, output->at, sizeof at) == 0) {
            give(test, output, element, scales / count);
        }
    }
}

static void pad(small_case *test, const output_place *output) {
    int32_t at[4];
    for (int axis = 0; axis < 4; axis++) {
        at[axis] = output->at[axis] - test->layer.record[ATTUNE_PAD_BEFORE_N + axis];
        if (at[axis] < 0 || at[axis] >= test->shape[axis]) {
            return;
        }
    }
    give(test, output, naive_at(test->shape, at[0], at[1], at[2], at[3]), 1.0);
}

static void reshape(small_case *test, const output_place *output) {
    give(test, output, output->element, 1.0);
}

static void requantize(small_case *test, const output_place *output) {
    give(test, output, output->element, scales_ratio(test));
}

/* Neighbours of a half-pixel position and the second one's weight. */
static double neighbours(int32_t output, int32_t factor, int32_t inputs, int32_t *near) {
    double position = (output + 0.5) / factor - 0.5;
    double low = floor(position);
    near[0] = (int32_t)fmin(fmax(low, 0), inputs - 1);
    near[1] = (int32_t)fmin(fmax(low + 1, 0), inputs - 1);
    return position - low;
}

static void upsample(small_case *test, const output_place *output) {
    int32_t factor = test->layer.record[ATTUNE_OUTPUT_N + 1] / test->shape[1];
    int32_t y[2], x[2];
    double wy = neighbours(output->at[1], factor, test->shape[1], y);
    double wx = neighbours(output->at[2], factor, test->shape[2], x);
    for (int i = 0; i < 4; i++) {
        double weight = (i & 2 ? wy : 1 - wy) * (i & 1 ? wx : 1 - wx);
        give(test, output, naive_at(test->shape, output->at[0], y[i >> 1], x[i & 1], output->at[3]), weight);
    }
}

static double probability(const small_case *test, int64_t element) {
    return ((double)values_of(test, ATTUNE_BIND_OUTPUT)[element] - test->layer.record[ATTUNE_OUTPUT_ZERO]) *
           record_scale(test, ATTUNE_OUTPUT_SCALE);
}

static void softmax(small_case *test, const output_place *output) {
    double scales = scales_ratio(test);
    int32_t classes = test->shape[3];
    int32_t row = output->element / classes * classes;
    for (int32_t j = row; j < row + classes; j++) {
        double same = j == output->element ? 1.0 : 0.0;
        give(test, output, j, scales * probability(test, output->element) * (same - probability(test, j)));
    }
}

static void logistic(small_case *test, const output_place *output) {
    double p = probability(test, output->element);
    give(test, output, output->element, scales_ratio(test) * p * (1 - p));
}

typedef struct small_operator {
    int32_t number;
    void (*derivatives)(small_case *test, const output_place *output);
    int32_t reads;
} small_operator;

static const small_operator operators[] = {
    {ATTUNE_ADD, add, 0},
    {ATTUNE_MUL, mul, 3},
    {ATTUNE_AVERAGE_POOL_2D, average, 0},
    {ATTUNE_MAX_POOL_2D, largest, 1},
    {ATTUNE_MEAN, mean, 0},
    {ATTUNE_PAD, pad, 0},
    {ATTUNE_RESHAPE, reshape, 0},
    {ATTUNE_REQUANTIZE, requantize, 0},
    {ATTUNE_UPSAMPLE, upsample, 0},
    {ATTUNE_SOFTMAX, softmax, 4},
    {ATTUNE_LOGISTIC, logistic, 4},
};

enum { OPERATORS = sizeof operators / sizeof operators[0] };

static void derivatives_take(small_case *test, const small_operator *operation) {
    const int32_t *shape = test->layer.record + ATTUNE_OUTPUT_N;
    output_place output = {0, {0, 0, 0, 0}};
    int32_t outputs = (int32_t)case_elements(shape);
    for (; output.element < outputs; output.element++) {
        int32_t rest = output.element;
        for (int axis = 3; axis >= 0; axis--) {
            output.at[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        operation->derivatives(test, &output);
    }
}

/* How far rounding to 1/256 of a unit, and float32 sums, may be off. */
static double slack_of(const small_case *test, double exact) {
    return 1.0 / 512 + 1e-5 * (fabs(exact) + test->elements * 1e-3) + 1e-3;
}

/* Each error is the nearest one, or the sum over a channel's positions is kept. Returns how many errors differ from the
 * exact one rounded. */
static int32_t errors_check(const small_case *test, int32_t nearest, int32_t operation) {
    double to = *AT(float, test->bytes, test->result_scale);
    double unit = to / *AT(float, test->bytes, test->scale);
    int32_t differ = 0, channels = test->shape[3];
    const int8_t *errors = AT(int8_t, test->bytes, test->result);
    double *left = calloc((size_t)channels, sizeof *left);
    for (int32_t i = 0; i < test->elements; i++) {
        double exact = test->gradient[i] / unit;
        double slack = slack_of(test, exact);
        double rounded = fmin(fmax(floor(exact + 0.5), -128), 127);
        differ += errors[i] != rounded;
        left[i % channels] += exact;
        int saturated = errors[i] == -128 || errors[i] == 127;
        /* Without nearest, what one position leaves over the next one has. */
        double most = nearest ? 0.5 : 1.0;
        if (fabs(errors[i] - exact) > most + slack && !(saturated && fabs(errors[i] - rounded) <= 1)) {
            printf("operator %d: error %d of %d is %d, not %g\n", (int)operation, (int)i, (int)test->elements,
                   errors[i], exact);
            check_failures++;
            break;
        }
    }
    for (int32_t c = 0; c < channels && !nearest; c++) {
        int64_t sum = 0;
        int saturated = 0;
        for (int32_t i = c; i < test->elements; i += channels) {
            sum += errors[i];
            saturated |= errors[i] == -128 || errors[i] == 127;
        }
        CHECK(saturated || fabs((double)sum - left[c]) <= 1.0 + slack_of(test, 0) * test->elements / channels);
    }
    free(left);
    return differ;
}

static int64_t elements_compared, elements_different;

static void test_operator(const small_operator *operation) {
    small_case test;
    small_open(&test, operation->number);
    derivatives_take(&test, operation);
    CHECK_EQUAL(attune_error_reads(test.arena, CASE_RECORD), operation->reads);
    CHECK_EQUAL(attune_error_scratch(test.arena, CASE_RECORD, test.number, 0), 4 * test.shape[3]);
    int32_t nearest = random_chance(60) ? ATTUNE_ERROR_NEAREST : 0;
    CHECK(pass(&test, nearest) >= 0);
    int32_t told = pass(&test, nearest);
    CHECK(told >= 0);
    const int8_t *errors = AT(int8_t, test.bytes, test.result);
    int32_t most = 0, saturated = 0;
    double largest_exact = 0;
    for (int32_t i = 0; i < test.elements; i++) {
        most = abs(errors[i]) > most ? abs(errors[i]) : most;
        saturated += abs(errors[i]) >= 127;
        largest_exact = fmax(largest_exact, fabs(test.gradient[i]));
    }
    CHECK_EQUAL(told, most + 256 * saturated);
    if (*AT(float, test.bytes, test.result_scale) > 0.0f) {
        int32_t differ = errors_check(&test, nearest, operation->number);
        elements_compared += nearest ? test.elements : 0;
        elements_different += nearest ? differ : 0;
    } else {
        CHECK_EQUAL(most, 0);
        CHECK(largest_exact < 1e-4);
    }
    small_close(&test);
}

/* An error of which nothing is left stays nothing, and the range stays what it was. */
static void test_nothing_left(const small_operator *operation) {
    small_case test;
    small_open(&test, operation->number);
    int scaleless = random_chance(50);
    if (scaleless) {
        *AT(float, test.bytes, test.scale) = 0.0f;
    } else {
        memset(test.bytes + test.error, 0, (size_t)(test.result - test.error));
    }
    *AT(float, test.bytes, test.range) = 3.0f;
    *AT(float, test.bytes, test.result_scale) = 7.0f;
    memset(test.bytes + test.result, 1, (size_t)test.elements);
    CHECK_EQUAL(pass(&test, 0), 0);
    CHECK(*AT(float, test.bytes, test.result_scale) == 0.0f);
    CHECK(*AT(float, test.bytes, test.range) == 3.0f);
    for (int32_t i = 0; i < test.elements; i++) {
        CHECK_EQUAL(AT(int8_t, test.bytes, test.result)[i], 0);
    }
    small_close(&test);
}

static void test_refused(const small_operator *operation) {
    small_case test;
    small_open(&test, operation->number);
    uint8_t *before = malloc(ARENA_BYTES);
    int binary = operation->number == ATTUNE_ADD || operation->number == ATTUNE_MUL;
    int constant = test.layer.record[ATTUNE_FLAGS] & ATTUNE_FLAG_CONSTANT_INPUT2;
    memcpy(before, test.bytes, ARENA_BYTES);
    if (!binary || constant) {
        test.number = 1;
        CHECK_EQUAL(pass(&test, 0), ATTUNE_ERROR_MODE);
        CHECK_EQUAL(attune_error_scratch(test.arena, CASE_RECORD, 1, 0), ATTUNE_ERROR_MODE);
    }
    test.number = random_chance(50) ? 2 : -1;
    CHECK_EQUAL(pass(&test, 0), ATTUNE_ERROR_ARGUMENT);
    test.number = 0;
    CHECK_EQUAL(pass(&test, 4), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_layer_error(test.arena + 1, CASE_RECORD, CASE_BINDING, 0, 0, 1, 1, test.error, test.scale,
                                   test.scratch, test.result, test.result_scale, test.range, -1),
                ATTUNE_ERROR_HANDLE);
    int32_t scratch = test.scratch;
    test.scratch += 4; /* not aligned */
    CHECK(pass(&test, 0) < 0);
    test.scratch = scratch;
    int32_t result = test.result;
    test.result = test.error; /* overlaps what is read */
    CHECK(pass(&test, 0) < 0);
    test.result = ARENA_BYTES - test.elements + 1;
    CHECK(pass(&test, 0) < 0);
    test.result = result;
    CHECK(memcmp(before, test.bytes, ARENA_BYTES) == 0);
    static const float bad[] = {-1.0f, NAN, INFINITY};
    int32_t word = random_chance(50) ? test.scale : test.range;
    *AT(float, test.bytes, word) = bad[random_between(0, 2)];
    memcpy(before, test.bytes, ARENA_BYTES);
    CHECK_EQUAL(pass(&test, 0), ATTUNE_ERROR_ARGUMENT);
    CHECK(memcmp(before, test.bytes, ARENA_BYTES) == 0);
    free(before);
    small_close(&test);
}

static void test_median(void) {
    small_case test;
    small_open(&test, ATTUNE_MEDIAN_2D);
    CHECK_EQUAL(pass(&test, 0), ATTUNE_ERROR_MODE);
    CHECK_EQUAL(attune_error_scratch(test.arena, CASE_RECORD, 0, 0), ATTUNE_ERROR_MODE);
    CHECK_EQUAL(attune_error_reads(test.arena, CASE_RECORD), ATTUNE_ERROR_MODE);
    small_close(&test);
}

int main(void) {
    for (int run = 0; run < 400; run++) {
        for (int i = 0; i < OPERATORS; i++) {
            test_operator(&operators[i]);
        }
    }
    printf("%lld of %lld errors are not the exact one rounded\n", (long long)elements_different,
           (long long)elements_compared);
    CHECK(elements_compared > 100000 && elements_different * 100 < elements_compared);
    for (int run = 0; run < 5; run++) {
        for (int i = 0; i < OPERATORS; i++) {
            test_nothing_left(&operators[i]);
            test_refused(&operators[i]);
        }
        test_median();
    }
    return check_result();
}
