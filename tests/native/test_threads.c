/* The same bytes with one, two and four threads, on layers large enough to be split. The portable kernels: faster ones
 * split only larger layers, which test_backends has. */
#include "check.h"
#include "layer_case.h"
#include "layers/backend.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

enum { CASES = 60, SKIPPED = 77 };

static void run(const layer_case *layer, int32_t threads, uint8_t *after) {
    CHECK_EQUAL(attune_threads(threads), threads);
    int32_t arena = case_open(layer);
    CHECK_EQUAL(attune_layer_run(arena, CASE_RECORD, CASE_BINDING, layer->mode, layer->seed_low, layer->seed_high),
                ATTUNE_OK);
    attune_arena_read(arena, 0, after, 0, CASE_ARENA_BYTES);
    attune_arena_close(arena);
}

int main(void) {
    if (attune_threads(2) != 2) {
        printf("this build has no threads\n");
        return SKIPPED;
    }
    uint8_t *one = malloc(CASE_ARENA_BYTES);
    uint8_t *more = malloc(CASE_ARENA_BYTES);
    int32_t large = 0;
    attune_backend_use(ATTUNE_BACKEND_PORTABLE);
    for (uint32_t seed = 1; large < CASES && seed < 100000; seed++) {
        layer_case layer;
        random_seed(seed);
        case_create(&layer, seed % 2 ? ATTUNE_CONV_2D : ATTUNE_DEPTHWISE_CONV_2D);
        int64_t filter = (int64_t)layer.record[ATTUNE_KERNEL_H] * layer.record[ATTUNE_KERNEL_W];
        if (layer.record[ATTUNE_OPERATOR] == ATTUNE_CONV_2D) {
            filter *= layer.record[ATTUNE_INPUT_N + 3] / layer.record[ATTUNE_GROUPS];
        }
        if (case_elements(layer.record + ATTUNE_OUTPUT_N) * filter >= 100000) {
            large++;
            run(&layer, 1, one);
            for (int32_t threads = 2; threads <= 4; threads += 2) {
                run(&layer, threads, more);
                CHECK(memcmp(one, more, CASE_ARENA_BYTES) == 0);
            }
        }
        case_free(&layer);
    }
    CHECK(large > 0);
    free(one);
    free(more);
    return check_result();
}
