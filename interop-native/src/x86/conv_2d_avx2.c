#include "x86.h"

#if defined(ATTUNE_X86)

int attune_conv_2d_avx2(const attune_call *call) {
    (void)call;
    return 0;
}

#endif
