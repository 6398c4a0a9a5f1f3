/* Every operator, in every mode, on random layers: equal to the naive reference, nothing else written, high-water mark
 * exact; on the portable kernels and on the best backend. A failure names the operator and the seed of its case.
 * Argument: cases of each operator with weights (1500); a tenth of others. */
#include "check.h"
#include "kernels/operators.h"
#include "layer_case.h"
#include "layers/backend.h"
#include "random.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_CASES = 1500 };

/* Whether arena byte `at` lies in the array of so many bytes that a word of the binding names. */
static int inside(const layer_case *layer, int word, int64_t bytes, int64_t at) {
    return layer->binding[word] >= 0 && at >= layer->binding[word] && at < layer->binding[word] + bytes;
}

static int output_equal(const layer_case *layer, const uint8_t *after, const int32_t *expected) {
    int64_t elements = case_elements(layer->record + ATTUNE_OUTPUT_N);
    const uint8_t *output = after + layer->binding[ATTUNE_BIND_OUTPUT];
    int32_t tolerance = layer->record[ATTUNE_OPERATOR] == ATTUNE_SOFTMAX ? 1 : 0;
    for (int64_t i = 0; i < elements; i++) {
        int32_t value = (int8_t)output[i];
        if (layer->mode & ATTUNE_RUN_ACCUMULATORS) {
            memcpy(&value, output + 4 * i, 4);
        }
        if (llabs((int64_t)value - expected[i]) > tolerance) {
            printf("element %" PRId64 " of %" PRId64 " is %" PRId32 ", not %" PRId32 "\n", i, elements, value,
                   expected[i]);
            return 0;
        }
    }
    return 1;
}

static int sums_equal(const layer_case *layer, const uint8_t *after, const int64_t *expected) {
    if (!(layer->mode & ATTUNE_RUN_STATISTICS)) {
        return 1;
    }
    int32_t offset = layer->binding[ATTUNE_BIND_STATISTICS];
    for (int32_t i = 0; i < 2 * layer->record[ATTUNE_OUTPUT_N + 3]; i++) {
        uint64_t before;
        uint64_t value;
        memcpy(&before, layer->arena + offset + 8 * i, 8);
        memcpy(&value, after + offset + 8 * i, 8);
        if (value - before != (uint64_t)expected[i]) {
            return 0;
        }
    }
    return 1;
}

static int rest_untouched(const layer_case *layer, const uint8_t *after, int32_t scratch) {
    for (int64_t at = 0; at < CASE_ARENA_BYTES; at++) {
        if (after[at] != layer->arena[at] && !inside(layer, ATTUNE_BIND_OUTPUT, case_output_bytes(layer), at) &&
            !inside(layer, ATTUNE_BIND_SCRATCH, scratch, at) &&
            !inside(layer, ATTUNE_BIND_STATISTICS, 16 * layer->record[ATTUNE_OUTPUT_N + 3], at)) {
            return 0;
        }
    }
    return 1;
}

/* From kept accumulators the node probe gives the bytes of the layer itself. */
static void kept_test(int32_t operation, uint32_t seed) {
    static const int32_t modes[] = {0, ATTUNE_RUN_PROBE_NODES, ATTUNE_RUN_ACCUMULATORS,
                                    ATTUNE_RUN_PROBE_NODES | ATTUNE_RUN_ACCUMULATORS};
    layer_case layer;
    random_seed(seed * 16 + (uint32_t)operation);
    case_create(&layer, operation);
    int32_t arena = case_open(&layer);
    int32_t mode = modes[random_between(0, 3)];
    int32_t bytes = (int32_t)case_elements(layer.record + ATTUNE_OUTPUT_N) * (mode & ATTUNE_RUN_ACCUMULATORS ? 4 : 1);
    int32_t kept_bytes = (int32_t)case_elements(layer.record + ATTUNE_OUTPUT_N) * 4;
    int32_t scratch = attune_layer_scratch(arena, CASE_RECORD);
    int32_t kept = (layer.binding[ATTUNE_BIND_SCRATCH] + scratch + 15) / 16 * 16;
    int32_t output = kept + kept_bytes;
    int32_t binding[ATTUNE_BINDING_WORDS];
    memcpy(binding, layer.binding, sizeof binding);
    uint8_t *expected = malloc((size_t)bytes);
    uint8_t *actual = malloc((size_t)bytes);
    if (output + 4 * bytes <= CASE_ARENA_BYTES) {
        binding[ATTUNE_BIND_OUTPUT] = output;
        attune_arena_write(arena, CASE_BINDING, (const uint8_t *)binding, 0, sizeof binding);
        CHECK_EQUAL(attune_layer_run(arena, CASE_RECORD, CASE_BINDING, mode, 7, 8), ATTUNE_OK);
        attune_arena_read(arena, output, expected, 0, bytes);
        binding[ATTUNE_BIND_OUTPUT] = kept;
        attune_arena_write(arena, CASE_BINDING, (const uint8_t *)binding, 0, sizeof binding);
        CHECK_EQUAL(attune_layer_run(arena, CASE_RECORD, CASE_BINDING, ATTUNE_RUN_ACCUMULATORS, 0, 0), ATTUNE_OK);
        binding[ATTUNE_BIND_OUTPUT] = output;
        attune_arena_write(arena, CASE_BINDING, (const uint8_t *)binding, 0, sizeof binding);
        attune_arena_fill(arena, output, bytes, 0);
        CHECK_EQUAL(attune_nodes_run(arena, CASE_RECORD, CASE_BINDING, kept, mode, 7, 8), ATTUNE_OK);
        attune_arena_read(arena, output, actual, 0, bytes);
        CHECK(memcmp(expected, actual, (size_t)bytes) == 0);
        CHECK_EQUAL(attune_nodes_run(arena, CASE_RECORD, CASE_BINDING, output, mode, 7, 8), ATTUNE_ERROR_ARGUMENT);
        CHECK_EQUAL(attune_nodes_run(arena, CASE_RECORD, CASE_BINDING, kept + 2, mode, 7, 8), ATTUNE_ERROR_ALIGNMENT);
        CHECK_EQUAL(attune_nodes_run(arena, CASE_RECORD, CASE_BINDING, CASE_ARENA_BYTES, mode, 7, 8),
                    ATTUNE_ERROR_ARENA);
        CHECK_EQUAL(attune_nodes_run(arena, CASE_RECORD, CASE_BINDING, kept, ATTUNE_RUN_PROBE_WEIGHTS, 7, 8),
                    ATTUNE_ERROR_MODE);
    }
    free(expected);
    free(actual);
    attune_arena_close(arena);
    case_free(&layer);
}

/* Runs the case on one backend and compares. */
static void case_run(const layer_case *layer, uint32_t seed, int32_t backend, const int32_t *expected,
                     const int64_t *sums) {
    uint8_t *after = malloc(CASE_ARENA_BYTES);
    int failures = check_failures;
    CHECK_EQUAL(attune_backend_use(backend), backend);
    int32_t arena = case_open(layer);
    CHECK_EQUAL(attune_layer_check(arena, CASE_RECORD), ATTUNE_OK);
    int32_t scratch = attune_layer_scratch(arena, CASE_RECORD);
    CHECK(scratch >= 0 && layer->binding[ATTUNE_BIND_SCRATCH] + scratch <= CASE_ARENA_BYTES);
    CHECK_EQUAL(attune_layer_run(arena, CASE_RECORD, CASE_BINDING, layer->mode, layer->seed_low, layer->seed_high),
                ATTUNE_OK);
    CHECK_EQUAL(attune_arena_high_water(arena), case_touched(layer, scratch));
    attune_arena_read(arena, 0, after, 0, CASE_ARENA_BYTES);
    CHECK(output_equal(layer, after, expected));
    CHECK(sums_equal(layer, after, sums));
    CHECK(rest_untouched(layer, after, scratch));
    if (check_failures != failures) {
        printf("  operator %" PRId32 ", seed %" PRIu32 ", mode %" PRId32 ", backend %" PRId32 "\n",
               layer->record[ATTUNE_OPERATOR], seed, layer->mode, backend);
    }
    attune_arena_close(arena);
    free(after);
}

/* best: the backend that is in force at the start. */
static void case_test(int32_t operation, uint32_t seed, int32_t best) {
    layer_case layer;
    random_seed(seed * 16 + (uint32_t)operation);
    case_create(&layer, operation);
    int64_t elements = case_elements(layer.record + ATTUNE_OUTPUT_N);
    int32_t *expected = malloc((size_t)elements * sizeof *expected);
    int64_t *sums = calloc(2 * (size_t)layer.record[ATTUNE_OUTPUT_N + 3], sizeof *sums);
    naive_layer naive = case_naive(&layer);
    naive_run(&naive, expected, sums);
    case_run(&layer, seed, ATTUNE_BACKEND_PORTABLE, expected, sums);
    if (best != ATTUNE_BACKEND_PORTABLE) {
        case_run(&layer, seed, best, expected, sums);
    }
    case_free(&layer);
    free(expected);
    free(sums);
}

/* Whatever the library runs has a reference, and the other way round. */
static void operators_test(void) {
    for (int32_t number = -1; number < 100; number++) {
        const int32_t record[ATTUNE_RECORD_WORDS] = {[ATTUNE_OPERATOR] = number};
        int32_t referenced = 0;
        for (int32_t index = 0; naive_operator_at(index) != NULL; index++) {
            referenced |= naive_operator_at(index)->number == number;
        }
        CHECK_EQUAL(attune_operator_find(record) != NULL, referenced);
    }
}

int main(int count, char **arguments) {
    int32_t weighted = count > 1 ? (int32_t)atoll(arguments[1]) : DEFAULT_CASES;
    int32_t best = attune_backend_use(ATTUNE_BACKEND_BEST);
    operators_test();
    for (int32_t index = 0; naive_operator_at(index) != NULL; index++) {
        int32_t operation = naive_operator_at(index)->number;
        int32_t cases = operation <= ATTUNE_FULLY_CONNECTED ? weighted : weighted / 10;
        for (int32_t seed = 1; seed <= cases && check_failures < CHECK_PRINTED; seed++) {
            case_test(operation, (uint32_t)seed, best);
            if (operation <= ATTUNE_FULLY_CONNECTED && seed <= weighted / 3) {
                kept_test(operation, (uint32_t)seed);
            }
        }
    }
    return check_result();
}
