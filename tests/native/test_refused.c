/* Refused calls of every function of the API: an error, no byte of the arena changed, and the high-water mark where it
 * was. A good call is spoiled in one argument, in one word of a binding or in one word of a record at a time. */
#include "attune.h"
#include "check.h"
#include "memory/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    ARENA_BYTES = 1 << 16,
    MODEL_BYTES = 1 << 12,
    ARGUMENTS = 13,
    RECORD_BYTES = ATTUNE_RECORD_WORDS * 4,
    BINDING_BYTES = ATTUNE_BINDING_WORDS * 4,
    /* A chain of a REQUANTIZE and an input filter, and a classifier. */
    LAYERS = 3,
    REQUANTIZE = ATTUNE_RECORDS_AT,
    FILTER = REQUANTIZE + RECORD_BYTES,
    CLASSIFIER = FILTER + RECORD_BYTES,
    SIZE = 5,
    CHANNELS = 2,
    KERNEL = 3,
    CLASSES = 3,
    ELEMENTS = SIZE * SIZE * CHANNELS,
    PATCH = CHANNELS * KERNEL * KERNEL,
    /* Places in the arena. */
    BINDINGS = 64,
    SHORT_BINDINGS = 512, /* of the chain, with a buffer of one line too few */
    PROGRESS = 1024,
    BAD_PROGRESS = 1056,
    CHOSEN = 1088,
    INPUT = 2048,
    MIDDLE = 2304,
    OUTPUT = 2560,
    SUMS = 4096,
    WEIGHTS = 4608,
    BIAS = 5120,
    NODES = 8192,
    TILE = 12288,
    TILE_BIAS = 16384,
    KEPT = 17408,
    PENDING = 18432,
    PENDING_BIAS = 19456,
    MEAN = 20480,
    VARIANCE = 20608,
    SPREAD = 20736,
    SCALAR = 20864,
    ERROR = 21504,
    ERROR_IN = 22016,
    PATCHES = 24576,
    SCRATCH = 32768
};

static attune_memory *memory;
static int32_t arena;
static uint8_t before[ARENA_BYTES];

typedef int32_t (*api_function)(const int32_t *a);

typedef struct api_call {
    const char *name;
    api_function function;
    int32_t count;
    int32_t arguments[ARGUMENTS];
    int32_t refused; /* the call as it stands is refused */
} api_call;

static float as_float(int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* --- The functions, on an array of arguments ------------------------------------------------------------------------
 */

static int32_t callers[ARENA_BYTES / 4]; /* the caller's array */

#define CALL(name, ...)                                                                                                \
    static int32_t call_##name(const int32_t *a) {                                                                     \
        return attune_##name(__VA_ARGS__);                                                                             \
    }
/* The library cannot know how long the caller's array is: an index beyond it is no call to make. */
#define CALL_ARRAY(name, array)                                                                                        \
    static int32_t call_##name(const int32_t *a) {                                                                     \
        return attune_##name(a[0], a[1], array, a[2] > 0 ? -1 : a[2], a[3]);                                           \
    }

CALL_ARRAY(arena_write, (uint8_t *)callers)
CALL_ARRAY(arena_read, (uint8_t *)callers)
CALL_ARRAY(arena_write_words, callers)
CALL_ARRAY(arena_read_words, callers)
CALL_ARRAY(model_write, (uint8_t *)callers)
CALL_ARRAY(model_read, (uint8_t *)callers)
CALL_ARRAY(model_read_words, callers)
CALL(arena_fill, a[0], a[1], a[2], a[3])
CALL(arena_flip, a[0], a[1], a[2])
CALL(arena_high_water, a[0])
CALL(model_size, a[0])
CALL(model_to_arena, a[0], a[1], a[2], a[3])
CALL(layer_check, a[0], a[1])
CALL(layer_scratch, a[0], a[1])
CALL(layer_run, a[0], a[1], a[2], a[3], 1, 2)
CALL(nodes_run, a[0], a[1], a[2], a[3], a[4], 1, 2)
CALL(chain_check, a[0], a[1], a[2])
CALL(chain_lines, a[0], a[1], a[2], a[3])
CALL(chain_run, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], 1, 2)
CALL(loss_s32, a[0], a[1], a[2], a[3], a[4], a[5])
CALL(loss_s8, a[0], a[1], a[2], as_float(a[3]), a[4], a[5], a[6], a[7])
CALL(argmax_s8, a[0], a[1], a[2])
CALL(gradient_probe, a[0], a[1], a[2], 1, 2, a[3], a[4], a[5], a[6], a[7])
CALL(losses_center, a[0], a[1], a[2])
CALL(gradient_head, a[0], a[1], a[2], a[3], a[4])
CALL(gradient_nodes, a[0], a[1], 1, 2, a[2], a[3], a[4], a[5], a[6], a[7])
CALL(gradient_weights, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10])
CALL(update, a[0], a[1], a[2], a[3], a[4], a[5], a[6], as_float(a[7]), a[8], 1, 2, a[9], a[10])
CALL(update_apply, a[0], a[1], a[2], a[3], a[4])
CALL(moments_update, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], as_float(a[9]), as_float(a[10]), a[11],
     a[12])
CALL(error_head, a[0], a[1], a[2], a[3], a[4], a[5])
CALL(error_logits, a[0], a[1], a[2], as_float(a[3]), a[4], a[5], a[6], a[7])
CALL(layer_error, a[0], a[1], a[2], a[3], a[4], 1, 2, a[5], a[6], a[7], a[8], a[9], a[10], a[11])
CALL(error_scratch, a[0], a[1], a[2], a[3])
CALL(error_reads, a[0], a[1])
CALL(error_finish, a[0], a[1], a[2], a[3], a[4], a[5], a[6])
CALL(error_choose, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
CALL(error_merge, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], 1, 2)
CALL(weights_gradient, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8])
CALL(gradient_standardize, a[0], a[1], a[2], a[3], a[4], a[5], a[6], as_float(a[7]))
CALL(augment, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], 1, 2)
CALL(statistics_fold, a[0], a[1], a[2], a[3], a[4], a[5], a[6], as_float(a[7]))
CALL(align, a[0], a[1], a[2], a[3], a[4], a[5], as_float(a[6]), a[7], as_float(a[8]), a[9], a[10])
CALL(patches_add, a[0], a[1], a[2], a[3])
CALL(patches_bytes, a[0], a[1])
CALL(filter_scratch, a[0], a[1])
CALL(filter_solve, a[0], a[1], a[2], a[3], a[4], a[5], a[6])

#define HALF 0x3f000000 /* 0.5 */
#define BIND_FILTER (BINDINGS + BINDING_BYTES)
#define BIND_CLASSIFIER (BINDINGS + 2 * BINDING_BYTES)
#define ERRORS ERROR, SCALAR, SCRATCH, ERROR_IN, SCALAR + 4, SCALAR + 8
#define ROW(name, ...)                                                                                                 \
    { #name, call_##name, (int32_t)(sizeof(int32_t[]){0, __VA_ARGS__} / 4), {0, __VA_ARGS__ }, 0 }
#define REFUSED_ROW(name, ...)                                                                                         \
    { #name, call_##name, (int32_t)(sizeof(int32_t[]){0, __VA_ARGS__} / 4), {0, __VA_ARGS__ }, 1 }

/* Good calls; the handle stands first and is filled in. The last ones are found out only when the chain has run for a
 * while: the buffer between both layers holds one line too few. */
static api_call calls[] = {
    ROW(arena_write, INPUT, 0, 8),
    ROW(arena_read, INPUT, 0, 8),
    ROW(arena_write_words, INPUT, 0, 4),
    ROW(arena_read_words, INPUT, 0, 4),
    ROW(model_write, MODEL_BYTES - 8, 0, 8),
    ROW(model_read, 0, 0, 8),
    ROW(model_read_words, 0, 0, 4),
    ROW(arena_fill, INPUT, 8, 7),
    ROW(arena_flip, INPUT, 8),
    {"arena_high_water", call_arena_high_water, 1, {0}, 0},
    {"model_size", call_model_size, 1, {0}, 0},
    ROW(model_to_arena, 0, INPUT, 8),
    ROW(layer_check, FILTER),
    ROW(layer_scratch, FILTER),
    ROW(layer_run, FILTER, BIND_FILTER, ATTUNE_RUN_STATISTICS),
    ROW(layer_run, REQUANTIZE, BINDINGS, 0),
    ROW(layer_run, REQUANTIZE, BINDINGS, ATTUNE_RUN_MASK),
    ROW(nodes_run, FILTER, BIND_FILTER, KEPT, ATTUNE_RUN_PROBE_NODES),
    ROW(chain_check, REQUANTIZE, 2),
    ROW(chain_lines, REQUANTIZE, 2, 0),
    ROW(chain_run, REQUANTIZE, BINDINGS, 2, SIZE, PROGRESS, 1, ATTUNE_RUN_PROBE_NODES),
    ROW(loss_s32, CLASSIFIER, BIND_CLASSIFIER, 1, SCALAR, SCALAR + 4),
    ROW(loss_s8, INPUT, CLASSES, HALF, 0, 1, SCALAR, SCALAR + 4),
    ROW(argmax_s8, INPUT, CLASSES),
    ROW(gradient_probe, FILTER, BIND_FILTER, SCALAR, 0, CHANNELS, TILE, TILE_BIAS),
    ROW(losses_center, MEAN, 4),
    ROW(gradient_head, CLASSIFIER, BIND_CLASSIFIER, 1, NODES),
    ROW(gradient_nodes, FILTER, SCALAR, 0, CHANNELS, 0, SIZE, NODES),
    ROW(gradient_weights, FILTER, BIND_FILTER, 0, NODES, 0, CHANNELS, 0, SIZE, TILE, TILE_BIAS),
    ROW(update, FILTER, BIND_FILTER, 0, CHANNELS, TILE, TILE_BIAS, HALF, ATTUNE_UPDATE_STOCHASTIC, -1, -1),
    ROW(update, FILTER, BIND_FILTER, 0, CHANNELS, TILE, TILE_BIAS, HALF, 0, PENDING, PENDING_BIAS),
    ROW(update_apply, FILTER, BIND_FILTER, PENDING, PENDING_BIAS),
    ROW(moments_update, FILTER, BIND_FILTER, 0, CHANNELS, TILE, TILE_BIAS, NODES, NODES + 1024, HALF, HALF, 1,
        ATTUNE_UPDATE_SCALED),
    ROW(error_head, CLASSIFIER, BIND_CLASSIFIER, 1, ERROR, SCALAR),
    ROW(error_logits, INPUT, CLASSES, HALF, 0, 1, ERROR, SCALAR),
    ROW(layer_error, FILTER, BIND_FILTER, 0, 0, ERRORS, -1),
    ROW(layer_error, REQUANTIZE, BINDINGS, 0, ATTUNE_ERROR_NEAREST, ERRORS, -1),
    ROW(layer_error, FILTER, BIND_FILTER, 0, ATTUNE_ERROR_EXTREMES, ERRORS, CHOSEN),
    ROW(error_scratch, FILTER, 0, 0),
    ROW(error_reads, FILTER),
    ROW(error_finish, FILTER, BIND_FILTER, ERROR, SCALAR, KEPT, TILE_BIAS),
    ROW(error_choose, FILTER, BIND_FILTER, ERROR, SCALAR, 1, NODES, TILE_BIAS),
    ROW(error_merge, ERROR, SCALAR, ERROR_IN, SCALAR + 4, SIZE *SIZE, CHANNELS, 0),
    ROW(weights_gradient, FILTER, BIND_FILTER, ERROR, SCALAR, 0, CHANNELS, TILE, -1),
    ROW(gradient_standardize, FILTER, BIND_FILTER, 0, CHANNELS, TILE, NODES, HALF),
    ROW(augment, INPUT, SIZE, SIZE, CHANNELS, 0, 1, 2, 0, 3),
    ROW(statistics_fold, FILTER, BIND_FILTER, MEAN, VARIANCE, SPREAD, 1, HALF),
    ROW(align, FILTER, MEAN, VARIANCE, SPREAD, 8, HALF, 1, HALF, MEAN, VARIANCE),
    ROW(patches_add, FILTER, BIND_FILTER, PATCHES),
    ROW(patches_bytes, FILTER),
    ROW(filter_scratch, FILTER),
    ROW(filter_solve, FILTER, PATCHES, SCRATCH, WEIGHTS, TILE, BIAS),
    REFUSED_ROW(chain_run, REQUANTIZE, SHORT_BINDINGS, 2, SIZE, -1, -1, 0),
    REFUSED_ROW(chain_run, REQUANTIZE, BINDINGS, 2, SIZE + 1, -1, -1, 0),
    REFUSED_ROW(chain_run, REQUANTIZE, BINDINGS, 2, SIZE, BAD_PROGRESS, -1, 0),
    REFUSED_ROW(filter_solve, FILTER, MEAN, SCRATCH, WEIGHTS, TILE, BIAS),
};

/* --- Layers ---------------------------------------------------------------------------------------------------------
 */

static void shape_set(int32_t *shape, int32_t h, int32_t w, int32_t c) {
    const int32_t set[4] = {1, h, w, c};
    memcpy(shape, set, sizeof set);
}

static void record_write(int32_t at, int32_t operation, int32_t height, int32_t input_c, int32_t output_c) {
    int32_t record[ATTUNE_RECORD_WORDS] = {0};
    record[ATTUNE_OPERATOR] = operation;
    record[ATTUNE_INPUT] = (at - ATTUNE_RECORDS_AT) / RECORD_BYTES;
    record[ATTUNE_INPUT2] = -1;
    shape_set(record + ATTUNE_INPUT_N, height, height, input_c);
    shape_set(record + ATTUNE_OUTPUT_N, height, height, output_c);
    for (int word = ATTUNE_KERNEL_H; word <= ATTUNE_KERNEL_W; word++) {
        record[word] = KERNEL;
        record[word + 2] = record[word + 4] = 1; /* stride, dilation */
        record[word + 6] = KERNEL / 2;           /* padding */
    }
    record[ATTUNE_GROUPS] = 1;
    record[ATTUNE_ACT_MIN] = -128;
    record[ATTUNE_ACT_MAX] = 127;
    record[ATTUNE_MULTIPLIER] = 1 << 30;
    record[ATTUNE_WEIGHTS] = 1024; /* zeros */
    record[ATTUNE_BIAS] = 1024;
    record[ATTUNE_MULTIPLIERS] = 2048;
    record[ATTUNE_SHIFTS] = 1024;
    record[ATTUNE_SCALES] = 2064; /* 0.5 */
    record[ATTUNE_STATISTICS] = 2064;
    record[ATTUNE_INPUT_SCALE] = record[ATTUNE_OUTPUT_SCALE] = HALF;
    record[ATTUNE_SPECTRUM] = 1024;
    attune_model_write(arena, at, (const uint8_t *)record, 0, sizeof record);
}

static void binding_write(int32_t at, int32_t input, int32_t input_lines, int32_t output, int32_t output_lines) {
    int32_t binding[ATTUNE_BINDING_WORDS];
    memset(binding, 0xff, sizeof binding);
    binding[ATTUNE_BIND_INPUT] = input;
    binding[ATTUNE_BIND_OUTPUT] = output;
    binding[ATTUNE_BIND_SCRATCH] = SCRATCH;
    binding[ATTUNE_BIND_STATISTICS] = SUMS;
    binding[ATTUNE_BIND_WEIGHTS] = WEIGHTS;
    binding[ATTUNE_BIND_BIAS] = BIAS;
    binding[ATTUNE_BIND_INPUT_LINES] = input_lines;
    binding[ATTUNE_BIND_INPUT2_LINES] = 0;
    binding[ATTUNE_BIND_OUTPUT_LINES] = output_lines;
    attune_arena_write_words(arena, at, binding, 0, ATTUNE_BINDING_WORDS);
}

static void layers_open(void) {
    arena = attune_arena_open(ARENA_BYTES);
    memory = attune_memory_find(arena);
    attune_model_open(arena, MODEL_BYTES);
    for (int32_t at = 2048; at < 2048 + 128; at += 4) {
        int32_t word = at < 2064 ? 1 << 30 : HALF;
        attune_model_write(arena, at, (const uint8_t *)&word, 0, 4);
    }
    record_write(REQUANTIZE, ATTUNE_REQUANTIZE, SIZE, CHANNELS, CHANNELS);
    record_write(FILTER, ATTUNE_CONV_2D, SIZE, CHANNELS, CHANNELS);
    record_write(CLASSIFIER, ATTUNE_FULLY_CONNECTED, 1, ELEMENTS, CLASSES);
    binding_write(BINDINGS, INPUT, 0, MIDDLE, 0);
    binding_write(BIND_FILTER, MIDDLE, 0, OUTPUT, 0);
    binding_write(BIND_CLASSIFIER, INPUT, 0, OUTPUT, 0);
    binding_write(SHORT_BINDINGS, INPUT, 0, MIDDLE, KERNEL - 1);
    binding_write(SHORT_BINDINGS + BINDING_BYTES, MIDDLE, KERNEL - 1, OUTPUT, 0);
    const int32_t progress[2] = {SIZE + 1, 0};
    attune_arena_write_words(arena, BAD_PROGRESS, progress, 0, 2);
    const int32_t chosen[2] = {1, 0};
    attune_arena_write_words(arena, CHOSEN, chosen, 0, 2);
    for (int32_t i = 0; i < ELEMENTS; i++) {
        memory->arena[INPUT + i] = (uint8_t)(i * 37);
        memory->arena[MIDDLE + i] = (uint8_t)(i * i * 5);
    }
    CHECK_EQUAL(attune_patches_add(arena, FILTER, BIND_FILTER, PATCHES), ATTUNE_OK);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        calls[i].arguments[0] = arena;
    }
}

/* --- Refusals -------------------------------------------------------------------------------------------------------
 */

static int32_t refusals;

/* Makes the call; if it is refused, nothing may have happened, else the arena is put back. */
static int32_t call_check(const api_call *call, const int32_t *arguments, const char *what, int32_t number,
                          int32_t value) {
    memcpy(before, memory->arena, ARENA_BYTES);
    memory->high_water = 0;
    int32_t status = call->function(arguments);
    if (status < 0) {
        int same = memcmp(before, memory->arena, ARENA_BYTES) == 0;
        /* Sums that cannot be solved for are found out in scratch. */
        int solved = call->function == call_filter_solve && status == ATTUNE_ERROR_RANGE && memory->high_water > 0;
        refusals++;
        if ((!same || memory->high_water != 0) && !solved && ++check_failures <= CHECK_PRINTED) {
            printf("attune_%s with %s %" PRId32 " = %" PRId32 ": refused with %" PRId32
                   ", but the high-water mark is %" PRId32 " and the arena is %s\n",
                   call->name, what, number, value, status, memory->high_water, same ? "the same" : "changed");
        }
    }
    memcpy(memory->arena, before, ARENA_BYTES);
    return status;
}

/* What good values are replaced by. */
static int32_t spoiled(int32_t value, int32_t way) {
    const int32_t values[] = {-1,          -2,        INT32_MIN, INT32_MAX, ARENA_BYTES - 3, ARENA_BYTES - 8, 0, 1, 2,
                              BIND_FILTER, value + 1, value + 2, value + 4, value - 4,       INT32_MAX - 7};
    return values[way];
}
enum { WAYS = 15 };

static void arguments_spoil(const api_call *call) {
    for (int32_t i = 0; i < call->count; i++) {
        for (int32_t way = 0; way < WAYS; way++) {
            int32_t arguments[ARGUMENTS];
            memcpy(arguments, call->arguments, sizeof arguments);
            arguments[i] = spoiled(arguments[i], way);
            call_check(call, arguments, "argument", i, arguments[i]);
        }
    }
}

/* Spoils words of the bindings or of the records, which are in the arena or in the model. */
static void words_spoil(const api_call *call, uint8_t *at, int32_t count, const char *what) {
    for (int32_t word = 0; word < count; word++) {
        int32_t good;
        memcpy(&good, at + 4 * word, 4);
        for (int32_t way = 0; way < WAYS; way++) {
            int32_t bad = spoiled(good, way);
            memcpy(at + 4 * word, &bad, 4);
            call_check(call, call->arguments, what, word, bad);
        }
        memcpy(at + 4 * word, &good, 4);
    }
}

/* Functions that open, close or take no arena. */
static void others_refuse(void) {
    memcpy(before, memory->arena, ARENA_BYTES);
    memory->high_water = 0;
    CHECK(attune_arena_open(0) < 0);
    CHECK(attune_arena_close(-1) < 0);
    CHECK(attune_arena_high_water_reset(-1) < 0);
    CHECK(attune_model_open(arena, 0) < 0);
    CHECK(attune_model_map(-1) < 0);
    CHECK(attune_threads(0) < 0);
    CHECK_EQUAL(memory->high_water, 0);
    CHECK(memcmp(before, memory->arena, ARENA_BYTES) == 0);
}

int main(void) {
    layers_open();
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        const api_call *call = &calls[i];
        int32_t status = call_check(call, call->arguments, "call", (int32_t)i, 0);
        if ((status < 0) != call->refused) {
            printf("attune_%s: %" PRId32 "\n", call->name, status);
            check_failures++;
        }
        arguments_spoil(call);
        words_spoil(call, memory->arena + BINDINGS, LAYERS * ATTUNE_BINDING_WORDS, "binding word");
        words_spoil(call, memory->model_block + ATTUNE_RECORDS_AT, LAYERS * ATTUNE_RECORD_WORDS, "record word");
    }
    others_refuse();
    printf("%" PRId32 " refused calls\n", refusals);
    attune_arena_close(arena);
    return check_result();
}
