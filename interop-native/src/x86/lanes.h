/* Output parameters of up to 16 neighbouring channels, one a lane of a vector, and the modes that run element by
 * element. */
#ifndef ATTUNE_LANES_H
#define ATTUNE_LANES_H

#include "x86.h"

#if defined(ATTUNE_X86)

#define ATTUNE_LANES 16

typedef struct __attribute__((aligned(64))) attune_lanes {
    int32_t bias[ATTUNE_LANES]; /* probe and offset included */
    int32_t multiplier[ATTUNE_LANES];
    int32_t left[ATTUNE_LANES];   /* shift to the left, 0..30 */
    int32_t right[ATTUNE_LANES];  /* shift to the right, 0..31 */
    int32_t offset[ATTUNE_LANES]; /* what the kernel's raw sums lack of the true ones */
    int32_t step[ATTUNE_LANES];   /* k[c] of node probes in accumulators */
    int32_t first;
    int32_t count;
    int32_t plain; /* every right shift is 2 or more: the short form of the requantization is exact */
} attune_lanes;

/* offset: [count]. Lanes beyond count give zeros. */
void attune_lanes_prepare(const attune_call *call, int32_t first, int32_t count, const int32_t *offset,
                          attune_lanes *lanes);

/* Whether attune_lanes_write has to make the outputs; the vectors make the others. */
static inline int attune_lanes_slow(const attune_call *call) {
    return (call->mode & (ATTUNE_RUN_STATISTICS | ATTUNE_RUN_ACCUMULATORS)) != 0 || call->errors != 0;
}

/* Turns the raw sums of one position into its outputs as the mode says, element by element. */
void attune_lanes_write(const attune_call *call, const attune_lanes *lanes, int32_t line, int32_t x,
                        const int32_t *sums);

/* Bits e .. e + 31 of the stream of signs. */
static inline uint32_t attune_sign_bits(uint32_t element, uint32_t seed_low, uint32_t seed_high) {
    uint32_t bit = element & 31;
    uint32_t word = attune_word(element >> 5, seed_low, seed_high) >> bit;
    return bit == 0 ? word : word | attune_word((element >> 5) + 1, seed_low, seed_high) << (32 - bit);
}

#endif
#endif
