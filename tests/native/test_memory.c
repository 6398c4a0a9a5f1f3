/* Where arena and model come from: this program is built with the library on the heap and with the one of static
 * buffers and a mapped model. */
#include "attune.h"
#include "check.h"
#include "flash.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SMALL = 4096 };

/* An arena full of the given value, which is closed again. */
static void arena_dirty(int32_t value) {
    int32_t arena = attune_arena_open(SMALL);
    CHECK_EQUAL(attune_arena_fill(arena, 0, SMALL, value), ATTUNE_OK);
    CHECK_EQUAL(attune_model_open(arena, SMALL), ATTUNE_OK);
    uint8_t bytes[SMALL];
    memset(bytes, value, sizeof bytes);
    CHECK_EQUAL(attune_model_write(arena, 0, bytes, 0, SMALL), ATTUNE_OK);
    CHECK_EQUAL(attune_arena_close(arena), ATTUNE_OK);
}

static void check_zero(const uint8_t *bytes, int32_t count) {
    int32_t nonzero = 0;
    for (int32_t i = 0; i < count; i++) {
        nonzero += bytes[i] != 0;
    }
    CHECK_EQUAL(nonzero, 0);
}

static void opened_memory_is_zero(void) {
    uint8_t bytes[SMALL];
    arena_dirty(0xA5);
    int32_t arena = attune_arena_open(SMALL);
    CHECK_EQUAL(attune_arena_high_water(arena), 0);
    CHECK_EQUAL(attune_model_size(arena), ATTUNE_ERROR_HANDLE);
    memset(bytes, 1, sizeof bytes);
    CHECK_EQUAL(attune_arena_read(arena, 0, bytes, 0, SMALL), ATTUNE_OK);
    check_zero(bytes, SMALL);
    CHECK_EQUAL(attune_model_open(arena, SMALL), ATTUNE_OK);
    memset(bytes, 1, sizeof bytes);
    CHECK_EQUAL(attune_model_read(arena, 0, bytes, 0, SMALL), ATTUNE_OK);
    check_zero(bytes, SMALL);
    CHECK_EQUAL(attune_arena_close(arena), ATTUNE_OK);
}

static void model_replaced(void) {
    uint8_t byte = 7;
    int32_t arena = attune_arena_open(16);
    CHECK_EQUAL(attune_model_open(arena, 100), ATTUNE_OK);
    CHECK_EQUAL(attune_model_write(arena, 99, &byte, 0, 1), ATTUNE_OK);
    CHECK_EQUAL(attune_model_open(arena, 0), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_model_size(arena), 100);
    CHECK_EQUAL(attune_model_open(arena, 50), ATTUNE_OK);
    CHECK_EQUAL(attune_model_size(arena), 50);
    CHECK_EQUAL(attune_model_write(arena, 50, &byte, 0, 1), ATTUNE_ERROR_MODEL);
    CHECK_EQUAL(attune_arena_close(arena), ATTUNE_OK);
    CHECK_EQUAL(attune_model_open(arena, 50), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_model_map(arena), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_model_map(-1), ATTUNE_ERROR_HANDLE);
}

#if defined(ATTUNE_ARENA_BYTES)

static void buffers_have_their_size(void) {
    CHECK_EQUAL(attune_arena_open(ATTUNE_ARENA_BYTES + 1), ATTUNE_ERROR_MEMORY);
    int32_t arena = attune_arena_open(ATTUNE_ARENA_BYTES);
    CHECK_EQUAL(arena, 0);
    CHECK_EQUAL(attune_arena_fill(arena, ATTUNE_ARENA_BYTES - 1, 1, 1), ATTUNE_OK);
    CHECK_EQUAL(attune_arena_open(1), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_model_open(arena, ATTUNE_MODEL_BYTES), ATTUNE_OK);
    CHECK_EQUAL(attune_model_open(arena, ATTUNE_MODEL_BYTES + 1), ATTUNE_ERROR_MEMORY);
    CHECK_EQUAL(attune_model_size(arena), ATTUNE_MODEL_BYTES);
    CHECK_EQUAL(attune_arena_close(arena), ATTUNE_OK);
}

/* Puts a header into the flash region. */
static void flash_header(const char *magic, int32_t bytes) {
    memset(attune_test_flash, 0x5A, FLASH_BYTES);
    memcpy(attune_test_flash, magic, 4);
    memcpy(attune_test_flash + 8, &bytes, 4);
}

static void mapped_model_is_read_in_place(void) {
    uint8_t byte = 0;
    int32_t word = 0;
    flash_header("ATM1", 1000);
    int32_t arena = attune_arena_open(64);
    CHECK_EQUAL(attune_model_map(arena), 1000);
    CHECK_EQUAL(attune_model_size(arena), 1000);
    attune_test_flash[999] = 0x77;
    CHECK_EQUAL(attune_model_read(arena, 999, &byte, 0, 1), ATTUNE_OK);
    CHECK_EQUAL(byte, 0x77);
    CHECK_EQUAL(attune_model_read(arena, 1000, &byte, 0, 1), ATTUNE_ERROR_MODEL);
    CHECK_EQUAL(attune_model_read_words(arena, 8, &word, 0, 1), ATTUNE_OK);
    CHECK_EQUAL(word, 1000);
    CHECK_EQUAL(attune_model_to_arena(arena, 999, 5, 1), ATTUNE_OK);
    CHECK_EQUAL(attune_arena_read(arena, 5, &byte, 0, 1), ATTUNE_OK);
    CHECK_EQUAL(byte, 0x77);
    CHECK_EQUAL(attune_layer_check(arena, ATTUNE_RECORDS_AT), ATTUNE_ERROR_RECORD);

    CHECK_EQUAL(attune_model_write(arena, 999, &byte, 0, 1), ATTUNE_ERROR_READ_ONLY);
    CHECK_EQUAL(attune_model_write(arena, 1000, &byte, 0, 1), ATTUNE_ERROR_MODEL);
    CHECK_EQUAL(attune_test_flash[999], 0x77);
    CHECK_EQUAL(attune_arena_close(arena), ATTUNE_OK);
    CHECK_EQUAL(attune_test_flash[999], 0x77);
}

static void mapped_and_opened_models_replace_each_other(void) {
    uint8_t byte = 9;
    flash_header("ATM1", 1000);
    int32_t arena = attune_arena_open(64);
    CHECK_EQUAL(attune_model_open(arena, 300), ATTUNE_OK);
    CHECK_EQUAL(attune_model_map(arena), 1000);
    CHECK_EQUAL(attune_model_open(arena, 300), ATTUNE_OK);
    CHECK_EQUAL(attune_model_size(arena), 300);
    CHECK_EQUAL(attune_model_write(arena, 0, &byte, 0, 1), ATTUNE_OK);
    CHECK_EQUAL(attune_test_flash[0], 'A');
    CHECK_EQUAL(attune_arena_close(arena), ATTUNE_OK);
}

static void region_without_a_model_is_refused(void) {
    static const struct {
        const char *magic;
        int32_t bytes;
        int32_t expected;
    } cases[] = {
        {"\xff\xff\xff\xff", -1, ATTUNE_ERROR_FORMAT}, /* erased */
        {"ATM2", 1000, ATTUNE_ERROR_FORMAT},
        {"ATM1", -1, ATTUNE_ERROR_FORMAT},
        {"ATM1", 127, ATTUNE_ERROR_FORMAT},
        {"ATM1", 128, 128},
        {"ATM1", FLASH_BYTES, FLASH_BYTES},
        {"ATM1", FLASH_BYTES + 1, ATTUNE_ERROR_FORMAT},
        {"ATM1", INT32_MAX, ATTUNE_ERROR_FORMAT},
    };
    int32_t arena = attune_arena_open(64);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_EQUAL(attune_model_open(arena, 300), ATTUNE_OK);
        flash_header(cases[i].magic, cases[i].bytes);
        CHECK_EQUAL(attune_model_map(arena), cases[i].expected);
        CHECK_EQUAL(attune_model_size(arena), cases[i].expected < 0 ? 300 : cases[i].expected);
    }
    CHECK_EQUAL(attune_arena_close(arena), ATTUNE_OK);
}

static void builds_differ(void) {
    buffers_have_their_size();
    mapped_model_is_read_in_place();
    mapped_and_opened_models_replace_each_other();
    region_without_a_model_is_refused();
}

#else

static void builds_differ(void) {
    int32_t first = attune_arena_open(16);
    int32_t second = attune_arena_open(16);
    CHECK(first >= 0 && second >= 0 && first != second);
    CHECK_EQUAL(attune_model_map(first), ATTUNE_ERROR_REGION);
    CHECK_EQUAL(attune_model_size(first), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_arena_close(second), ATTUNE_OK);
    CHECK_EQUAL(attune_arena_close(first), ATTUNE_OK);
}

#endif

int main(void) {
    opened_memory_is_zero();
    model_replaced();
    builds_differ();
    return check_result();
}
