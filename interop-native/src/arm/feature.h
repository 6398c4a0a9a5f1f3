/* ATTUNE_DSP: the kernels of this folder can run. Their assembly is Thumb, so other profiles with the same instructions
 * (Armv7-A) are left to the portable kernels. */
#ifndef ATTUNE_DSP_FEATURE_H
#define ATTUNE_DSP_FEATURE_H

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_ARCH_PROFILE) && !defined(ATTUNE_PORTABLE)
#if __ARM_ARCH_PROFILE == 'M'
#define ATTUNE_DSP
#endif
#endif

/* The same for single-precision floating point. */
#if defined(ATTUNE_DSP) && defined(__ARM_FP)
#define ATTUNE_DSP_FLOAT
#endif

#endif
