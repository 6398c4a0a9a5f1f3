/* Stands for the flash region of a device; the static build of the library maps its models from here. */
#ifndef ATTUNE_TEST_FLASH_H
#define ATTUNE_TEST_FLASH_H

#include <stdint.h>

enum { FLASH_BYTES = 8192 };

extern uint8_t attune_test_flash[FLASH_BYTES];

#endif
