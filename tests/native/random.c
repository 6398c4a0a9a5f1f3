#include "random.h"

static uint32_t state = 1;

void random_seed(uint32_t seed) {
    state = seed * 2654435761u + 12345u;
    state = state == 0 ? 1 : state;
}

uint32_t random_word(void) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state * 2246822519u;
}

int32_t random_between(int32_t low, int32_t high) {
    uint64_t span = (uint64_t)((int64_t)high - low + 1);
    return (int32_t)(low + (int64_t)((uint64_t)random_word() * span >> 32));
}

int random_chance(int percent) {
    return random_between(0, 99) < percent;
}
