/* One program, several checks: cases FILE, layers FILE, training FILE, backward FILE [PERCENT], planned FILE, shapes,
 * gradients.
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

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
    } else if (strcmp(program, "backward") == 0) {
        failures = bench_backward(file, count > 3 ? atoi(words[3]) : 100);
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
