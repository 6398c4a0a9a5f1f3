/* One program, several checks: cases FILE, layers FILE, training FILE, shapes, gradients, random FIRST COUNT. */
#include "bench.h"
#include "semihosting.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bench_print(const char *format, ...) {
    char line[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    semihosting_print(line);
}

int main(void) {
    static char text[400];
    char *words[4] = {"", "", "", ""};
    semihosting_command(text, sizeof text);
    int count = 0;
    for (char *word = strtok(text, " "); word != NULL && count < 4; word = strtok(NULL, " ")) {
        words[count++] = word;
    }
    int failures = 1;
    if (strcmp(words[1], "cases") == 0) {
        failures = bench_cases(words[2]);
    } else if (strcmp(words[1], "layers") == 0) {
        failures = bench_layers(words[2]);
    } else if (strcmp(words[1], "training") == 0) {
        failures = bench_training(words[2]);
    } else if (strcmp(words[1], "shapes") == 0) {
        failures = bench_shapes();
    } else if (strcmp(words[1], "gradients") == 0) {
        failures = bench_gradients();
    } else if (strcmp(words[1], "random") == 0) {
        failures = bench_random(strtoul(words[2], NULL, 10), strtoul(words[3], NULL, 10));
    } else {
        bench_print("no program '%s'\n", words[1]);
    }
    bench_print("failures %d\n", failures);
    return failures == 0 ? 0 : 1;
}
