/* Augmentation against its definition: every byte of the arena. */
#include "check.h"
#include "core/signs.h"
#include "memory/memory.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 16 };

typedef struct augment_case {
    int32_t arena; /* handle */
    int8_t *bytes; /* the arena's own memory */
    int32_t offset, height, width, channels, zero_point;
    int32_t flip, shift, time_shift, gain;
    uint32_t low, high;
} augment_case;

static int32_t run_augment(const augment_case *test) {
    return attune_augment(test->arena, test->offset, test->height, test->width, test->channels, test->zero_point,
                          test->flip, test->shift, test->time_shift, test->gain, test->low, test->high);
}

static int32_t naive_number(const augment_case *test, uint32_t word, int32_t most) {
    return (int32_t)floor(attune_word(word, test->low, test->high) * (2.0 * most + 1) / 0x1p32) - most;
}

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* Value at a place of the sample, or at the nearest place inside. */
static int8_t value_at(const augment_case *test, const int8_t *sample, int32_t y, int32_t x, int32_t c) {
    y = y < 0 ? 0 : smaller(y, test->height - 1);
    x = x < 0 ? 0 : smaller(x, test->width - 1);
    return sample[((int64_t)y * test->width + x) * test->channels + c];
}

/* What becomes of the sample, out of place, from the definition in attune.h. */
static void naive_augment(const augment_case *test, const int8_t *sample, int8_t *result) {
    int mirrored = test->flip && attune_word(0, test->low, test->high) >= 0x80000000u;
    int32_t down = naive_number(test, 1, test->shift);
    int32_t right = naive_number(test, 2, test->shift);
    int32_t time = naive_number(test, 3, test->time_shift);
    int32_t gain = naive_number(test, 4, test->gain);
    down += test->height > 1 ? time : 0;
    right += test->height > 1 ? 0 : time;
    for (int32_t y = 0; y < test->height; y++) {
        for (int32_t x = 0; x < test->width; x++) {
            for (int32_t c = 0; c < test->channels; c++) {
                int32_t column = x - right < 0 ? 0 : smaller(x - right, test->width - 1);
                column = mirrored ? test->width - 1 - column : column;
                double value = value_at(test, sample, y - down, column, c);
                value = test->zero_point + round((value - test->zero_point) * (256 + gain) / 256);
                *result++ = (int8_t)fmin(fmax(value, -128), 127);
            }
        }
    }
}

/* A sample of random shape at a random place of a random arena, one byte of it inside at both ends. */
static void open_augment(augment_case *test) {
    test->arena = attune_arena_open(ARENA_BYTES);
    test->bytes = (int8_t *)attune_memory_find(test->arena)->arena;
    for (int32_t i = 0; i < ARENA_BYTES; i++) {
        test->bytes[i] = (int8_t)random_between(-128, 127);
    }
    int series = random_chance(40);
    test->height = random_between(1, 24);
    test->width = random_between(1, 24);
    if (series) {
        *(random_chance(50) ? &test->height : &test->width) = 1;
    }
    test->channels = random_chance(30) ? 1 : random_between(1, 5);
    int32_t count = test->height * test->width * test->channels;
    test->offset = random_between(1, ARENA_BYTES - count - 1);
    test->zero_point = random_chance(40) ? -128 : random_between(-128, 127);
    int32_t shorter = smaller(test->height, test->width);
    int32_t longer = test->height + test->width - shorter;
    test->flip = random_chance(50);
    test->shift = random_chance(30) ? 0 : random_between(0, shorter - 1);
    test->time_shift = shorter > 1 ? 0 : random_between(0, longer - 1);
    test->gain = random_chance(30) ? 0 : random_between(0, 255);
    test->low = random_word();
    test->high = random_word();
}

static void test_definition(void) {
    static int8_t expected[ARENA_BYTES];
    for (int run = 0; run < 3000; run++) {
        augment_case test;
        open_augment(&test);
        memcpy(expected, test.bytes, ARENA_BYTES);
        naive_augment(&test, test.bytes + test.offset, expected + test.offset);
        CHECK_EQUAL(run_augment(&test), ATTUNE_OK);
        CHECK(memcmp(expected, test.bytes, ARENA_BYTES) == 0);
        CHECK_EQUAL(attune_arena_high_water(test.arena), test.offset + test.height * test.width * test.channels);
        attune_arena_close(test.arena);
    }
}

/* Every amount and both flips come up, equally often. */
static void test_uniform(void) {
    enum { RUNS = 9000, SHIFT = 4, NUMBERS = 2 * SHIFT + 1 };
    int counts[2][NUMBERS] = {{0}};
    int flips = 0;
    augment_case test = {
        .arena = attune_arena_open(64), .height = 8, .width = 8, .channels = 1, .shift = SHIFT, .zero_point = 0};
    test.bytes = (int8_t *)attune_memory_find(test.arena)->arena;
    for (int run = 0; run < RUNS; run++) {
        for (int32_t i = 0; i < 64; i++) {
            test.bytes[i] = (int8_t)(i / 8 * 8 + i % 8);
        }
        test.low = random_word();
        test.high = random_word();
        CHECK_EQUAL(run_augment(&test), ATTUNE_OK);
        /* The sample's middle now shows how far it came. */
        int32_t from = test.bytes[4 * 8 + 4];
        int32_t down = 4 - from / 8, right = 4 - from % 8;
        counts[0][(down < -3 ? -3 : down) + SHIFT]++;
        counts[1][(right < -3 ? -3 : right) + SHIFT]++;
        flips += attune_word(0, test.low, test.high) >> 31;
    }
    for (int axis = 0; axis < 2; axis++) {
        CHECK_EQUAL(counts[axis][0], 0);
        for (int i = 1; i < NUMBERS; i++) {
            /* -4 and -3 both end at the edge. */
            double wanted = (double)RUNS / NUMBERS * (i == 1 ? 2 : 1);
            CHECK(fabs(counts[axis][i] - wanted) < 5 * sqrt(wanted));
        }
    }
    CHECK(abs(flips - RUNS / 2) < 5 * sqrt(RUNS / 4.0));
    attune_arena_close(test.arena);
}

/* A refused call and one without amounts change nothing. */
static void test_errors(void) {
    static int8_t before[ARENA_BYTES];
    augment_case good;
    open_augment(&good);
    good.height = 6;
    good.width = 7;
    good.channels = 3;
    good.offset = ARENA_BYTES - 6 * 7 * 3;
    good.flip = good.shift = good.time_shift = good.gain = 0;
    memcpy(before, good.bytes, ARENA_BYTES);
    CHECK_EQUAL(run_augment(&good), ATTUNE_OK);
#define REFUSED(field, value, status)                                                                                  \
    do {                                                                                                               \
        augment_case bad = good;                                                                                       \
        bad.flip = 1;                                                                                                  \
        bad.gain = 255;                                                                                                \
        bad.field = value;                                                                                             \
        CHECK_EQUAL(run_augment(&bad), status);                                                                        \
    } while (0)
    REFUSED(arena, 99, ATTUNE_ERROR_HANDLE);
    REFUSED(height, 0, ATTUNE_ERROR_ARGUMENT);
    REFUSED(height, -1, ATTUNE_ERROR_ARGUMENT);
    REFUSED(width, 0, ATTUNE_ERROR_ARGUMENT);
    REFUSED(width, 65536, ATTUNE_ERROR_ARGUMENT);
    REFUSED(channels, INT32_MAX, ATTUNE_ERROR_ARGUMENT);
    REFUSED(zero_point, -129, ATTUNE_ERROR_ARGUMENT);
    REFUSED(zero_point, 128, ATTUNE_ERROR_ARGUMENT);
    REFUSED(flip, 2, ATTUNE_ERROR_ARGUMENT);
    REFUSED(shift, -1, ATTUNE_ERROR_ARGUMENT);
    REFUSED(shift, 6, ATTUNE_ERROR_ARGUMENT);
    REFUSED(time_shift, 1, ATTUNE_ERROR_ARGUMENT);
    REFUSED(time_shift, INT32_MIN, ATTUNE_ERROR_ARGUMENT);
    REFUSED(gain, -1, ATTUNE_ERROR_ARGUMENT);
    REFUSED(gain, 256, ATTUNE_ERROR_ARGUMENT);
    REFUSED(offset, -1, ATTUNE_ERROR_ARENA);
    REFUSED(offset, ARENA_BYTES - 6 * 7 * 3 + 1, ATTUNE_ERROR_ARENA);
    REFUSED(offset, INT32_MAX, ATTUNE_ERROR_ARENA);
    CHECK(memcmp(before, good.bytes, ARENA_BYTES) == 0);
    /* The largest of everything overflows nothing. */
    augment_case large = good;
    large.height = large.width = large.channels = 65535;
    CHECK_EQUAL(run_augment(&large), ATTUNE_ERROR_ARGUMENT);
    large.height = large.channels = 1;
    large.time_shift = 65534;
    large.offset = 1;
    CHECK_EQUAL(run_augment(&large), ATTUNE_OK);
    large.time_shift = 65535;
    CHECK_EQUAL(run_augment(&large), ATTUNE_ERROR_ARGUMENT);
    attune_arena_close(good.arena);
}

int main(void) {
    random_seed(14);
    test_definition();
    test_uniform();
    test_errors();
    return check_result();
}
