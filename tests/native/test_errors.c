/* Every backend of this processor takes errors backward with the bits of the portable kernels: a random layer runs
 * forward with a mask; a random error of its output is passed on, finished, merged with another, and gives a gradient.
 * Arguments: number of calls to compare (20000), first seed (1), a backend without which there is nothing to test (exit
 * code 77), and the largest height of images (7; width 12), for speed. */
#include "attune.h"
#include "backend_case.h"
#include "check.h"
#include "layers/backend.h"
#include "memory/memory.h"
#include "random.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_CALLS = 20000, SKIPPED = 77, ARENA_BYTES = 3 << 20, MODEL_BYTES = 1 << 19, RECORD = 128, NONE = -1 };

static int32_t arena;
static int64_t calls;
static int64_t refused; /* there is no backward rule */

/* A layer in arena and model, and the places of a backward step. */
typedef struct error_case {
    const int32_t *record;
    int32_t used;       /* of the arena */
    int32_t model_used; /* of the model */
    int32_t number;     /* of the input */
    int32_t flags;
    uint32_t seeds[2];
    int32_t error, scale, mask, biases, result, result_scale, range, other, other_scale, gradient, scratch;
    int32_t first, count; /* filters of the gradient */
    int32_t chosen, kept; /* the list, and how many channels it has */
} error_case;

static int32_t place(error_case *test, int64_t bytes) {
    int32_t at = test->used;
    test->used = (int32_t)(at + bytes + 15) & ~15;
    return at;
}

static uint8_t *at(int32_t offset) {
    return attune_memory_find(arena)->arena + offset;
}

static int32_t model_add(error_case *test, const void *data, int32_t bytes) {
    int32_t offset = test->model_used;
    test->model_used = (offset + bytes + 15) & ~15;
    return attune_model_write(arena, offset, data, 0, bytes) == ATTUNE_OK ? offset : NONE;
}

static int32_t elements(const int32_t *shape) {
    return shape[0] * shape[1] * shape[2] * shape[3];
}

static float float_random(int32_t low, int32_t high) {
    return (float)ldexp(random_between(1 << 23, 1 << 24), random_between(low, high) - 24);
}

static int32_t float_place(error_case *test, float value) {
    int32_t offset = place(test, 4);
    memcpy(at(offset), &value, 4);
    return offset;
}

/* An error: any, or as they mostly are, small and with zeros. */
static int32_t error_place(error_case *test, int32_t count) {
    int32_t offset = place(test, count);
    int8_t *error = (int8_t *)at(offset);
    backend_bytes_random((uint8_t *)error, count);
    if (random_chance(60)) {
        int32_t shift = random_between(1, 7);
        for (int32_t i = 0; i < count; i++) {
            error[i] = (int8_t)(error[i] / (1 << shift));
        }
    }
    return offset;
}

static void record_place(error_case *test, backend_case *layer) {
    int32_t *record = layer->record;
    int weighted = attune_record_has_weights(record);
    int32_t channels = attune_record_channels(record);
    float scales[3] = {float_random(-6, 0), float_random(-6, 0), float_random(-6, 0)};
    memcpy(record + ATTUNE_INPUT_SCALE, scales, sizeof scales);
    record[ATTUNE_INPUT] = 0;
    record[ATTUNE_BLOCK] = weighted ? 0 : NONE;
    record[ATTUNE_WEIGHTS] = record[ATTUNE_BIAS] = record[ATTUNE_MULTIPLIERS] = record[ATTUNE_SHIFTS] = NONE;
    record[ATTUNE_SCALES] = record[ATTUNE_STATISTICS] = NONE;
    test->model_used = RECORD + ATTUNE_RECORD_WORDS * 4;
    if (weighted) {
        record[ATTUNE_WEIGHTS] = model_add(test, layer->weights, channels * attune_record_filter_size(record));
        record[ATTUNE_BIAS] = layer->bias == NULL ? NONE : model_add(test, layer->bias, 4 * channels);
        record[ATTUNE_MULTIPLIERS] = model_add(test, layer->multipliers, 4 * channels);
        record[ATTUNE_SHIFTS] = model_add(test, layer->shifts, 4 * channels);
    }
    attune_model_write(arena, RECORD, (const uint8_t *)record, 0, ATTUNE_RECORD_WORDS * 4);
}

static void binding_place(error_case *test, const backend_case *layer) {
    const int32_t *record = layer->record;
    int32_t channels = attune_record_channels(record);
    int32_t inputs = elements(record + ATTUNE_INPUT_N);
    int32_t inputs2 = elements(record + ATTUNE_INPUT2_N);
    test->used = ATTUNE_BINDING_WORDS * 4;
    int32_t binding[ATTUNE_BINDING_WORDS] = {0};
    binding[ATTUNE_BIND_INPUT] = place(test, inputs);
    memcpy(at(binding[ATTUNE_BIND_INPUT]), layer->input, (size_t)inputs);
    binding[ATTUNE_BIND_INPUT2] = layer->input2 == NULL ? NONE : place(test, inputs2);
    if (layer->input2 != NULL) {
        memcpy(at(binding[ATTUNE_BIND_INPUT2]), layer->input2, (size_t)inputs2);
    }
    binding[ATTUNE_BIND_OUTPUT] = place(test, elements(record + ATTUNE_OUTPUT_N));
    test->mask = place(test, 4 * attune_record_lines(record, ATTUNE_OUTPUT_N) * attune_mask_words(record));
    binding[ATTUNE_BIND_STATISTICS] = test->mask;
    binding[ATTUNE_BIND_WEIGHTS] = binding[ATTUNE_BIND_BIAS] = binding[ATTUNE_BIND_RESCALE] = NONE;
    binding[ATTUNE_BIND_THRESHOLD] = NONE;
    if (layer->rescale != NULL) {
        binding[ATTUNE_BIND_RESCALE] = place(test, 4 * channels);
        memcpy(at(binding[ATTUNE_BIND_RESCALE]), layer->rescale, (size_t)channels * 4);
    }
    /* Scratch is no result: all that is compared lies before it. */
    binding[ATTUNE_BIND_SCRATCH] = test->scratch = ARENA_BYTES - (1 << 19);
    memcpy(at(0), binding, sizeof binding);
}

/* Returns whether arena and model have room. */
static int case_place(error_case *test, backend_case *layer) {
    const int32_t *record = layer->record;
    int32_t channels = attune_record_channels(record);
    memset(test, 0, sizeof *test);
    test->record = record;
    int64_t weights = layer->weights == NULL ? 0 : (int64_t)channels * attune_record_filter_size(record);
    if (weights > MODEL_BYTES / 4 || elements(record + ATTUNE_INPUT_N) + elements(record + ATTUNE_OUTPUT_N) > 1 << 19) {
        return 0;
    }
    record_place(test, layer);
    binding_place(test, layer);
    test->number = layer->input2 == NULL ? 0 : random_between(0, 1);
    test->flags = (random_chance(15) ? ATTUNE_ERROR_NEAREST : 0) | (random_chance(25) ? ATTUNE_ERROR_EXTREMES : 0);
    test->seeds[0] = random_word();
    test->seeds[1] = random_word();
    const int32_t *shape = record + (test->number == 0 ? ATTUNE_INPUT_N : ATTUNE_INPUT2_N);
    test->error = error_place(test, elements(record + ATTUNE_OUTPUT_N));
    test->scale = float_place(test, float_random(-20, 0));
    test->result = place(test, elements(shape));
    test->result_scale = float_place(test, 0.0f);
    test->range = float_place(test, random_chance(30) ? 0.0f : float_random(-14, 14));
    test->other = error_place(test, elements(shape));
    test->other_scale = float_place(test, float_random(-20, 0));
    test->first = random_chance(50) ? 0 : random_between(0, channels - 1);
    test->count = random_chance(50) ? channels - test->first : random_between(1, channels - test->first);
    if (weights > 0) {
        test->biases = place(test, 4 * channels);
        test->chosen = place(test, 4 + 4 * channels);
        test->kept = random_chance(10) ? channels : random_between(1, channels);
        test->gradient = place(test, 4 * weights);
        memset(at(test->biases), 0, (size_t)channels * 4);
        for (int64_t i = 0; i < weights; i++) {
            float value = float_random(-20, 0);
            memcpy(at(test->gradient + (int32_t)(4 * i)), &value, 4);
        }
    } else {
        test->biases = NONE;
    }
    return test->used <= test->scratch;
}

/* What follows from the error of chosen channels. */
static void passed_run(const error_case *test, int32_t chosen, int32_t *results) {
    results[0] =
        attune_layer_error(arena, RECORD, 0, test->number, test->flags, test->seeds[0], test->seeds[1], test->error,
                           test->scale, test->scratch, test->result, test->result_scale, test->range, chosen);
    results[1] = attune_weights_gradient(arena, RECORD, 0, test->error, test->scale, test->first, test->count,
                                         test->gradient, chosen);
}

static void choice_run(const error_case *test, int32_t chosen, int32_t *results) {
    results[0] = attune_error_choose(arena, RECORD, 0, test->error, test->scale, test->kept, chosen, test->biases);
    passed_run(test, chosen, results + 1);
}

/* All calls of a backward step; their results are kept. */
static void step_run(const error_case *test, int32_t *results) {
    const int32_t *shape = test->record + (test->number == 0 ? ATTUNE_INPUT_N : ATTUNE_INPUT2_N);
    results[0] = attune_layer_run(arena, RECORD, 0, ATTUNE_RUN_MASK, 0, 0);
    results[1] =
        attune_layer_error(arena, RECORD, 0, test->number, test->flags, test->seeds[0], test->seeds[1], test->error,
                           test->scale, test->scratch, test->result, test->result_scale, test->range, NONE);
    results[2] = attune_error_finish(arena, RECORD, 0, test->error, test->scale, test->mask, test->biases);
    results[3] = attune_error_merge(arena, test->other, test->other_scale, test->result, test->result_scale,
                                    elements(shape) / shape[3], shape[3], test->flags & ATTUNE_ERROR_NEAREST,
                                    test->seeds[1], test->seeds[0]);
    results[4] = test->biases == NONE ? ATTUNE_OK
                                      : attune_weights_gradient(arena, RECORD, 0, test->error, test->scale, test->first,
                                                                test->count, test->gradient, NONE);
    if (test->biases != NONE) {
        choice_run(test, test->chosen, results + 5);
    }
}

enum { RESULTS = 8 };

static void case_test(const error_case *test, const int32_t *backends, int32_t count, uint32_t seed) {
    int32_t expected[RESULTS] = {0};
    int32_t actual[RESULTS] = {0};
    uint8_t *before = malloc((size_t)test->used);
    uint8_t *after = malloc((size_t)test->used);
    memcpy(before, at(0), (size_t)test->used);
    attune_backend_use(ATTUNE_BACKEND_PORTABLE);
    step_run(test, expected);
    memcpy(after, at(0), (size_t)test->used);
    CHECK(expected[0] == ATTUNE_OK && expected[2] == ATTUNE_OK && expected[3] == ATTUNE_OK && expected[4] == ATTUNE_OK);
    CHECK(expected[1] >= 0 || expected[1] == ATTUNE_ERROR_MODE);
    refused += expected[1] < 0;
    for (int32_t i = 0; i < count; i++) {
        memcpy(at(0), before, (size_t)test->used);
        attune_backend_use(backends[i]);
        step_run(test, actual);
        calls += RESULTS;
        int same = memcmp(expected, actual, sizeof actual) == 0 && memcmp(at(0), after, (size_t)test->used) == 0;
        CHECK(same);
        if (!same) {
            int32_t differs = 0;
            while (differs < test->used && at(0)[differs] == after[differs]) {
                differs++;
            }
            printf("  backend %" PRId32 ", seed %" PRIu32 ", operator %" PRId32 ", byte %" PRId32 " of: mask %" PRId32
                   " result %" PRId32 " other %" PRId32 " biases %" PRId32 " gradient %" PRId32 "\n",
                   backends[i], seed, test->record[ATTUNE_OPERATOR], differs, test->mask, test->result, test->other,
                   test->biases, test->gradient);
        }
    }
    free(before);
    free(after);
}

/* Channels that the definition keeps, ascending, and zeros in the error of the others. */
static void choice_define(const error_case *test, int32_t *kept) {
    int32_t channels = attune_record_channels(test->record);
    int32_t positions = elements(test->record + ATTUNE_OUTPUT_N) / channels;
    int8_t *error = (int8_t *)at(test->error);
    int64_t *norms = calloc((size_t)channels, sizeof *norms);
    for (int32_t i = 0; i < positions * channels; i++) {
        norms[i % channels] += error[i] < 0 ? -error[i] : error[i];
    }
    int32_t found = 0;
    for (int32_t c = 0; c < channels; c++) {
        int32_t before = 0;
        for (int32_t other = 0; other < channels; other++) {
            before += norms[other] > norms[c] || (norms[other] == norms[c] && other < c);
        }
        if (before < test->kept) {
            kept[found++] = c;
            continue;
        }
        for (int32_t p = 0; p < positions; p++) {
            error[p * channels + c] = 0;
        }
    }
    CHECK_EQUAL(found, test->kept);
    free(norms);
}

/* The chosen channels' error gives what the whole error gives with zeros in the others. */
static void choice_test(const error_case *test, int32_t backend, uint32_t seed) {
    int32_t channels = attune_record_channels(test->record);
    int32_t errors = elements(test->record + ATTUNE_OUTPUT_N);
    int32_t *kept = calloc((size_t)channels, sizeof *kept);
    int32_t expected[2], actual[3];
    int32_t scratch = attune_error_scratch(arena, RECORD, test->number, test->kept);
    CHECK(scratch > 0 && test->scratch + scratch <= ARENA_BYTES);
    uint8_t *before = malloc((size_t)test->used);
    uint8_t *after = malloc((size_t)test->used);
    memcpy(before, at(0), (size_t)test->used);
    attune_backend_use(backend);
    choice_define(test, kept);
    CHECK_EQUAL(attune_error_finish(arena, RECORD, 0, test->error, test->scale, NONE, test->biases), ATTUNE_OK);
    passed_run(test, NONE, expected);
    memcpy(after, at(0), (size_t)test->used);
    memcpy(at(0), before, (size_t)test->used);
    choice_run(test, test->chosen, actual);
    calls += 3;
    const int32_t *list = (const int32_t *)(const void *)at(test->chosen);
    int same = actual[0] == ATTUNE_OK && actual[1] == expected[0] && actual[2] == expected[1] &&
               list[0] == test->kept && memcmp(list + 1, kept, (size_t)test->kept * 4) == 0;
    /* The error itself is packed, and the list is there. */
    memcpy(at(test->error), after + test->error, (size_t)errors);
    memcpy(at(test->chosen), after + test->chosen, 4 + 4 * (size_t)channels);
    same = same && memcmp(at(0), after, (size_t)test->used) == 0;
    CHECK(same);
    if (!same) {
        printf("  choice of %" PRId32 " in %" PRId32 ", backend %" PRId32 ", seed %" PRIu32 ", operator %" PRId32 "\n",
               test->kept, channels, backend, seed, test->record[ATTUNE_OPERATOR]);
    }
    memcpy(at(0), before, (size_t)test->used);
    free(kept);
    free(before);
    free(after);
}

static const int32_t operators[8] = {
    ATTUNE_CONV_2D, ATTUNE_DEPTHWISE_CONV_2D, ATTUNE_FULLY_CONNECTED, ATTUNE_ADD,
    ATTUNE_CONV_2D, ATTUNE_DEPTHWISE_CONV_2D, ATTUNE_CONV_2D,         ATTUNE_AVERAGE_POOL_2D,
};

int main(int count, char **arguments) {
    static const int32_t all[] = {ATTUNE_BACKEND_DSP, ATTUNE_BACKEND_AVX2, ATTUNE_BACKEND_VNNI};
    int64_t wanted = count > 1 ? atoll(arguments[1]) : DEFAULT_CALLS;
    uint32_t seed = count > 2 ? (uint32_t)atoll(arguments[2]) : 1;
    int32_t required = count > 3 ? atoi(arguments[3]) : ATTUNE_BACKEND_PORTABLE;
    if (count > 4) {
        backend_largest_height = backend_largest_width = atoi(arguments[4]);
    }
    int32_t backends[3];
    int32_t available = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (attune_backend_use(all[i]) == all[i]) {
            backends[available++] = all[i];
        }
    }
    if (available == 0 || attune_backend_use(required) != required) {
        printf("this processor does not have the backend\n");
        return SKIPPED;
    }
    arena = attune_arena_open(ARENA_BYTES);
    CHECK(attune_model_open(arena, MODEL_BYTES) == ATTUNE_OK);
    int64_t cases = 0;
    for (; calls < wanted && check_failures < CHECK_PRINTED; seed++) {
        random_seed(seed);
        if (seed % 500 == 1 || cases == 0) {
            random_seed(seed / 500);
            backend_pools_fill();
            random_seed(seed);
        }
        backend_case layer;
        error_case test;
        backend_case_create(&layer, operators[seed % 8]);
        if (case_place(&test, &layer)) {
            if (test.biases != NONE) {
                choice_test(&test, seed % 2 ? ATTUNE_BACKEND_PORTABLE : backends[seed / 2 % (uint32_t)available], seed);
            }
            case_test(&test, backends, available, seed);
            cases++;
        }
        backend_case_free(&layer);
    }
    attune_arena_close(arena);
    CHECK(refused * 20 < cases);
    printf("%" PRId64 " calls of %" PRId64 " layers, %" PRId64 " without a backward rule\n", calls, cases, refused);
    return check_result();
}
