#include "flash.h"

_Alignas(16) uint8_t attune_test_flash[FLASH_BYTES];
