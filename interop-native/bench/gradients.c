/* The gradient's inner loop against plain C, and its instructions. */
#include "bench.h"
#include "random.h"

#include "arm/gradients.h"
#include "signed_add.h"

#include <string.h>

enum { RUN = 64, POSITIONS = 4, CASES = 2000 };

static float weights[RUN];
static float inputs[POSITIONS * RUN];
static float scale[POSITIONS];

/* Any float that is not infinite or no number, small ones included; exponents are near each other. */
static float float_random(int wide) {
    uint32_t exponent = wide ? (uint32_t)random_between(0, 254) : (uint32_t)random_between(120, 130);
    uint32_t bits = (random_word() & 0x807fffffu) | exponent << 23;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void floats_random(float *values, int32_t count, int wide) {
    for (int32_t i = 0; i < count; i++) {
        values[i] = float_random(wide);
    }
}

enum { SUMS = 2048 };

/* Signs of any stretch of elements, added to any sums. */
static int signs_differ(uint32_t *instructions) {
    static float sums[SUMS];
    static float expected[SUMS];
    int32_t count = random_between(1, SUMS);
    uint32_t element = (uint32_t)random_between(0, 100000);
    uint32_t low = random_word();
    uint32_t high = random_word();
    float delta = float_random(random_chance(20));
    floats_random(sums, SUMS, random_chance(20));
    memcpy(expected, sums, sizeof expected);
    for (int32_t i = 0; i < count; i++) {
        float sign = (float)attune_sign(element + (uint32_t)i, low, high);
        expected[i] += delta * sign;
    }
    attune_signed_add(sums, count, element, delta, low, high);
    int differ = memcmp(sums, expected, sizeof expected) != 0;
    uint32_t start = bench_ticks();
    attune_signed_add(sums, SUMS, 0, delta, low, high);
    *instructions = bench_instructions(start, bench_ticks());
    return differ;
}

int bench_gradients(void) {
    int failures = 0;
    uint32_t signs = 0;
    random_seed(3);
    for (int32_t test = 0; test < CASES; test++) {
        float expected[RUN];
        int wide = random_chance(20);
        int32_t count = 8 * random_between(1, RUN / 8);
        floats_random(weights, RUN, wide);
        floats_random(inputs, POSITIONS * RUN, wide);
        floats_random(scale, POSITIONS, wide);
        for (int32_t i = 0; i < RUN; i++) {
            expected[i] = weights[i];
            for (int32_t j = 0; j < POSITIONS && i < count; j++) {
                volatile float product = scale[j] * inputs[j * RUN + i]; /* rounded before it is added */
                expected[i] += product;
            }
        }
        attune_dsp_add_four_runs(weights, inputs, RUN, scale, count);
        failures += memcmp(weights, expected, sizeof expected) != 0;
    }
    for (int32_t test = 0; test < CASES; test++) {
        failures += signs_differ(&signs);
    }
    uint32_t start = bench_ticks();
    attune_dsp_add_four_runs(weights, inputs, RUN, scale, RUN);
    uint32_t end = bench_ticks();
    bench_print("gradients %d instructions %lu\n", RUN * POSITIONS, (unsigned long)bench_instructions(start, end));
    bench_print("signs %d instructions %lu\n", SUMS, (unsigned long)signs);
    return failures;
}
