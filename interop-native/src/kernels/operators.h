/* The table of operators. */
#ifndef ATTUNE_OPERATORS_H
#define ATTUNE_OPERATORS_H

#include "operator.h"

/* The rules of the operator that a record names; NULL: there is none of this number. */
const attune_operator_rules *attune_operator_find(const int32_t *record);

#endif
