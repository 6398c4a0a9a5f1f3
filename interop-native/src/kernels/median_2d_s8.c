/* Switching median: a value that differs from the median of the 3 x 3 window around it by more than the threshold is
 * replaced by it, others pass unchanged (Sun and Neuvo, Detail-preserving median based filters in image processing,
 * 1994). Beyond the edge the window sees the edge's own values again. */
#include "../core/simd.h"
#include "checks.h"
#include "operator.h"

#include <string.h>

#define IDENTITY 255 /* no two int8 values differ by more */

ATTUNE_INLINE int8_t smaller(int8_t a, int8_t b) {
    return a < b ? a : b;
}

ATTUNE_INLINE int8_t larger(int8_t a, int8_t b) {
    return a > b ? a : b;
}

ATTUNE_INLINE int8_t median3(int8_t a, int8_t b, int8_t c) {
    return larger(smaller(a, b), smaller(larger(a, b), c));
}

/* With each column sorted, the median of nine is the median of: the largest of the smallest, the median of the medians,
 * the smallest of the largest. */
ATTUNE_INLINE int8_t median9(const int8_t *above, const int8_t *here, const int8_t *below, int32_t left,
                             int32_t right) {
    const int32_t columns[3] = {left, 0, right};
    int8_t low = -128, high = 127;
    int8_t middles[3];
    for (int i = 0; i < 3; i++) {
        int8_t a = above[columns[i]], b = here[columns[i]], c = below[columns[i]];
        low = larger(low, smaller(smaller(a, b), c));
        high = smaller(high, larger(larger(a, b), c));
        middles[i] = median3(a, b, c);
    }
    return median3(low, median3(middles[0], middles[1], middles[2]), high);
}

/* count values from element first of a line on; left, right: distance to the neighbours' elements. */
ATTUNE_VECTOR
static void median_run(const int8_t *const lines[3], int32_t first, int32_t count, int32_t left, int32_t right,
                       int32_t threshold, int8_t *output) {
    const int8_t *above = lines[0] + first, *here = lines[1] + first, *below = lines[2] + first;
    for (int32_t i = 0; i < count; i++) {
        int8_t median = median9(above + i, here + i, below + i, left, right);
        int32_t difference = here[i] - median;
        difference = difference < 0 ? -difference : difference;
        output[first + i] = difference > threshold ? median : here[i];
    }
}

static void median_2d(const attune_call *call) {
    const int32_t *shape = call->record + ATTUNE_INPUT_N;
    int32_t channels = shape[3];
    int32_t bytes = shape[2] * channels;
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        int8_t *output = attune_output_line(call, line);
        if (call->threshold >= IDENTITY) {
            memcpy(output, attune_input_line(call, line), (size_t)bytes);
            continue;
        }
        int32_t y = line % shape[1];
        const int8_t *const lines[3] = {
            attune_input_line(call, y > 0 ? line - 1 : line),
            attune_input_line(call, line),
            attune_input_line(call, y < shape[1] - 1 ? line + 1 : line),
        };
        int32_t next = shape[2] > 1 ? channels : 0;
        median_run(lines, 0, channels, 0, next, call->threshold, output);
        if (shape[2] > 1) {
            median_run(lines, channels, bytes - 2 * channels, -channels, channels, call->threshold, output);
            median_run(lines, bytes - channels, channels, -channels, 0, call->threshold, output);
        }
    }
}

static int median_2d_good(const int32_t *record) {
    return attune_shape_equal(record + ATTUNE_INPUT_N, record + ATTUNE_OUTPUT_N) &&
           record[ATTUNE_INPUT_ZERO] == record[ATTUNE_OUTPUT_ZERO] &&
           record[ATTUNE_INPUT_SCALE] == record[ATTUNE_OUTPUT_SCALE] &&
           attune_between(record[ATTUNE_THRESHOLD], 0, IDENTITY) &&
           attune_between(record[ATTUNE_THRESHOLD_SOURCE], 0, IDENTITY);
}

static void median_2d_lines(const int32_t *record, int32_t line, int32_t *first, int32_t *extent) {
    (void)record;
    *first = line - 1;
    *extent = 3;
}

/* The threshold in force; the record's is checked already. */
static int median_2d_bind(const int32_t *bound, attune_call *call) {
    int32_t threshold = bound[ATTUNE_BIND_THRESHOLD];
    call->threshold = threshold == -1 ? call->record[ATTUNE_THRESHOLD] : threshold;
    return attune_between(call->threshold, 0, IDENTITY);
}

const attune_operator_rules attune_median_2d = {
    .record_good = median_2d_good,
    .lines = median_2d_lines,
    .bind = median_2d_bind,
    .run = median_2d,
};
