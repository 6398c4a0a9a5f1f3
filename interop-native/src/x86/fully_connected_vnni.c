#include "x86.h"

#if defined(ATTUNE_X86)

int attune_fully_connected_vnni(const attune_call *call) {
    (void)call;
    return 0;
}

#endif
