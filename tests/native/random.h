/* Random numbers of the tests; the same seed gives the same test. */
#ifndef ATTUNE_RANDOM_H
#define ATTUNE_RANDOM_H

#include <stdint.h>

void random_seed(uint32_t seed);
uint32_t random_word(void);
/* low..high, both included. */
int32_t random_between(int32_t low, int32_t high);
/* True in `percent` of 100 calls. */
int random_chance(int percent);

#endif
