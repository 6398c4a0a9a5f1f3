/* Checks of the native tests: a failure prints its place and what it saw, the program goes on and fails at its end. */
#ifndef ATTUNE_CHECK_H
#define ATTUNE_CHECK_H

#include <stdio.h>

extern int check_failures;

/* Failures after which only the count goes on. */
#define CHECK_PRINTED 20

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition) && ++check_failures <= CHECK_PRINTED) {                                                       \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                     \
        }                                                                                                              \
    } while (0)

#define CHECK_EQUAL(actual, expected)                                                                                  \
    do {                                                                                                               \
        long long check_actual = (long long)(actual);                                                                  \
        long long check_expected = (long long)(expected);                                                              \
        if (check_actual != check_expected && ++check_failures <= CHECK_PRINTED) {                                     \
            printf("%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #actual, check_actual, check_expected);        \
        }                                                                                                              \
    } while (0)

/* What main returns. */
int check_result(void);

#endif
