#include "attune.h"

int32_t attune_version(void) {
    return ATTUNE_VERSION;
}
