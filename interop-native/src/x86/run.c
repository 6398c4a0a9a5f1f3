/* Which x86-64 kernel runs a layer. */
#include "../core/backends.h"
#include "x86.h"

#if defined(ATTUNE_X86)

int32_t attune_x86_best(void) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vnni")) {
        return ATTUNE_BACKEND_VNNI;
    }
    return __builtin_cpu_supports("avx2") ? ATTUNE_BACKEND_AVX2 : ATTUNE_BACKEND_PORTABLE;
}

int attune_x86_run(int32_t backend, const attune_call *call) {
    int vnni = backend == ATTUNE_BACKEND_VNNI;
    switch (call->record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        return vnni ? attune_conv_2d_vnni(call) : attune_conv_2d_avx2(call);
    case ATTUNE_DEPTHWISE_CONV_2D:
        return vnni ? attune_depthwise_conv_2d_vnni(call) : attune_depthwise_conv_2d_avx2(call);
    case ATTUNE_FULLY_CONNECTED:
        return vnni ? attune_fully_connected_vnni(call) : attune_fully_connected_avx2(call);
    case ATTUNE_ADD:
        return vnni ? attune_add_vnni(call) : attune_add_avx2(call);
    default:
        return 0;
    }
}

#endif
