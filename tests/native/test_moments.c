/* Momentum and Adam against their definitions: every byte of the arena. Argument: number of square roots (2000000). */
#include "check.h"
#include "core/square_root.h"
#include "random.h"
#include "training_case.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_ROOTS = 2000000 };

typedef struct moments_case {
    training_case base;
    int32_t first, count;
    int32_t weights, biases; /* tile; -1: does not move */
    int32_t moments, squares;
    float share, beta;
    int32_t step, flags;
} moments_case;

static int32_t run_moments(const moments_case *test) {
    return attune_moments_update(test->base.arena, CASE_RECORD, CASE_BINDING, test->first, test->count, test->weights,
                                 test->biases, test->moments, test->squares, test->share, test->beta, test->step,
                                 test->flags);
}

static float record_float(const training_case *test, int word) {
    float value;
    memcpy(&value, &test->layer.record[word], 4);
    return value;
}

static float limited(float value) {
    return fminf(fmaxf(value, -FLT_MAX), FLT_MAX);
}

static float or_zero(float value) {
    return isfinite(value) ? value : 0.0f;
}

static float naive_correction(float beta, int32_t step) {
    double power = 1;
    for (int32_t t = 0; t <= step; t++) {
        power *= beta;
    }
    return (float)(1 / (1 - power));
}

/* One value of the tile and its moments in the copy of what is expected. */
static void naive_value(const moments_case *test, int32_t channel, int32_t of_bias, float *value, int32_t number) {
    const training_case *base = &test->base;
    float *m = AT(float, base->expected, test->moments) + number;
    if (test->squares == -1) {
        *m = limited(test->beta * *m + or_zero(test->share * *value));
        *value = *m;
        return;
    }
    double scale = 1;
    if (test->flags & ATTUNE_UPDATE_SCALED) {
        scale = training_multiplier(base, channel) * record_float(base, ATTUNE_OUTPUT_SCALE);
        scale = of_bias ? scale : scale / record_float(base, ATTUNE_INPUT_SCALE);
    }
    float *v = AT(float, base->expected, test->squares) + number;
    float h = scale == 0 ? 0 : or_zero((float)(test->share / scale) * *value);
    *m = limited(test->beta * *m + (1 - test->beta) * h);
    *v = limited(0.999f * *v + (1 - 0.999f) * limited(h * h));
    float root = sqrtf(limited(*v * naive_correction(0.999f, test->step)));
    float mean = limited(*m * naive_correction(test->beta, test->step));
    *value = limited(limited(mean / (root + 1e-8f)) * (float)scale);
}

static void naive_moments(const moments_case *test) {
    const training_case *base = &test->base;
    int32_t weights = test->weights == -1 ? 0 : base->channels * base->filter_size;
    for (int32_t c = test->first; c < test->first + test->count; c++) {
        for (int32_t k = 0; test->weights != -1 && k < base->filter_size; k++) {
            float *tile = AT(float, base->expected, test->weights);
            naive_value(test, c, 0, tile + training_tile_index(base, test->first, test->count, c, k),
                        training_element(base, c, k));
        }
        if (test->biases != -1) {
            naive_value(test, c, 1, AT(float, base->expected, test->biases) + c - test->first, weights + c);
        }
    }
}

/* Values that are no numbers, and such as leave the range of float32. */
static void spoil(training_case *base, int32_t at, int32_t count, int keep_sign) {
    static const float odd[] = {NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 0.0f, 1e-30f, 1e-44f, 1e20f};
    for (int32_t i = 0; i < count; i++) {
        if (random_chance(10)) {
            AT(float, base->bytes, at)[i] = odd[random_between(keep_sign ? 3 : 0, 8)];
        }
        if (keep_sign) {
            AT(float, base->bytes, at)[i] = fabsf(AT(float, base->bytes, at)[i]);
        }
    }
}

static void open_moments(moments_case *test) {
    training_case *base = &test->base;
    training_open(base, training_operation());
    test->first = random_chance(30) ? 0 : random_between(0, base->channels - 1);
    test->count = random_chance(30) ? base->channels - test->first : random_between(1, base->channels - test->first);
    int32_t size = base->channels * base->filter_size;
    test->weights = random_chance(20) ? -1 : training_place(base, 4 * (int64_t)test->count * base->filter_size);
    test->biases = random_chance(20) ? -1 : training_place(base, 4 * (int64_t)test->count);
    int32_t values = (test->weights == -1 ? 0 : size) + (test->biases == -1 ? 0 : base->channels);
    test->moments = training_place(base, 4 * (int64_t)values);
    test->squares = random_chance(40) ? -1 : training_place(base, 4 * (int64_t)values);
    test->share = random_float(0.0f, 0.5f);
    test->beta = random_chance(20) ? 0.0f : random_float(0.0f, 0.9999f);
    test->step = random_chance(30) ? 0 : random_between(0, 2000);
    test->flags = random_between(0, 1) * ATTUNE_UPDATE_SCALED;
    if (test->squares != -1) {
        spoil(base, test->squares, values, 1);
    }
    if (random_chance(30)) {
        int32_t rescale = training_place(base, 4 * base->channels);
        AT(float, base->bytes, rescale)[0] = 0.0f;
        training_bind(base, ATTUNE_BIND_RESCALE, rescale);
    }
}

static void spoil_tile(moments_case *test) {
    if (test->weights != -1) {
        spoil(&test->base, test->weights, test->count * test->base.filter_size, 0);
    }
    if (test->biases != -1) {
        spoil(&test->base, test->biases, test->count, 0);
    }
}

static void test_definition(void) {
    for (int run = 0; run < 400; run++) {
        moments_case test;
        open_moments(&test);
        spoil_tile(&test);
        training_expect(&test.base);
        naive_moments(&test);
        CHECK_EQUAL(run_moments(&test), ATTUNE_OK);
        training_compare(&test.base, test.squares == -1 ? "momentum" : "Adam");
        training_close(&test.base);
    }
}

/* Whatever the tiles, the moments are those of the whole layer at once. */
static void test_tiles(void) {
    for (int run = 0; run < 100; run++) {
        moments_case test;
        open_moments(&test);
        training_case *base = &test.base;
        if (test.biases == -1) {
            training_close(base);
            continue;
        }
        test.weights = -1;
        test.first = 0;
        test.count = base->channels;
        test.biases = training_place(base, 4 * base->channels);
        training_expect(base);
        naive_moments(&test);
        moments_case part = test;
        for (int32_t first = 0; first < base->channels; first += part.count) {
            part.first = first;
            part.count = random_between(1, base->channels - first);
            part.biases = test.biases + 4 * first;
            CHECK_EQUAL(run_moments(&part), ATTUNE_OK);
        }
        training_compare(base, "tiles");
        training_close(base);
    }
}

/* Adam's first step has the length of one in real units, whatever the gradient. */
static void test_first_step(void) {
    moments_case test;
    do {
        open_moments(&test);
        if (test.biases != -1 && test.squares != -1 && test.base.layer.binding[ATTUNE_BIND_RESCALE] == -1) {
            break;
        }
        training_close(&test.base);
    } while (1);
    training_case *base = &test.base;
    int32_t values = base->channels * (test.weights == -1 ? 1 : base->filter_size + 1);
    attune_arena_fill(base->arena, test.moments, 4 * values, 0);
    attune_arena_fill(base->arena, test.squares, 4 * values, 0);
    test.step = 0;
    test.flags = ATTUNE_UPDATE_SCALED;
    test.share = 1.0f;
    float sign = AT(float, base->bytes, test.biases)[0] < 0 ? -1.0f : 1.0f;
    double scale = training_multiplier(base, test.first) * record_float(base, ATTUNE_OUTPUT_SCALE);
    CHECK_EQUAL(run_moments(&test), ATTUNE_OK);
    CHECK(scale == 0 || fabs(AT(float, base->bytes, test.biases)[0] / scale - sign) < 1e-4);
    training_close(base);
}

static void test_errors(void) {
    for (int run = 0; run < 20; run++) {
        moments_case good;
        open_moments(&good);
        training_case *base = &good.base;
        int32_t size = base->channels * base->filter_size;
        good.weights = training_place(base, 4 * (int64_t)good.count * base->filter_size);
        good.biases = training_place(base, 4 * (int64_t)good.count);
        good.moments = training_place(base, 4 * (int64_t)(size + base->channels));
        good.squares = training_place(base, 4 * (int64_t)(size + base->channels));
        training_expect(base);
#define REFUSED(field, value, status)                                                                                  \
    do {                                                                                                               \
        moments_case bad = good;                                                                                       \
        bad.field = value;                                                                                             \
        CHECK_EQUAL(run_moments(&bad), status);                                                                        \
    } while (0)
        REFUSED(count, base->channels + 1, ATTUNE_ERROR_ARGUMENT);
        REFUSED(count, 0, ATTUNE_ERROR_ARGUMENT);
        REFUSED(first, -1, ATTUNE_ERROR_ARGUMENT);
        REFUSED(share, NAN, ATTUNE_ERROR_ARGUMENT);
        REFUSED(share, INFINITY, ATTUNE_ERROR_ARGUMENT);
        REFUSED(beta, 1.0f, ATTUNE_ERROR_ARGUMENT);
        REFUSED(beta, -0.5f, ATTUNE_ERROR_ARGUMENT);
        REFUSED(beta, NAN, ATTUNE_ERROR_ARGUMENT);
        REFUSED(step, -1, ATTUNE_ERROR_ARGUMENT);
        REFUSED(flags, ATTUNE_UPDATE_STOCHASTIC, ATTUNE_ERROR_ARGUMENT);
        REFUSED(flags, 4, ATTUNE_ERROR_ARGUMENT);
        REFUSED(weights, good.weights + 2, ATTUNE_ERROR_ALIGNMENT);
        REFUSED(moments, good.moments + 1, ATTUNE_ERROR_ALIGNMENT);
        REFUSED(moments, -1, ATTUNE_ERROR_ARENA);
        REFUSED(squares, -2, ATTUNE_ERROR_ARENA);
        REFUSED(squares, TRAINING_ARENA_BYTES - 4, ATTUNE_ERROR_ARENA);
        REFUSED(biases, TRAINING_ARENA_BYTES, ATTUNE_ERROR_ARENA);
        REFUSED(squares, good.moments, ATTUNE_ERROR_ARGUMENT);
        REFUSED(biases, good.weights, ATTUNE_ERROR_ARGUMENT);
        REFUSED(moments, good.weights, ATTUNE_ERROR_ARGUMENT);
        REFUSED(moments, CASE_BINDING, ATTUNE_ERROR_ARGUMENT);
        training_compare(base, "errors");
        good.weights = good.biases = -1;
        CHECK_EQUAL(run_moments(&good), ATTUNE_OK);
        training_compare(base, "nothing moves");
        training_close(base);
    }
}

/* Roots of every exponent, and of all mantissas around the borders of rounding, are those of IEEE 754. */
static void test_square_root(uint32_t runs) {
    for (uint32_t run = 0; run < runs; run++) {
        uint32_t bits = run < 512 ? run : random_word() % 0x7f800000u;
        bits = run >= runs / 2 ? (random_word() & 0x7f800000u) % 0x7f800000u + random_word() % 16 : bits;
        float x, root, expected;
        memcpy(&x, &bits, 4);
        root = attune_square_root_portable(x);
        expected = sqrtf(x);
        CHECK(root == expected);
        CHECK(attune_square_root(x) == expected);
    }
}

int main(int count, char **arguments) {
    random_seed(24);
    test_definition();
    test_tiles();
    test_first_step();
    test_errors();
    test_square_root(count > 1 ? (uint32_t)atoll(arguments[1]) : DEFAULT_ROOTS);
    return check_result();
}
