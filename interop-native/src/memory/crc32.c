#include "attune.h"

#include <stddef.h>

/* Remainders of the 16 half bytes: a table of 64 bytes suits flash better than one of a kilobyte. */
static const uint32_t table[16] = {
    0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu,
    0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu, 0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu,
};

uint32_t attune_crc32(const uint8_t *data, int32_t index, int32_t count, uint32_t crc) {
    if (data == NULL || index < 0) {
        return crc;
    }
    crc = ~crc;
    for (int32_t i = 0; i < count; i++) {
        crc ^= data[(size_t)index + (size_t)i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}
