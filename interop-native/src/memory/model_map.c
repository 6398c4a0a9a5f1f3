/* A model that stands in flash and is read where it is. */
#include "memory.h"

#include <stddef.h>
#include <string.h>

#if defined(ATTUNE_MODEL_SYMBOL)
extern const uint8_t ATTUNE_MODEL_SYMBOL[];
#define REGION ATTUNE_MODEL_SYMBOL
#elif defined(ATTUNE_MODEL_ADDRESS)
#define REGION ((const uint8_t *)(uintptr_t)(ATTUNE_MODEL_ADDRESS))
#endif

#if defined(REGION)

#if !defined(ATTUNE_MODEL_REGION)
#error "ATTUNE_MODEL_ADDRESS or ATTUNE_MODEL_SYMBOL needs ATTUNE_MODEL_REGION, the size of the region in bytes"
#endif

/* Header words (docs/FORMATS.md). */
enum { MAGIC = 0, BYTES = 2, WORDS_READ = 3 };
#define MAGIC_VALUE 0x314d5441 /* "ATM1" */

_Static_assert(ATTUNE_MODEL_REGION >= ATTUNE_RECORDS_AT && ATTUNE_MODEL_REGION <= ATTUNE_LARGEST_BLOCK,
               "ATTUNE_MODEL_REGION: 128..2^30");

int32_t attune_model_map(int32_t arena) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if ((uintptr_t)REGION % ATTUNE_BLOCK_ALIGNMENT != 0) {
        return ATTUNE_ERROR_ALIGNMENT;
    }
    int32_t header[WORDS_READ];
    memcpy(header, REGION, sizeof header);
    if (header[MAGIC] != MAGIC_VALUE || header[BYTES] < ATTUNE_RECORDS_AT || header[BYTES] > ATTUNE_MODEL_REGION) {
        return ATTUNE_ERROR_FORMAT;
    }
    attune_model_set(memory, REGION, header[BYTES], NULL);
    return header[BYTES];
}

#else

int32_t attune_model_map(int32_t arena) {
    return attune_memory_find(arena) == NULL ? ATTUNE_ERROR_HANDLE : ATTUNE_ERROR_REGION;
}

#endif
