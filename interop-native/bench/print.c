#include "bench.h"
#include "semihosting.h"

#include <stdarg.h>
#include <stdio.h>

void bench_print(const char *format, ...) {
    char line[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    semihosting_print(line);
}
