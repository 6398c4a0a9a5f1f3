/* Random chains: line by line through the smallest buffers they give the bytes of the same layers run whole, with
 * probes and statistics too, in one call or in steps; a buffer of one line less is refused; nothing else is written.
 * Argument: number of chains (600). */
#include "check.h"
#include "kernels/operators.h"
#include "layers/backend.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

enum {
    DEFAULT_CHAINS = 600,
    MODEL_BYTES = 1 << 18,
    ARENA_BYTES = 1 << 20,
    LAYERS = ATTUNE_CHAIN_LAYERS,
    WHOLE_BINDINGS = 0,
    CHAIN_BINDINGS = 1024,
    PROGRESS = 2048,
    FIRST_FREE = 4096
};

typedef struct chain_case {
    int32_t handle;
    int32_t count;
    int32_t records[LAYERS][ATTUNE_RECORD_WORDS];
    int32_t whole[LAYERS + 1];  /* arena offsets of the whole tensors; 0 is the input */
    int32_t buffer[LAYERS + 1]; /* those of the chain's buffers */
    int32_t lines[LAYERS + 1];
    int32_t sums[LAYERS][2]; /* of whole layers and of the chain */
    int32_t scratch;
    int32_t model_used;
    int32_t arena_used;
    uint8_t before[ARENA_BYTES];
    uint8_t after[ARENA_BYTES];
} chain_case;

static int32_t line_bytes(const int32_t *shape) {
    return shape[2] * shape[3];
}

static int has_weights(const int32_t *record) {
    return record[ATTUNE_OPERATOR] <= ATTUNE_FULLY_CONNECTED;
}

/* Places bytes with a gap after them. */
static int32_t place(chain_case *test, int64_t bytes) {
    int32_t at = test->arena_used;
    test->arena_used = (int32_t)((at + bytes + 16 + 15) / 16 * 16);
    return test->arena_used <= ARENA_BYTES ? at : -1;
}

static int32_t model_words(chain_case *test, int32_t count, int32_t low, int32_t high) {
    int32_t at = test->model_used;
    for (int32_t i = 0; i < count; i++) {
        int32_t word = random_between(low, high);
        attune_model_write(test->handle, at + 4 * i, (const uint8_t *)&word, 0, 4);
    }
    test->model_used += 4 * count;
    return at;
}

static int32_t model_bytes(chain_case *test, int32_t count) {
    int32_t at = test->model_used;
    for (int32_t i = 0; i < count; i++) {
        uint8_t byte = (uint8_t)random_between(-127, 127);
        attune_model_write(test->handle, at + i, &byte, 0, 1);
    }
    test->model_used += (count + 15) / 16 * 16;
    return at;
}

static void window(int32_t *record, int pool) {
    int32_t kernel = random_between(1, 5);
    for (int axis = 0; axis < 2; axis++) {
        int32_t input = record[ATTUNE_INPUT_N + 1 + axis];
        int32_t size = kernel < input ? kernel : input;
        int32_t pad = random_between(0, (size - 1) / 2 + (pool ? 0 : 1));
        pad = pad < size ? pad : size - 1;
        record[ATTUNE_KERNEL_H + axis] = size;
        record[ATTUNE_STRIDE_H + axis] = random_between(1, 2);
        record[ATTUNE_DILATION_H + axis] = pool ? 1 : random_between(1, 2);
        record[ATTUNE_PAD_TOP + axis] = pad;
        record[ATTUNE_OUTPUT_N + 1 + axis] = (input - 1) / record[ATTUNE_STRIDE_H + axis] + 1;
        if ((record[ATTUNE_OUTPUT_N + 1 + axis] - 1) * record[ATTUNE_STRIDE_H + axis] - pad >= input) {
            record[ATTUNE_OUTPUT_N + 1 + axis]--;
        }
    }
}

static void weights(chain_case *test, int32_t *record) {
    int depthwise = record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    int32_t channels = record[ATTUNE_OUTPUT_N + 3];
    int32_t size = record[ATTUNE_KERNEL_H] * record[ATTUNE_KERNEL_W] *
                   (depthwise ? 1 : record[ATTUNE_INPUT_N + 3] / record[ATTUNE_GROUPS]);
    record[ATTUNE_WEIGHTS] = model_bytes(test, channels * size);
    record[ATTUNE_BIAS] = model_words(test, channels, -5000, 5000);
    record[ATTUNE_MULTIPLIERS] = model_words(test, channels, 1 << 30, INT32_MAX);
    record[ATTUNE_SHIFTS] = model_words(test, channels, -10, -5);
    record[ATTUNE_SCALES] = -1;
    record[ATTUNE_STATISTICS] = -1;
}

/* A tensor of the same shape as this one, or -1. */
static int32_t twin_of(const chain_case *test, int32_t tensor, int32_t first) {
    const int32_t *shape = test->records[tensor - 1] + ATTUNE_OUTPUT_N;
    for (int32_t other = tensor - 1; other >= 1; other--) {
        if (memcmp(test->records[other - 1] + ATTUNE_OUTPUT_N, shape, 16) == 0) {
            return other;
        }
    }
    return first && tensor >= 1 && memcmp(test->records[0] + ATTUNE_INPUT_N, shape, 16) == 0 ? 0 : -1;
}

/* An operator that chains may have, some of them more often. */
static int32_t operation_random(void) {
    static const int32_t often[] = {ATTUNE_CONV_2D, ATTUNE_DEPTHWISE_CONV_2D, ATTUNE_ADD};
    if (random_chance(40)) {
        return often[random_between(0, 2)];
    }
    for (;;) {
        const int32_t record[ATTUNE_RECORD_WORDS] = {[ATTUNE_OPERATOR] = random_between(1, 31)};
        const attune_operator_rules *rules = attune_operator_find(record);
        if (rules != NULL && rules->lines != NULL) {
            return record[ATTUNE_OPERATOR];
        }
    }
}

/* What an operator adds to a record of one input and an output of the same shape. */
static void operator_random(chain_case *test, int32_t *record) {
    switch (record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        window(record, 0);
        record[ATTUNE_OUTPUT_N + 3] = random_between(1, 7);
        weights(test, record);
        break;
    case ATTUNE_DEPTHWISE_CONV_2D:
        window(record, 0);
        record[ATTUNE_GROUPS] = record[ATTUNE_INPUT_N + 3] < 8 ? random_between(1, 2) : 1;
        record[ATTUNE_OUTPUT_N + 3] = record[ATTUNE_INPUT_N + 3] * record[ATTUNE_GROUPS];
        weights(test, record);
        break;
    case ATTUNE_AVERAGE_POOL_2D:
    case ATTUNE_MAX_POOL_2D:
        window(record, 1);
        break;
    case ATTUNE_UPSAMPLE: {
        int32_t factor = random_between(2, 4);
        record[ATTUNE_OUTPUT_N + 1] *= factor;
        record[ATTUNE_OUTPUT_N + 2] *= factor;
        break;
    }
    case ATTUNE_ADD:
        record[ATTUNE_LEFT_SHIFT] = 20;
        record[ATTUNE_MULTIPLIER1] = random_between(1 << 30, INT32_MAX);
        record[ATTUNE_MULTIPLIER2] = random_between(1 << 30, INT32_MAX);
        record[ATTUNE_SHIFT1] = -1;
        record[ATTUNE_SHIFT2] = -2;
        record[ATTUNE_SHIFT] = -19;
        break;
    case ATTUNE_MUL:
        record[ATTUNE_SHIFT] = -6;
        break;
    case ATTUNE_REQUANTIZE:
        break;
    default: /* keeps shape, scale and zero point */
        record[ATTUNE_OUTPUT_ZERO] = record[ATTUNE_INPUT_ZERO];
        record[ATTUNE_THRESHOLD] = random_between(0, 255);
        break;
    }
}

static void layer_random(chain_case *test, int32_t layer) {
    int32_t *record = test->records[layer];
    memset(record, 0, sizeof test->records[layer]);
    int32_t operation = operation_random();
    int32_t input = layer;
    if (layer > 1 && random_chance(10)) {
        input = random_between(1, layer); /* a branch */
    }
    int32_t twin = layer == 0 ? -1 : twin_of(test, input, 1);
    int binary = operation == ATTUNE_ADD || operation == ATTUNE_MUL;
    if (binary && twin < 0) {
        operation = ATTUNE_REQUANTIZE;
        binary = 0;
    }
    if (layer == 0) {
        record[ATTUNE_INPUT_N] = 1;
        record[ATTUNE_INPUT_N + 1] = random_between(1, 14);
        record[ATTUNE_INPUT_N + 2] = random_between(1, 9);
        record[ATTUNE_INPUT_N + 3] = random_between(1, 6);
    } else {
        memcpy(record + ATTUNE_INPUT_N, test->records[input - 1] + ATTUNE_OUTPUT_N, 16);
    }
    if (operation == ATTUNE_UPSAMPLE && record[ATTUNE_INPUT_N + 1] * record[ATTUNE_INPUT_N + 2] > 100) {
        operation = ATTUNE_REQUANTIZE;
    }
    memcpy(record + ATTUNE_OUTPUT_N, record + ATTUNE_INPUT_N, 16);
    if (binary) {
        memcpy(record + ATTUNE_INPUT2_N, record + ATTUNE_INPUT_N, 16);
    }
    record[ATTUNE_OPERATOR] = operation;
    record[ATTUNE_INPUT] = input;
    record[ATTUNE_INPUT2] = binary ? twin : -1;
    record[ATTUNE_GROUPS] = 1;
    record[ATTUNE_BLOCK] = -1;
    record[ATTUNE_INPUT_ZERO] = random_between(-10, 10);
    record[ATTUNE_OUTPUT_ZERO] = random_between(-10, 10);
    record[ATTUNE_ACT_MIN] = random_between(-128, -60);
    record[ATTUNE_ACT_MAX] = random_between(60, 127);
    record[ATTUNE_MULTIPLIER] = random_between(1 << 30, INT32_MAX);
    operator_random(test, record);
    int32_t at = ATTUNE_RECORDS_AT + layer * ATTUNE_RECORD_WORDS * 4;
    attune_model_write(test->handle, at, (const uint8_t *)record, 0, ATTUNE_RECORD_WORDS * 4);
}

static int32_t record_at(int32_t layer) {
    return ATTUNE_RECORDS_AT + layer * ATTUNE_RECORD_WORDS * 4;
}

/* Records, places of all tensors, scratch and sums. False if it would be too large. */
static int case_create(chain_case *test) {
    test->model_used = ATTUNE_RECORDS_AT + LAYERS * ATTUNE_RECORD_WORDS * 4;
    test->arena_used = FIRST_FREE;
    test->count = random_between(1, LAYERS);
    int32_t scratch = 0;
    for (int32_t layer = 0; layer < test->count; layer++) {
        layer_random(test, layer);
        if (test->model_used > MODEL_BYTES / 2 ||
            test->records[layer][ATTUNE_OUTPUT_N + 1] * line_bytes(test->records[layer] + ATTUNE_OUTPUT_N) > 12000) {
            return 0;
        }
        CHECK_EQUAL(attune_layer_check(test->handle, record_at(layer)), ATTUNE_OK);
        int32_t needed = attune_layer_scratch(test->handle, record_at(layer));
        scratch = needed > scratch ? needed : scratch;
    }
    CHECK_EQUAL(attune_chain_check(test->handle, record_at(0), test->count), 1);
    const int32_t *input = test->records[0] + ATTUNE_INPUT_N;
    test->whole[0] = test->buffer[0] = place(test, (int64_t)input[1] * line_bytes(input));
    test->lines[0] = input[1];
    test->scratch = place(test, scratch);
    for (int32_t layer = 0; layer < test->count; layer++) {
        const int32_t *shape = test->records[layer] + ATTUNE_OUTPUT_N;
        test->lines[layer + 1] = attune_chain_lines(test->handle, record_at(0), test->count, layer);
        CHECK(test->lines[layer + 1] >= 1 && test->lines[layer + 1] <= shape[1]);
        test->whole[layer + 1] = place(test, (int64_t)shape[1] * line_bytes(shape));
        test->buffer[layer + 1] = place(test, (int64_t)test->lines[layer + 1] * line_bytes(shape));
        test->sums[layer][0] = place(test, 16 * shape[3]);
        test->sums[layer][1] = place(test, 16 * shape[3]);
    }
    return test->arena_used <= ARENA_BYTES;
}

/* chain: 0 for whole tensors, 1 for the chain's buffers. */
static void bind(chain_case *test, int32_t layer, int chain) {
    const int32_t *record = test->records[layer];
    const int32_t *places = chain ? test->buffer : test->whole;
    int32_t binding[ATTUNE_BINDING_WORDS] = {0};
    binding[ATTUNE_BIND_INPUT] = places[record[ATTUNE_INPUT]];
    binding[ATTUNE_BIND_INPUT2] = record[ATTUNE_INPUT2] >= 0 ? places[record[ATTUNE_INPUT2]] : -1;
    binding[ATTUNE_BIND_OUTPUT] = places[layer + 1];
    binding[ATTUNE_BIND_SCRATCH] = test->scratch;
    binding[ATTUNE_BIND_STATISTICS] = test->sums[layer][chain];
    binding[ATTUNE_BIND_WEIGHTS] = binding[ATTUNE_BIND_BIAS] = binding[ATTUNE_BIND_RESCALE] = -1;
    binding[ATTUNE_BIND_THRESHOLD] = layer % 2 == 0 ? -1 : 20;
    if (chain) {
        binding[ATTUNE_BIND_INPUT_LINES] = test->lines[record[ATTUNE_INPUT]];
        binding[ATTUNE_BIND_INPUT2_LINES] = record[ATTUNE_INPUT2] >= 0 ? test->lines[record[ATTUNE_INPUT2]] : 0;
        binding[ATTUNE_BIND_OUTPUT_LINES] = test->lines[layer + 1];
    }
    int32_t at = (chain ? CHAIN_BINDINGS : WHOLE_BINDINGS) + layer * ATTUNE_BINDING_WORDS * 4;
    attune_arena_write(test->handle, at, (const uint8_t *)binding, 0, sizeof binding);
}

static int32_t run_chain(const chain_case *test, int32_t lines, int32_t progress, int32_t probed, int32_t mode) {
    return attune_chain_run(test->handle, record_at(0), CHAIN_BINDINGS, test->count, lines, progress, probed, mode, 5,
                            9);
}

/* In one call, or in steps of random numbers of lines. */
static void run_all(chain_case *test, int32_t probed, int32_t mode) {
    int32_t height = test->records[test->count - 1][ATTUNE_OUTPUT_N + 1];
    if (random_chance(50)) {
        CHECK_EQUAL(run_chain(test, height, -1, probed, mode), ATTUNE_OK);
        return;
    }
    attune_arena_fill(test->handle, PROGRESS, 4 * test->count, 0);
    for (int32_t done = 0; done < height;) {
        done += random_between(1, 3);
        done = done < height ? done : height;
        CHECK_EQUAL(run_chain(test, done, PROGRESS, probed, mode), ATTUNE_OK);
    }
}

/* Arena bytes that the chain may write. */
static int chain_writes(const chain_case *test, int32_t at) {
    if (at >= PROGRESS && at < PROGRESS + 4 * test->count) {
        return 1;
    }
    for (int32_t layer = 0; layer < test->count; layer++) {
        const int32_t *shape = test->records[layer] + ATTUNE_OUTPUT_N;
        int32_t bytes = test->lines[layer + 1] * line_bytes(shape);
        if ((at >= test->buffer[layer + 1] && at < test->buffer[layer + 1] + bytes) ||
            (at >= test->sums[layer][1] && at < test->sums[layer][1] + 16 * shape[3])) {
            return 1;
        }
    }
    return at >= test->scratch && at < test->buffer[1] && at < test->whole[1];
}

static void compare(chain_case *test) {
    const int32_t *shape = test->records[test->count - 1] + ATTUNE_OUTPUT_N;
    attune_arena_read(test->handle, 0, test->after, 0, ARENA_BYTES);
    CHECK(memcmp(test->after + test->whole[test->count], test->after + test->buffer[test->count],
                 (size_t)shape[1] * (size_t)line_bytes(shape)) == 0);
    for (int32_t layer = 0; layer < test->count; layer++) {
        CHECK(memcmp(test->after + test->sums[layer][0], test->after + test->sums[layer][1],
                     16 * (size_t)test->records[layer][ATTUNE_OUTPUT_N + 3]) == 0);
    }
    int32_t wrong = 0;
    for (int32_t at = 0; at < ARENA_BYTES; at++) {
        wrong += test->after[at] != test->before[at] && !chain_writes(test, at);
    }
    CHECK_EQUAL(wrong, 0);
}

/* A buffer that is one line short is refused before it gives wrong results. */
static void test_short(chain_case *test) {
    int32_t tensor = random_between(1, test->count);
    int consumed = 0;
    for (int32_t layer = tensor; layer < test->count; layer++) {
        consumed |= test->records[layer][ATTUNE_INPUT] == tensor || test->records[layer][ATTUNE_INPUT2] == tensor;
    }
    if (tensor == test->count || test->lines[tensor] == 1 || !consumed) {
        return;
    }
    test->lines[tensor]--;
    for (int32_t layer = 0; layer < test->count; layer++) {
        bind(test, layer, 1);
    }
    int32_t height = test->records[test->count - 1][ATTUNE_OUTPUT_N + 1];
    CHECK_EQUAL(run_chain(test, height, -1, -1, ATTUNE_RUN_STATISTICS), ATTUNE_ERROR_ARGUMENT);
    test->lines[tensor]++;
}

static void test_run(chain_case *test) {
    static const int32_t modes[] = {0, ATTUNE_RUN_PROBE_NODES, ATTUNE_RUN_PROBE_WEIGHTS | ATTUNE_RUN_PROBE_BIASES,
                                    ATTUNE_RUN_STATISTICS, ATTUNE_RUN_STATISTICS | ATTUNE_RUN_PROBE_NODES};
    int32_t mode = modes[random_between(0, 4)];
    int32_t probed = random_between(0, test->count - 1);
    if (!has_weights(test->records[probed])) {
        probed = -1;
    }
    int32_t bytes = ARENA_BYTES;
    for (int32_t at = 0; at < bytes; at += 4) {
        uint32_t word = random_word();
        memcpy(test->before + at, &word, 4);
    }
    attune_arena_write(test->handle, 0, test->before, 0, bytes);
    for (int32_t layer = 0; layer < test->count; layer++) {
        int32_t words = 16 * test->records[layer][ATTUNE_OUTPUT_N + 3];
        attune_arena_fill(test->handle, test->sums[layer][0], words, 0);
        attune_arena_fill(test->handle, test->sums[layer][1], words, 0);
        bind(test, layer, 0);
        bind(test, layer, 1);
    }
    for (int32_t layer = 0; layer < test->count; layer++) {
        int32_t statistics = has_weights(test->records[layer]) ? mode & ATTUNE_RUN_STATISTICS : 0;
        int32_t own = statistics | (layer == probed ? mode & ~ATTUNE_RUN_STATISTICS : 0);
        CHECK_EQUAL(attune_layer_run(test->handle, record_at(layer), WHOLE_BINDINGS + layer * ATTUNE_BINDING_WORDS * 4,
                                     own, 5, 9),
                    ATTUNE_OK);
    }
    attune_arena_read(test->handle, 0, test->before, 0, bytes);
    run_all(test, probed, mode);
    compare(test);
    test_short(test);
}

/* What is no chain, and bad arguments. */
static void test_refused(chain_case *test) {
    int32_t height = test->records[test->count - 1][ATTUNE_OUTPUT_N + 1];
    CHECK_EQUAL(attune_chain_check(test->handle, record_at(0) + 4, 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_chain_check(test->handle, record_at(0), 0), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_chain_check(test->handle, record_at(0), LAYERS + 1), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_chain_check(-1, record_at(0), 1), ATTUNE_ERROR_HANDLE);
    CHECK(attune_chain_check(test->handle, INT32_MAX - 127, 1) < 0);
    CHECK_EQUAL(attune_chain_lines(test->handle, record_at(0), test->count, test->count), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(run_chain(test, height + 1, -1, -1, 0), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(run_chain(test, height, -1, test->count, 0), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(run_chain(test, height, -1, 0, ATTUNE_RUN_ACCUMULATORS), ATTUNE_ERROR_MODE);
    CHECK_EQUAL(run_chain(test, height, PROGRESS + 2, -1, 0), ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(run_chain(test, height, ARENA_BYTES, -1, 0), ATTUNE_ERROR_ARENA);
    attune_arena_fill(test->handle, PROGRESS, 4 * test->count, 0xFF);
    CHECK_EQUAL(run_chain(test, height, PROGRESS, -1, 0), ATTUNE_ERROR_ARGUMENT);
    if (test->count > 1 && test->records[1][ATTUNE_INPUT] == 1) {
        test->buffer[1] = test->buffer[2];
        bind(test, 0, 1);
        bind(test, 1, 1);
        CHECK_EQUAL(run_chain(test, height, -1, -1, 0), ATTUNE_ERROR_ARGUMENT);
    }
}

int main(int count, char **arguments) {
    uint32_t chains = count > 1 ? (uint32_t)atoll(arguments[1]) : DEFAULT_CHAINS;
    chain_case *test = malloc(sizeof *test);
    uint32_t made = 0;
    for (uint32_t run = 0; run < 2 * chains; run++) {
        /* Each chain on the portable kernels and on the best ones. */
        random_seed(run / 2 + 1);
        attune_backend_use(run % 2 == 0 ? ATTUNE_BACKEND_PORTABLE : ATTUNE_BACKEND_BEST);
        memset(test, 0, sizeof *test);
        test->handle = attune_arena_open(ARENA_BYTES);
        attune_model_open(test->handle, MODEL_BYTES);
        if (case_create(test)) {
            made++;
            test_run(test);
            test_refused(test);
        }
        attune_arena_close(test->handle);
    }
    CHECK(made > chains);
    free(test);
    return check_result();
}
