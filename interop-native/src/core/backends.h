/* The faster twins of the portable kernels, by number. */
#ifndef ATTUNE_BACKENDS_H
#define ATTUNE_BACKENDS_H

enum {
    ATTUNE_BACKEND_BEST = -1,
    ATTUNE_BACKEND_PORTABLE = 0,
    ATTUNE_BACKEND_DSP = 1,  /* Armv7E-M DSP instructions: src/arm */
    ATTUNE_BACKEND_AVX2 = 2, /* src/x86 */
    ATTUNE_BACKEND_VNNI = 3  /* AVX-512 VNNI: src/x86 */
};

#endif
