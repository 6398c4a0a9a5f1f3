#if defined(__unix__) || defined(__APPLE__)
#define _DEFAULT_SOURCE
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "backend_case.h"

#include "check.h"
#include "core/scratch.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POOL = 1 << 17, PLACE_BYTES = 1 << 20 };

static uint8_t pool[2][POOL]; /* any bytes; mostly extreme ones */
int32_t backend_largest_height = 7;
int32_t backend_largest_width = 12;

void backend_pools_fill(void) {
    static const uint8_t extremes[] = {0x80, 0x81, 0x7f, 0x7e, 0x80, 0x7f, 0, 1};
    for (int32_t i = 0; i < POOL; i++) {
        uint32_t word = random_word();
        pool[0][i] = (uint8_t)word;
        pool[1][i] = (word >> 8 & 3) == 0 ? (uint8_t)word : extremes[word >> 16 & 7];
    }
}

/* Places that end before a page without access; each serves one array at a time. */
static uint8_t *places[BACKEND_PLACES];

void backend_places_open(void) {
#if defined(__unix__) || defined(__APPLE__)
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < BACKEND_PLACES; i++) {
        void *place = mmap(NULL, PLACE_BYTES + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (place != MAP_FAILED && mprotect((uint8_t *)place + PLACE_BYTES, page, PROT_NONE) == 0) {
            places[i] = place;
        }
    }
#endif
}

/* An array of so many bytes, at the place or allocated. */
static void *array_open(int place, int64_t bytes) {
    int allocated = places[place] == NULL || bytes > PLACE_BYTES || random_chance(30);
    return allocated ? malloc((size_t)bytes) : places[place] + PLACE_BYTES - bytes;
}

void backend_array_close(int place, void *array) {
    uint8_t *bytes = array;
    if (places[place] == NULL || bytes < places[place] || bytes > places[place] + PLACE_BYTES) {
        free(array);
    }
}

/* What kernels write: the bytes after it must stay; the address sanitizer sees that itself. */
#if defined(ATTUNE_SANITIZE)
enum { GUARD = 0 };
#else
enum { GUARD = 64 };
#endif

void *backend_written_open(int64_t bytes) {
    uint8_t *array = malloc((size_t)bytes + GUARD);
    memset(array, 0, (size_t)bytes);
    memset(array + bytes, 0xA5, GUARD);
    return array;
}

void backend_written_close(void *array, int64_t bytes) {
    const uint8_t *guard = (const uint8_t *)array + bytes;
    int32_t wrong = 0;
    for (int32_t i = 0; array != NULL && i < GUARD; i++) {
        wrong += guard[i] != 0xA5;
    }
    CHECK_EQUAL(wrong, 0);
    free(array);
}

/* Random bytes, in long pieces from the pools. */
void backend_bytes_random(uint8_t *bytes, int64_t count) {
    const uint8_t *from = pool[random_chance(30)];
    int64_t start = random_between(0, POOL - 1);
    for (int64_t done = 0; done < count;) {
        int64_t part = POOL - start < count - done ? POOL - start : count - done;
        memcpy(bytes + done, from + start, (size_t)part);
        done += part;
        start = 0;
    }
}

void *backend_array_random(int place, int64_t bytes) {
    void *array = array_open(place, bytes);
    backend_bytes_random(array, bytes);
    return array;
}

/* --- Layers --------------------------------------------------------------------------------------------------------
 */

static int64_t shape_elements(const int32_t *shape) {
    return (int64_t)shape[0] * shape[1] * shape[2] * shape[3];
}

/* Sizes around those that vectors divide into, mostly small. */
static int32_t channels_random(void) {
    static const int32_t around[] = {4, 8, 16, 24, 32, 48, 64};
    if (random_chance(40)) {
        int32_t size = around[random_between(0, 6)] + random_between(-1, 1);
        return size;
    }
    return random_between(1, random_chance(10) ? 130 : 20);
}

static void window_random(int32_t *record, int axis, int32_t largest_dilation) {
    int32_t input = record[ATTUNE_INPUT_N + 1 + axis];
    int32_t kernel = random_chance(75) ? 1 + 2 * random_between(0, 3) : random_between(1, random_chance(5) ? 13 : 7);
    int32_t stride = random_chance(60) ? 1 : random_chance(80) ? 2 : random_between(1, 5);
    int32_t dilation = random_chance(80) ? 1 : random_between(1, largest_dilation);
    int32_t reach = (kernel - 1) * dilation;
    int32_t pad = random_chance(70) ? reach / 2 : random_between(0, reach);
    int32_t largest = (input - 1 + pad) / stride + 1;
    record[ATTUNE_KERNEL_H + axis] = kernel;
    record[ATTUNE_STRIDE_H + axis] = stride;
    record[ATTUNE_DILATION_H + axis] = dilation;
    record[ATTUNE_PAD_TOP + axis] = pad;
    record[ATTUNE_OUTPUT_N + 1 + axis] = random_chance(70) ? largest : random_between(1, largest);
}

static void window_pointwise(int32_t *record) {
    for (int axis = 0; axis < 2; axis++) {
        record[ATTUNE_KERNEL_H + axis] = record[ATTUNE_STRIDE_H + axis] = record[ATTUNE_DILATION_H + axis] = 1;
        record[ATTUNE_PAD_TOP + axis] = 0;
        record[ATTUNE_OUTPUT_N + 1 + axis] = record[ATTUNE_INPUT_N + 1 + axis];
    }
}

static void convolution_random(int32_t *record) {
    int depthwise = record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D;
    int32_t groups = random_chance(85) ? 1 : random_between(1, 4);
    int wide = random_chance(1);
    record[ATTUNE_INPUT_N] = record[ATTUNE_OUTPUT_N] = random_chance(80) ? 1 : 2;
    record[ATTUNE_INPUT_N + 1] = random_between(1, backend_largest_height);
    record[ATTUNE_INPUT_N + 2] = wide ? random_between(100, 300) : random_between(1, backend_largest_width);
    window_random(record, 0, 3);
    window_random(record, 1, 3);
    if (!depthwise && random_chance(60)) {
        window_pointwise(record);
    }
    int large = !wide && random_chance(1);
    int32_t input_c = large ? random_between(100, depthwise ? 600 : 1500) : channels_random();
    int32_t output_c = large ? random_between(1, 40) : channels_random();
    if (wide) {
        input_c = random_between(1, 20);
    }
    if (backend_largest_height >= 7 && random_chance(1) && random_chance(30)) {
        /* Enough work for several threads. */
        record[ATTUNE_INPUT_N + 1] = random_between(20, 40);
        record[ATTUNE_INPUT_N + 2] = random_between(20, 40);
        window_pointwise(record);
        record[ATTUNE_KERNEL_H] = record[ATTUNE_KERNEL_W] = depthwise ? 5 : 1;
        record[ATTUNE_PAD_TOP] = record[ATTUNE_PAD_LEFT] = depthwise ? 2 : 0;
        input_c = random_between(60, 80);
        output_c = random_between(30, 80);
    }
    record[ATTUNE_GROUPS] = groups;
    record[ATTUNE_INPUT_N + 3] = depthwise ? input_c : input_c * groups;
    record[ATTUNE_OUTPUT_N + 3] = (depthwise ? input_c : output_c) * groups;
}

static void fully_random(int32_t *record) {
    int32_t rows = random_chance(70) ? 1 : random_between(1, 4);
    const int32_t input[4] = {rows, 1, 1, random_chance(5) ? random_between(400, 3000) : random_between(1, 150)};
    const int32_t output[4] = {rows, 1, 1, random_chance(5) ? random_between(50, 200) : random_between(1, 40)};
    memcpy(record + ATTUNE_INPUT_N, input, sizeof input);
    memcpy(record + ATTUNE_OUTPUT_N, output, sizeof output);
    record[ATTUNE_WEIGHTS_ZERO] = random_chance(25) ? random_between(-128, 127) : 0;
}

static int32_t multiplier_random(void) {
    static const int32_t odd[] = {0, 1 << 30, INT32_MAX, INT32_MAX - 1, (1 << 30) + 1};
    return random_chance(10) ? odd[random_between(0, 4)] : random_between(1 << 30, INT32_MAX);
}

/* A shift that brings values of 2^bits to some tens, or any. */
static int32_t shift_random(int32_t bits, int32_t any) {
    if (random_chance(any)) {
        return random_chance(20) ? (random_chance(50) ? -31 : 30) : random_between(-31, 30);
    }
    int32_t shift = 6 - bits + random_between(-3, 3);
    return shift < -31 ? -31 : shift > 30 ? 30 : shift;
}

static void add_random(int32_t *record) {
    const int32_t shape[4] = {random_between(1, 2), random_between(1, 6), random_between(1, 9), channels_random()};
    memcpy(record + ATTUNE_INPUT_N, shape, sizeof shape);
    memcpy(record + ATTUNE_INPUT2_N, shape, sizeof shape);
    memcpy(record + ATTUNE_OUTPUT_N, shape, sizeof shape);
    record[ATTUNE_INPUT2] = 1;
    record[ATTUNE_INPUT2_ZERO] = random_between(-128, 127);
    record[ATTUNE_LEFT_SHIFT] = random_chance(70) ? 20 : random_between(0, 22);
    record[ATTUNE_MULTIPLIER] = multiplier_random();
    record[ATTUNE_MULTIPLIER1] = multiplier_random();
    record[ATTUNE_MULTIPLIER2] = multiplier_random();
    record[ATTUNE_SHIFT1] = random_chance(70) ? random_between(-6, 0) : random_between(-31, 30);
    record[ATTUNE_SHIFT2] = random_chance(70) ? random_between(-6, 0) : random_between(-31, 30);
    record[ATTUNE_SHIFT] = shift_random(6 + record[ATTUNE_LEFT_SHIFT], 20);
    if (random_chance(60)) {
        /* As converters write it: the operand with the larger scale, or both, is halved. */
        int32_t halved = random_between(1, 3);
        record[ATTUNE_LEFT_SHIFT] = 20;
        record[ATTUNE_SHIFT] = random_between(-20, -17);
        record[ATTUNE_ACT_MIN] = random_chance(80) ? -128 : record[ATTUNE_ACT_MIN];
        record[ATTUNE_ACT_MAX] = random_chance(80) ? 127 : record[ATTUNE_ACT_MAX];
        if (halved & 1) {
            record[ATTUNE_MULTIPLIER1] = 1 << 30;
            record[ATTUNE_SHIFT1] = 0;
        }
        if (halved & 2) {
            record[ATTUNE_MULTIPLIER2] = 1 << 30;
            record[ATTUNE_SHIFT2] = 0;
        }
    }
}

static void pool_random(int32_t *record) {
    const int32_t shape[4] = {random_between(1, 2), random_between(1, backend_largest_height),
                              random_between(1, backend_largest_width), channels_random()};
    memcpy(record + ATTUNE_INPUT_N, shape, sizeof shape);
    memcpy(record + ATTUNE_OUTPUT_N, shape, sizeof shape);
    window_random(record, 0, 1);
    window_random(record, 1, 1);
}

static void record_random(int32_t *record, int32_t operation) {
    memset(record, 0, ATTUNE_RECORD_WORDS * sizeof *record);
    record[ATTUNE_OPERATOR] = operation;
    record[ATTUNE_INPUT2] = -1;
    record[ATTUNE_INPUT_ZERO] = random_chance(40) ? -128 : random_between(-128, 127);
    record[ATTUNE_OUTPUT_ZERO] = random_chance(20) ? -128 + 255 * random_chance(50) : random_between(-128, 127);
    record[ATTUNE_ACT_MIN] = random_chance(70) ? -128 : random_between(-128, 127);
    record[ATTUNE_ACT_MAX] = random_chance(70) ? 127 : random_between(record[ATTUNE_ACT_MIN], 127);
    if (operation == ATTUNE_ADD) {
        add_random(record);
    } else if (operation == ATTUNE_FULLY_CONNECTED) {
        fully_random(record);
    } else if (operation == ATTUNE_AVERAGE_POOL_2D) {
        pool_random(record);
    } else {
        convolution_random(record);
    }
}

static int32_t bias_random(void) {
    if (random_chance(8)) {
        return random_chance(50) ? INT32_MIN + random_between(0, 100000) : INT32_MAX - random_between(0, 100000);
    }
    return random_between(-20000, 20000);
}

static void parameters_random(backend_case *test) {
    int32_t channels = attune_record_channels(test->record);
    int32_t filter = attune_record_filter_size(test->record);
    size_t words = (size_t)channels * 4;
    int32_t bits = (int32_t)log2(5000 * sqrt((double)filter));
    int32_t any = random_chance(20) ? 100 : random_chance(30) ? 10 : 0;
    test->weights = backend_array_random(BACKEND_PLACE_WEIGHTS, (int64_t)channels * filter);
    test->bias = random_chance(80) ? malloc(words) : NULL;
    test->multipliers = malloc(words);
    test->shifts = malloc(words);
    test->rescale = random_chance(20) ? malloc(words) : NULL;
    for (int32_t c = 0; c < channels; c++) {
        test->multipliers[c] = multiplier_random();
        test->shifts[c] = shift_random(bits, any);
        if (test->bias != NULL) {
            test->bias[c] = bias_random();
        }
        if (test->rescale != NULL) {
            test->rescale[c] = (float)ldexp(random_between(0, 1 << 25), shift_random(bits, any) - 25);
        }
    }
    test->call.parameters.weights = test->weights;
    test->call.parameters.bias = test->bias;
    test->call.parameters.multipliers = test->multipliers;
    test->call.parameters.shifts = test->shifts;
    test->call.parameters.rescale = test->rescale;
    test->call.mode = random_chance(35) ? 0 : random_between(0, 31);
    if (test->call.mode & ATTUNE_RUN_STATISTICS) {
        test->sums = backend_written_open(16 * (int64_t)channels);
    }
    if (test->record[ATTUNE_OPERATOR] == ATTUNE_CONV_2D) {
        test->scratch_bytes = attune_conv_2d_scratch(test->record);
    } else if (test->record[ATTUNE_OPERATOR] == ATTUNE_DEPTHWISE_CONV_2D) {
        test->scratch_bytes = attune_depthwise_conv_2d_scratch(test->record);
    }
    test->scratch = backend_written_open(test->scratch_bytes);
}

void backend_case_create(backend_case *test, int32_t operation) {
    memset(test, 0, sizeof *test);
    attune_call *call = &test->call;
    record_random(test->record, operation);
    test->input = backend_array_random(BACKEND_PLACE_INPUT, shape_elements(test->record + ATTUNE_INPUT_N));
    if (operation == ATTUNE_ADD) {
        test->input2 = backend_array_random(BACKEND_PLACE_INPUT2, shape_elements(test->record + ATTUNE_INPUT2_N));
    } else if (attune_record_has_weights(test->record)) {
        parameters_random(test);
    }
    test->output_bytes =
        shape_elements(test->record + ATTUNE_OUTPUT_N) * (call->mode & ATTUNE_RUN_ACCUMULATORS ? 4 : 1);
    test->output = backend_written_open(test->output_bytes);
    call->record = test->record;
    call->input = test->input;
    call->input2 = test->input2;
    call->output = test->output;
    call->scratch = test->scratch;
    call->sums = test->sums;
    call->seed_low = random_word();
    call->seed_high = random_word();
    call->line_count = test->record[ATTUNE_OUTPUT_N] * test->record[ATTUNE_OUTPUT_N + 1];
    call->input_ring = test->record[ATTUNE_INPUT_N] * test->record[ATTUNE_INPUT_N + 1];
    call->input2_ring = test->record[ATTUNE_INPUT2_N] * test->record[ATTUNE_INPUT2_N + 1];
    call->output_ring = call->line_count;
}

void backend_case_free(backend_case *test) {
    backend_array_close(BACKEND_PLACE_INPUT, test->input);
    backend_array_close(BACKEND_PLACE_INPUT2, test->input2);
    backend_array_close(BACKEND_PLACE_WEIGHTS, test->weights);
    free(test->bias);
    free(test->multipliers);
    free(test->shifts);
    free(test->rescale);
    backend_written_close(test->scratch, test->scratch_bytes);
    backend_written_close(test->output, test->output_bytes);
    backend_written_close(test->sums, 16 * (int64_t)attune_record_channels(test->record));
}
