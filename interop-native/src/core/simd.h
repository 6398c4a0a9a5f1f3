/* Inner loops are plain C that compilers vectorize. On x86-64 Linux, gcc also builds ATTUNE_VECTOR functions for wider
 * vectors and picks one when the library is loaded; the results are the same. Helpers they call are ATTUNE_INLINE, so
 * that they are compiled for the same vectors. */
#ifndef ATTUNE_SIMD_H
#define ATTUNE_SIMD_H

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12 && defined(__x86_64__) && defined(__linux__) &&         \
    defined(__OPTIMIZE__) && !defined(ATTUNE_SANITIZE)
#define ATTUNE_VECTOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ATTUNE_VECTOR
#endif

#if defined(__GNUC__)
#define ATTUNE_INLINE static inline __attribute__((always_inline))
#else
#define ATTUNE_INLINE static inline
#endif

#endif
