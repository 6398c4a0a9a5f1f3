/* Damaged records and bindings, and wrong arguments: a status, or a run inside the arena; under the sanitizers any
 * access outside would end the test. Argument: number of layers (400). */
#include "check.h"
#include "layer_case.h"
#include "layers/backend.h"
#include "random.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_CASES = 400, DAMAGES = 40 };

/* A value that breaks checks: a flipped bit, an extreme, a small number. */
static int32_t damaged(int32_t value) {
    switch (random_between(0, 3)) {
    case 0:
        return (int32_t)((uint32_t)value ^ 1u << random_between(0, 31));
    case 1:
        return random_between(0, 1) ? INT32_MAX : INT32_MIN;
    case 2:
        return (int32_t)random_between(0, 8) - 2;
    default:
        return (int32_t)random_word();
    }
}

/* Runs a case with one word of its record or binding damaged. */
static void run_damaged(const layer_case *layer, int32_t arena) {
    int in_record = random_between(0, 2) != 0;
    int32_t word = (int32_t)random_between(0, (in_record ? ATTUNE_RECORD_WORDS : ATTUNE_BINDING_WORDS) - 1);
    int32_t value = damaged(in_record ? layer->record[word] : layer->binding[word]);
    int32_t mode = random_between(0, 3) ? layer->mode : (int32_t)random_between(0, 63);
    if (in_record) {
        attune_model_write(arena, CASE_RECORD + 4 * word, (const uint8_t *)&value, 0, 4);
    } else {
        attune_arena_write_words(arena, CASE_BINDING + 4 * word, &value, 0, 1);
    }
    int32_t check = attune_layer_check(arena, CASE_RECORD);
    int32_t status = attune_layer_run(arena, CASE_RECORD, CASE_BINDING, mode, 1, 2);
    CHECK(status <= ATTUNE_OK && status >= ATTUNE_ERROR_RANGE);
    CHECK(check == ATTUNE_OK || status != ATTUNE_OK);
    CHECK(attune_arena_high_water(arena) <= CASE_ARENA_BYTES);
    attune_loss_s32(arena, CASE_RECORD, CASE_BINDING, 0, -1, 0);
    attune_gradient_probe(arena, CASE_RECORD, CASE_BINDING, 1, 2, 0, 0, 1, 16, 65536);
    attune_gradient_nodes(arena, CASE_RECORD, 1, 2, 0, 0, 1, 0, 1, 16);
    attune_chain_check(arena, CASE_RECORD, 1);
    attune_chain_lines(arena, CASE_RECORD, 1, 0);
    attune_chain_run(arena, CASE_RECORD, CASE_BINDING, 1, 3, -1, 0, 4, 1, 2);
    attune_gradient_weights(arena, CASE_RECORD, CASE_BINDING, 0, 16, 0, 1, 0, 1, 65536, 131072);
    attune_update(arena, CASE_RECORD, CASE_BINDING, 0, 1, 16, 65536, 0.5f, 3, 1, 2, -1, -1);
    attune_moments_update(arena, CASE_RECORD, CASE_BINDING, 0, 1, 16, 8192, 16384, 131072, 0.5f, 0.5f, 1, 1);
    attune_statistics_fold(arena, CASE_RECORD, CASE_BINDING, 16, 65536, 131072, 1, 0.5f);
    attune_align(arena, CASE_RECORD, 16, 65536, 131072, 3, 3.0f, 1, 0.5f, 16, 65536);
    attune_patches_bytes(arena, CASE_RECORD);
    attune_filter_scratch(arena, CASE_RECORD);
    attune_patches_add(arena, CASE_RECORD, CASE_BINDING, 65536);
    attune_filter_solve(arena, CASE_RECORD, 65536, 131072, 16, 1024, 2048);
    attune_arena_write(arena, 0, layer->arena, 0, CASE_ARENA_BYTES);
    attune_model_write(arena, 0, layer->model, 0, CASE_MODEL_BYTES);
}

static void damaged_layers(uint32_t cases) {
    int32_t index = 0;
    for (uint32_t seed = 1; seed <= cases; seed++) {
        layer_case layer;
        random_seed(seed);
        if (naive_operator_at(index) == NULL) {
            index = 0;
        }
        case_create(&layer, naive_operator_at(index++)->number);
        int32_t arena = case_open(&layer);
        for (int32_t i = 0; i < DAMAGES; i++) {
            run_damaged(&layer, arena);
        }
        CHECK_EQUAL(attune_layer_run(arena, CASE_RECORD, CASE_BINDING, layer.mode, layer.seed_low, layer.seed_high),
                    ATTUNE_OK);
        attune_arena_close(arena);
        case_free(&layer);
    }
}

static void wrong_arguments(void) {
    uint8_t bytes[16] = {0};
    int32_t words[4] = {0};
    CHECK_EQUAL(attune_arena_open(0), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_arena_open(-5), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_arena_close(99), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_arena_close(-1), ATTUNE_ERROR_HANDLE);
    int32_t arena = attune_arena_open(64);
    CHECK(arena >= 0);
    CHECK_EQUAL(attune_model_size(arena), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_layer_check(arena, 0), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_arena_write(arena, 60, bytes, 0, 5), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_arena_write(arena, INT32_MAX, bytes, 0, 5), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_arena_write(arena, -1, bytes, 0, 1), ATTUNE_ERROR_ARENA);
    CHECK(attune_arena_read(arena, 0, bytes, 0, -1) < 0);
    CHECK_EQUAL(attune_arena_read_words(arena, 2, words, 0, 1), ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(attune_arena_read_words(arena, 60, words, 0, 2), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_arena_flip(arena, 60, 5), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_arena_flip(arena, 0, -1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_arena_high_water(arena), 0);
    CHECK_EQUAL(attune_arena_write(arena, 59, bytes, 0, 5), ATTUNE_OK);
    CHECK_EQUAL(attune_arena_high_water(arena), 64);
    const uint8_t values[4] = {0, 127, 128, 255};
    const int8_t flipped[4] = {-128, -1, 0, 127};
    CHECK_EQUAL(attune_arena_write(arena, 3, values, 0, 4), ATTUNE_OK);
    CHECK_EQUAL(attune_arena_flip(arena, 3, 4), ATTUNE_OK);
    CHECK_EQUAL(attune_arena_read(arena, 3, bytes, 0, 4), ATTUNE_OK);
    CHECK(memcmp(bytes, flipped, 4) == 0);
    CHECK_EQUAL(attune_arena_close(arena), ATTUNE_OK);
    CHECK_EQUAL(attune_arena_close(arena), ATTUNE_ERROR_HANDLE);
}

int main(int count, char **arguments) {
    uint32_t cases = count > 1 ? (uint32_t)atoll(arguments[1]) : DEFAULT_CASES;
    damaged_layers(cases);
    attune_backend_use(ATTUNE_BACKEND_PORTABLE);
    damaged_layers(cases);
    wrong_arguments();
    return check_result();
}
