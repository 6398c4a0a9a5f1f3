#ifndef ATTUNE_ERROR_RULES_H
#define ATTUNE_ERROR_RULES_H

#include "error_call.h"

/* The rules of a record, or NULL where its operator has none. */
const attune_error_rules *attune_error_rules_find(const int32_t *record);

#endif
