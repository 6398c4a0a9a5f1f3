/* The library's own exponential, logarithm and square root against the C library's. */
#include "check.h"
#include "core/exp_log.h"
#include "random.h"

#include <float.h>
#include <math.h>
#include <string.h>

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double uniform(double low, double high) {
    return low + (high - low) * (random_word() * 0x1p-32 + random_word() * 0x1p-64);
}

static int close(double actual, long double expected, double tolerance) {
    return fabsl(actual - expected) <= tolerance * fabsl(expected);
}

static void test_exp(void) {
    for (int i = 0; i < 200000; i++) {
        double wide = uniform(-700, 709.7);
        double narrow = uniform(-2, 2) * pow(2, random_between(-60, 0));
        CHECK(close(attune_exp(wide), expl(wide), 1e-15));
        CHECK(close(attune_exp(narrow), expl(narrow), 1e-15));
    }
    CHECK(attune_exp(0.0) == 1.0);
    CHECK(attune_exp(-700.1) == 0.0);
    CHECK(attune_exp(-INFINITY) == 0.0);
    CHECK(attune_exp(710.0) == INFINITY);
    CHECK(isnan(attune_exp(NAN)));
}

static void test_log(void) {
    for (int i = 0; i < 200000; i++) {
        double any = double_of(((uint64_t)random_between(1, 2046) << 52) | ((uint64_t)random_word() << 20));
        double near_one = 1.0 + uniform(-1, 1) * pow(2, random_between(-50, -1));
        double tiny = uniform(0, 1) * pow(2, random_between(-100, 6));
        CHECK(close(attune_log(any), logl(any), 1e-15));
        CHECK(close(attune_log(near_one), logl(near_one), 1e-15));
        CHECK(close(attune_log1p(tiny), log1pl(tiny), 1e-15));
    }
    CHECK(attune_log(1.0) == 0.0);
    CHECK(attune_log1p(0.0) == 0.0);
    CHECK(close(attune_log(DBL_MIN), logl(DBL_MIN), 1e-15));
    CHECK(close(attune_log(DBL_MAX), logl(DBL_MAX), 1e-15));
}

static void test_sqrt(void) {
    for (int i = 0; i < 1000000; i++) {
        double any = double_of((((uint64_t)random_word() << 32) | random_word()) & 0x7fffffffffffffffu);
        CHECK(bits_of(attune_sqrt(any)) == bits_of(sqrt(any)) || isnan(any));
        /* Next to a square the root lies next to a double, next to the square of a half-way point next to a tie. */
        double half_way = (double)(((uint64_t)random_between(1 << 25, 1 << 26) << 1) + 1);
        double square = half_way * half_way;
        double neighbour = double_of(bits_of(square) + (uint64_t)(int64_t)random_between(-2, 2));
        CHECK(attune_sqrt(neighbour) == sqrt(neighbour));
    }
    double edges[] = {
        0.0,     1.0, 4.0, 2.0, 0.25, DBL_MIN, DBL_MAX, 0x1p-1074, nextafter(4, 0), nextafter(1, 0), nextafter(1, 2),
        INFINITY};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        CHECK(bits_of(attune_sqrt(edges[i])) == bits_of(sqrt(edges[i])));
    }
    CHECK(bits_of(attune_sqrt(-0.0)) == bits_of(-0.0));
    CHECK(isnan(attune_sqrt(-1.0)) && isnan(attune_sqrt(NAN)));
}

/* The results are the same on every platform: their bits, folded to one number. */
static void test_bits(void) {
    uint64_t folded = 0;
    for (int32_t i = 1; i <= 10000; i++) {
        double x = i * 0.0625;
        folded = folded * 0x100000001b3u + bits_of(attune_exp(x - 400.0));
        folded = folded * 0x100000001b3u + bits_of(attune_log(x));
        folded = folded * 0x100000001b3u + bits_of(attune_log1p(x * 0x1p-12));
        folded = folded * 0x100000001b3u + bits_of(attune_sqrt(x));
    }
    CHECK(folded == 0x30c17713968cdc59u);
}

int main(void) {
    random_seed(1);
    test_exp();
    test_log();
    test_sqrt();
    test_bits();
    return check_result();
}
