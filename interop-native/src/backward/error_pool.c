/* Errors through poolings and means: every input gathers what the windows that it lies in give it. */
#include "../core/pool.h"
#include "../kernels/checks.h"
#include "error_call.h"

#include <string.h>

#define CHUNK ATTUNE_POOL_CHANNELS

/* Outputs first .. end - 1 along an axis whose windows hold an input. */
static void windows_of(const int32_t *record, int axis, int32_t input, int32_t *first, int32_t *end) {
    int32_t outputs = record[ATTUNE_OUTPUT_N + 1 + axis];
    int32_t stride = record[ATTUNE_STRIDE_H + axis];
    int32_t reach = input + record[ATTUNE_PAD_TOP + axis];
    int32_t before = reach - record[ATTUNE_KERNEL_H + axis] + 1;
    *first = before > 0 ? (before + stride - 1) / stride : 0;
    *end = reach / stride + 1 < outputs ? reach / stride + 1 : outputs;
}

/* A window and the input that asks what it gets. */
typedef struct pool_window {
    int32_t batch;
    int32_t y, x; /* of the input */
    int32_t top, bottom, left, right;
} pool_window;

/* Adds what a window gives count channels of an input from channel first on. error: of the window's output. */
typedef void (*window_share)(const attune_error_call *call, const pool_window *window, int32_t first, int32_t count,
                             const int8_t *error, float *values);

static void pool(const attune_error_call *call, window_share share) {
    const int32_t *record = call->record;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    int32_t channels = call->shape[3];
    int32_t element = 0;
    for (int32_t position = 0; element < attune_shape_elements(call->shape); position++) {
        pool_window window = {.x = position % call->shape[2], .y = position / call->shape[2] % call->shape[1]};
        int32_t y_first, y_end, x_first, x_end;
        window.batch = position / (call->shape[2] * call->shape[1]);
        windows_of(record, 0, window.y, &y_first, &y_end);
        windows_of(record, 1, window.x, &x_first, &x_end);
        for (int32_t first = 0; first < channels; first += CHUNK) {
            int32_t count = channels - first < CHUNK ? channels - first : CHUNK;
            float values[CHUNK] = {0};
            for (int32_t y = y_first; y < y_end; y++) {
                attune_pool_window(record, 0, y, &window.top, &window.bottom);
                for (int32_t x = x_first; x < x_end; x++) {
                    int32_t at = ((window.batch * output[1] + y) * output[2] + x) * channels + first;
                    attune_pool_window(record, 1, x, &window.left, &window.right);
                    share(call, &window, first, count, call->error + at, values);
                }
            }
            attune_error_store(call, element, count, values, 1.0f);
            element += count;
        }
    }
}

static void average_share(const attune_error_call *call, const pool_window *window, int32_t first, int32_t count,
                          const int8_t *error, float *values) {
    (void)call;
    (void)first;
    float size = (float)((window->bottom - window->top) * (window->right - window->left));
    for (int32_t i = 0; i < count; i++) {
        values[i] += (float)error[i] / size;
    }
}

/* The first largest value of a window gets its error. */
static void max_share(const attune_error_call *call, const pool_window *window, int32_t first, int32_t count,
                      const int8_t *error, float *values) {
    int32_t channels = call->shape[3];
    const int8_t *image = call->input + window->batch * call->shape[1] * call->shape[2] * channels + first;
    for (int32_t i = 0; i < count; i++) {
        int32_t mine = image[(window->y * call->shape[2] + window->x) * channels + i];
        int largest = 1;
        for (int32_t y = window->top; y < window->bottom; y++) {
            for (int32_t x = window->left; x < window->right; x++) {
                int32_t value = image[(y * call->shape[2] + x) * channels + i];
                int before = y < window->y || (y == window->y && x < window->x);
                largest = largest && (before ? value < mine : value <= mine);
            }
        }
        values[i] += largest ? (float)error[i] : 0.0f;
    }
}

/* Averages over windows that have no input in common. */
static void average_apart(const attune_error_call *call) {
    const int32_t *record = call->record;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    int32_t channels = call->shape[3];
    int32_t positions = (int32_t)(attune_shape_elements(call->shape) / channels);
    int32_t filled = 0; /* the window's size that the table is for */
    attune_error_table table;
    for (int32_t position = 0; position < positions; position++) {
        int32_t line = position / call->shape[2];
        int32_t batch = line / call->shape[1];
        int32_t y, x, y_end, x_end, first, end;
        windows_of(record, 0, line % call->shape[1], &y, &y_end);
        windows_of(record, 1, position % call->shape[2], &x, &x_end);
        if (y >= y_end || x >= x_end) {
            memset(call->result + position * channels, 0, (size_t)channels);
            continue;
        }
        attune_pool_window(record, 0, y, &first, &end);
        int32_t size = end - first;
        attune_pool_window(record, 1, x, &first, &end);
        size *= end - first;
        if (size != filled) {
            attune_error_table_share(call, (float)size, &table);
            filled = size;
        }
        int32_t from = ((batch * output[1] + y) * output[2] + x) * channels;
        attune_error_copy(call, &table, from, position * channels, channels);
    }
}

static void average_pool(const attune_error_call *call) {
    const int32_t *record = call->record;
    if (record[ATTUNE_STRIDE_H] >= record[ATTUNE_KERNEL_H] && record[ATTUNE_STRIDE_W] >= record[ATTUNE_KERNEL_W]) {
        average_apart(call);
    } else {
        pool(call, average_share);
    }
}

static void max_pool(const attune_error_call *call) {
    pool(call, max_share);
}

static void mean(const attune_error_call *call) {
    const int32_t *record = call->record;
    int32_t averaged = 1;
    for (int axis = 0; axis < 4; axis++) {
        averaged *= record[ATTUNE_AXES] >> axis & 1 ? call->shape[axis] : 1;
    }
    float scales = attune_record_float(record, ATTUNE_INPUT_SCALE) / attune_record_float(record, ATTUNE_OUTPUT_SCALE);
    float factor = scales / (float)averaged;
    int32_t elements = (int32_t)attune_shape_elements(call->shape);
    for (int32_t element = 0; element < elements; element++) {
        int32_t rest = element;
        int32_t from = 0;
        int32_t stride = 1;
        for (int axis = 3; axis >= 0; axis--) {
            from += record[ATTUNE_AXES] >> axis & 1 ? 0 : rest % call->shape[axis] * stride;
            stride *= record[ATTUNE_OUTPUT_N + axis];
            rest /= call->shape[axis];
        }
        float value = (float)call->error[from];
        attune_error_store(call, element, 1, &value, factor);
    }
}

const attune_error_rules attune_error_average_pool = {.run = average_pool};
const attune_error_rules attune_error_max_pool = {.reads = ATTUNE_ERROR_READS_INPUT, .run = max_pool};
const attune_error_rules attune_error_mean = {.run = mean};
