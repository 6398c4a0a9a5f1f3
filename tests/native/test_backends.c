/* Every backend of this processor gives the bits of the portable kernels: random layers, whole and in ranges of lines
 * with buffers that hold only some lines. Arguments: number of kernel runs to compare (20000), first seed (1), a
 * backend without which there is nothing to test (exit code 77), and the largest height of images (7; width 12), for
 * speed. */
#include "backend_case.h"
#include "check.h"
#include "layers/backend.h"
#include "layers/layer_call.h"
#include "random.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_RUNS = 20000, SKIPPED = 77 };

static int64_t runs;
static int64_t left; /* to the portable kernel */

/* The input lines that output lines first .. first + count - 1 read: *low .. *high - 1. */
static void input_lines(const int32_t *record, int32_t first, int32_t count, int32_t *low, int32_t *high) {
    *low = first;
    *high = first + count;
    if (record[ATTUNE_OPERATOR] == ATTUNE_FULLY_CONNECTED || record[ATTUNE_OPERATOR] == ATTUNE_ADD) {
        return;
    }
    int32_t height = record[ATTUNE_INPUT_N + 1];
    *low = INT32_MAX;
    *high = 0;
    for (int32_t line = first; line < first + count; line++) {
        int32_t batch = line / record[ATTUNE_OUTPUT_N + 1];
        int32_t y = line % record[ATTUNE_OUTPUT_N + 1] * record[ATTUNE_STRIDE_H] - record[ATTUNE_PAD_TOP];
        for (int32_t k = 0; k < record[ATTUNE_KERNEL_H]; k++) {
            int32_t at = y + k * record[ATTUNE_DILATION_H];
            if (at >= 0 && at < height) {
                int32_t input = batch * height + at;
                *low = input < *low ? input : *low;
                *high = input >= *high ? input + 1 : *high;
            }
        }
    }
    if (*low > *high) {
        *low = *high = 0;
    }
}

/* A buffer of `ring` lines with lines low .. high - 1 of the tensor, and noise in the others. */
static int8_t *ring_create(int place, const int8_t *tensor, int32_t row, int32_t low, int32_t high, int32_t ring) {
    int8_t *buffer = backend_array_random(place, (int64_t)ring * row);
    for (int32_t line = low; line < high; line++) {
        memcpy(buffer + line % ring * row, tensor + line * row, (size_t)row);
    }
    return buffer;
}

static int32_t ring_random(int32_t lines, int32_t all) {
    lines = lines < 1 ? 1 : lines;
    return random_chance(60) ? lines : random_between(lines, all > lines ? all : lines);
}

/* Runs the backend on some lines, into buffers of its own; takes the portable kernel's lines where it leaves the call,
 * so that sums stay complete. Returns 0 where an output differs. */
static int range_run(const backend_case *test, int32_t first, int32_t count, int whole, int64_t *sums) {
    const int32_t *record = test->record;
    attune_call call = test->call;
    int32_t low;
    int32_t high;
    int32_t input_row = record[ATTUNE_INPUT_N + 2] * record[ATTUNE_INPUT_N + 3];
    int64_t output_row = test->output_bytes / test->call.line_count;
    input_lines(record, first, count, &low, &high);
    if (!whole) {
        call.input_ring = ring_random(high - low, test->call.input_ring);
        call.input2_ring = ring_random(high - low, test->call.input2_ring);
        call.output_ring = ring_random(count, test->call.line_count);
    }
    int8_t *input = ring_create(BACKEND_PLACE_RING, test->input, input_row, low, high, call.input_ring);
    int8_t *input2 =
        test->input2 ? ring_create(BACKEND_PLACE_RING2, test->input2, input_row, low, high, call.input2_ring) : NULL;
    uint8_t *output = backend_written_open(call.output_ring * output_row);
    uint8_t *expected = malloc((size_t)(call.output_ring * output_row));
    backend_bytes_random(output, call.output_ring * output_row);
    memcpy(expected, output, (size_t)(call.output_ring * output_row));
    for (int32_t line = first; line < first + count; line++) {
        memcpy(expected + line % call.output_ring * output_row, test->output + line * output_row, (size_t)output_row);
    }
    call.input = input;
    call.input2 = input2;
    call.output = output;
    call.sums = test->sums == NULL ? NULL : sums;
    call.line_first = first;
    call.line_count = count;
    int taken = attune_backend_run(&call);
    int equal = !taken || memcmp(output, expected, (size_t)(call.output_ring * output_row)) == 0;
    runs++;
    left += !taken;
    backend_array_close(BACKEND_PLACE_RING, input);
    backend_array_close(BACKEND_PLACE_RING2, input2);
    backend_written_close(output, call.output_ring * output_row);
    free(expected);
    return taken ? equal : -1;
}

/* Runs all lines, in one piece or several. */
static void backend_test(const backend_case *test, int32_t backend, int whole, uint32_t seed) {
    int32_t channels = attune_record_channels(test->record);
    int32_t lines = test->call.line_count;
    int64_t *sums = backend_written_open(16 * (int64_t)channels);
    int failures = check_failures;
    int all_taken = 1;
    attune_backend_use(backend);
    for (int32_t first = 0; first < lines;) {
        int32_t count = whole ? lines : random_between(1, random_chance(50) ? 1 : lines - first);
        int result = range_run(test, first, count, whole, sums);
        all_taken &= result != -1;
        CHECK(result != 0);
        first += count;
    }
    if (test->sums != NULL && all_taken) {
        CHECK(memcmp(sums, test->sums, 2 * (size_t)channels * sizeof *sums) == 0);
    }
    if (check_failures != failures) {
        printf("  backend %" PRId32 ", seed %" PRIu32 ", operator %" PRId32 ", mode %" PRId32 "\n", backend, seed,
               test->record[ATTUNE_OPERATOR], test->call.mode);
    }
    backend_written_close(sums, 16 * (int64_t)channels);
}

/* What to test, in turn; a backend leaves some of it to the portable kernels. */
static const int32_t operators[16] = {
    ATTUNE_CONV_2D, ATTUNE_DEPTHWISE_CONV_2D, ATTUNE_FULLY_CONNECTED, ATTUNE_ADD,
    ATTUNE_CONV_2D, ATTUNE_DEPTHWISE_CONV_2D, ATTUNE_CONV_2D,         ATTUNE_DEPTHWISE_CONV_2D,
    ATTUNE_CONV_2D, ATTUNE_DEPTHWISE_CONV_2D, ATTUNE_FULLY_CONNECTED, ATTUNE_ADD,
    ATTUNE_CONV_2D, ATTUNE_DEPTHWISE_CONV_2D, ATTUNE_CONV_2D,         ATTUNE_AVERAGE_POOL_2D,
};

int main(int count, char **arguments) {
    static const int32_t backends[] = {ATTUNE_BACKEND_DSP, ATTUNE_BACKEND_AVX2, ATTUNE_BACKEND_VNNI};
    int64_t wanted = count > 1 ? atoll(arguments[1]) : DEFAULT_RUNS;
    uint32_t seed = count > 2 ? (uint32_t)atoll(arguments[2]) : 1;
    int32_t required = count > 3 ? atoi(arguments[3]) : ATTUNE_BACKEND_PORTABLE;
    if (count > 4) {
        backend_largest_height = backend_largest_width = atoi(arguments[4]);
    }
    int32_t available = 0;
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
        available += attune_backend_use(backends[i]) == backends[i];
    }
    if (available == 0 || attune_backend_use(required) != required) {
        printf("this processor does not have the backend\n");
        return SKIPPED;
    }
    backend_places_open();
    attune_threads(3);
    for (; runs < wanted && check_failures < CHECK_PRINTED; seed++) {
        backend_case test;
        random_seed(seed);
        if (seed % 500 == 1 || runs == 0) {
            random_seed(seed / 500);
            backend_pools_fill();
            random_seed(seed);
        }
        backend_case_create(&test, operators[seed % 16]);
        attune_portable_run(&test.call);
        for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
            if (attune_backend_use(backends[i]) == backends[i]) {
                backend_test(&test, backends[i], 1, seed);
                backend_test(&test, backends[i], 0, seed);
            }
        }
        backend_case_free(&test);
    }
    CHECK(left * 10 < runs);
    printf("%" PRId64 " runs, %" PRId64 " left to the portable kernels\n", runs, left);
    return check_result();
}
