/* What the x86-64 kernels share. Each returns whether it took the call; the portable kernel runs what they leave. */
#ifndef ATTUNE_X86_H
#define ATTUNE_X86_H

#include "../core/call.h"

/* Function-level targets and intrinsics of gcc and clang. gcc for Windows does not align the stack for vectors. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(_WIN32) && !defined(ATTUNE_PORTABLE)
#define ATTUNE_X86 1

/* The best backend that this processor has. */
int32_t attune_x86_best(void);
/* Runs the layer on this backend if it takes it. */
int attune_x86_run(int32_t backend, const attune_call *call);

int attune_conv_2d_vnni(const attune_call *call);
int attune_depthwise_conv_2d_vnni(const attune_call *call);
int attune_fully_connected_vnni(const attune_call *call);
int attune_add_vnni(const attune_call *call);
int attune_conv_2d_avx2(const attune_call *call);
int attune_depthwise_conv_2d_avx2(const attune_call *call);
int attune_fully_connected_avx2(const attune_call *call);
int attune_add_avx2(const attune_call *call);

#define ATTUNE_TARGET_AVX2 __attribute__((target("avx2")))
#define ATTUNE_TARGET_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define ATTUNE_INLINE_AVX2 static inline __attribute__((always_inline, target("avx2")))
#define ATTUNE_INLINE_VNNI static inline __attribute__((always_inline, target("avx512f,avx512bw,avx512vl,avx512vnni")))

/* Lines of the input that one position of a window may need. */
#define ATTUNE_X86_LARGEST_KERNEL 64

/* Work for attune_parallel, in multiply-accumulates of the portable kernels, of kernels so many times faster; none
 * where slices would share sums of statistics or carries of errors. */
static inline int64_t attune_x86_work(const attune_call *call, int64_t work, int32_t faster) {
    return call->sums == 0 && call->errors == 0 ? work / faster : 0;
}

static inline int32_t attune_smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

#endif
#endif
