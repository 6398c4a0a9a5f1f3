#include "check.h"

int check_failures = 0;

int check_result(void) {
    printf(check_failures == 0 ? "passed\n" : "%d checks failed\n", check_failures);
    return check_failures == 0 ? 0 : 1;
}
