/* Quotients without double arithmetic have the bits of double arithmetic. Argument: number of quotients (1000000). */
#include "check.h"
#include "core/quotient.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static float float_random(int round) {
    return (float)ldexp(round ? 1 << 23 : random_between(1 << 23, (1 << 24) - 1), random_between(-60, 12));
}

int main(int count, char **words) {
    random_seed(1);
    long calls = count > 1 ? strtol(words[1], NULL, 10) : 1000000;
    for (long i = 0; i < calls; i++) {
        int round = random_chance(5);
        int32_t multiplier = round ? 1 << 30 : random_between(1 << 30, INT32_MAX);
        int32_t shift = random_between(-31, 12);
        float scale = float_random(round);
        float rate = random_chance(50) ? -float_random(round) : float_random(round);
        double root = ldexp(multiplier, shift - 31) * (double)scale;
        float expected = (float)(rate / (root * root));
        float square = attune_quotient_square(rate, multiplier, shift, scale);
        float quotient = attune_quotient(rate, root * root);
        CHECK(memcmp(&square, &expected, 4) == 0);
        CHECK(memcmp(&quotient, &expected, 4) == 0);
    }
    /* A multiplier that no layer has is divided in double. */
    float small = attune_quotient_square(1.0f, 3, 0, 0.5f);
    double root = ldexp(3, -31) * 0.5;
    float expected = (float)(1.0 / (root * root));
    CHECK(memcmp(&small, &expected, 4) == 0);
    return check_result();
}
