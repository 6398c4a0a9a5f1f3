/* One program, several checks: cases FILE, layers FILE, training FILE, planned FILE, shapes, gradients. */
#include "bench.h"
#include "semihosting.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void bench_print(const char *format, ...) {
    char line[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    semihosting_print(line);
}

int main(int count, char **words) {
    const char *program = count > 1 ? words[1] : "";
    const char *file = count > 2 ? words[2] : "";
    int failures = 1;
    if (strcmp(program, "cases") == 0) {
        failures = bench_cases(file);
    } else if (strcmp(program, "layers") == 0) {
        failures = bench_layers(file);
    } else if (strcmp(program, "training") == 0) {
        failures = bench_training(file);
    } else if (strcmp(program, "planned") == 0) {
        failures = bench_planned(file);
    } else if (strcmp(program, "shapes") == 0) {
        failures = bench_shapes();
    } else if (strcmp(program, "gradients") == 0) {
        failures = bench_gradients();
    } else {
        bench_print("no program '%s'\n", program);
    }
    bench_print("failures %d\n", failures);
    return failures == 0 ? 0 : 1;
}
