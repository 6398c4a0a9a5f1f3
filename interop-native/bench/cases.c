/* Operator cases and whole networks with known results. */
#include "bench.h"
#include "network.h"

#include <string.h>

int bench_cases(const char *path) {
    network_reader reader = network_open(path);
    network net;
    memset(&net, 0, sizeof net);
    int failures = 0;
    int32_t values = 0;
    for (int32_t i = 0; i < reader.cases && reader.good; i++) {
        network_case one;
        if (!network_read(&reader, &net, &one)) {
            break;
        }
        int good = 1;
        for (int32_t layer = one.first; layer < one.end; layer++) {
            good = network_run(&net, layer, 0) && good;
        }
        for (int32_t check = 0; check < one.checks; check++) {
            int32_t differing = network_check(&reader, &net);
            good = differing == 0 && good;
            values++;
        }
        if (!good) {
            failures++;
            bench_print("case %s differs\n", one.name);
        }
    }
    if (!reader.good) {
        bench_print("%s ends early\n", path);
        failures++;
    }
    bench_print("cases %ld tensors %ld failed %d\n", (long)reader.cases, (long)values, failures);
    return failures;
}
