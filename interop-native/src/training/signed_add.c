/* Adds a number times the signs of a seed to an array: the core of the gradient estimates. */
#include "signed_add.h"

#include "../arm/training/gradients.h"
#include "../core/signs.h"

/* A table instead of a shift: baseline x86 vectors have no shift by a different count in each lane. */
static const uint32_t bits[32] = {0x1u,        0x2u,        0x4u,        0x8u,       0x10u,      0x20u,      0x40u,
                                  0x80u,       0x100u,      0x200u,      0x400u,     0x800u,     0x1000u,    0x2000u,
                                  0x4000u,     0x8000u,     0x10000u,    0x20000u,   0x40000u,   0x80000u,   0x100000u,
                                  0x200000u,   0x400000u,   0x800000u,   0x1000000u, 0x2000000u, 0x4000000u, 0x8000000u,
                                  0x10000000u, 0x20000000u, 0x40000000u, 0x80000000u};

static void add(float *sums, int32_t count, uint32_t element, float delta, uint32_t seed_low, uint32_t seed_high) {
    while (count > 0) {
        uint32_t word = attune_word(element >> 5, seed_low, seed_high);
        int32_t begin = (int32_t)(element & 31);
        int32_t run = 32 - begin;
        if (run > count) {
            run = count;
        }
        if (run == 32) {
            for (int32_t i = 0; i < 32; i++) {
                sums[i] += (word & bits[i]) != 0 ? -delta : delta;
            }
        } else {
            for (int32_t i = 0; i < run; i++) {
                sums[i] += (word & bits[begin + i]) != 0 ? -delta : delta;
            }
        }
        sums += run;
        element += (uint32_t)run;
        count -= run;
    }
}

void attune_signed_add(float *sums, int32_t count, uint32_t element, float delta, uint32_t seed_low,
                       uint32_t seed_high) {
#if defined(ATTUNE_DSP_FLOAT)
    int32_t before = (int32_t)(-element & 7);
    if (count >= before + 8) {
        add(sums, before, element, delta, seed_low, seed_high);
        before += attune_dsp_signed_add(sums + before, count - before, element + (uint32_t)before, delta, seed_low,
                                        seed_high);
        sums += before;
        count -= before;
        element += (uint32_t)before;
    }
#endif
    add(sums, count, element, delta, seed_low, seed_high);
}
