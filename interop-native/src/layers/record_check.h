/* Checks of layer records. A record that passes can be run on any data without leaving its arrays or its integer
 * ranges; kernels rely on that and check nothing again. */
#ifndef ATTUNE_RECORD_CHECK_H
#define ATTUNE_RECORD_CHECK_H

#include "../core/record.h"
#include "../memory/ranges.h"

/* A checked record. Returns ATTUNE_OK and the words, or the status. */
int32_t attune_record_find(const attune_memory *memory, int32_t record, const int32_t **words);

#endif
