/* Bilinear enlargement by an integer factor f, half-pixel centres. Along an axis, output f * i + r lies (2r + 1 - f) /
 * 2f source units from input i, so it reads two neighbours with integer weights out of 2f. */
#include "upsample.h"

#include "checks.h"
#include "operator.h"

/* (2 * 1024)^2 * 255 < 2^31. */
#define LARGEST_FACTOR 1024

attune_upsample_axis attune_upsample_axis_find(int32_t output, int32_t factor, int32_t inputs) {
    attune_upsample_axis axis;
    int32_t i = output / factor;
    int32_t twice = 2 * (output % factor) + 1;
    int32_t before = twice < factor ? 1 : 0;
    axis.a = attune_clamp(i - before, 0, inputs - 1);
    axis.b = attune_clamp(i - before + 1, 0, inputs - 1);
    axis.weight_b = before ? twice + factor : twice - factor;
    axis.weight_a = 2 * factor - axis.weight_b;
    return axis;
}

static void upsample(const attune_call *call) {
    const int32_t *input_shape = call->record + ATTUNE_INPUT_N;
    const int32_t *shape = call->record + ATTUNE_OUTPUT_N;
    int32_t factor = shape[1] / input_shape[1];
    int32_t whole = 4 * factor * factor;
    int32_t channels = shape[3];
    for (int32_t line = call->line_first; line < call->line_first + call->line_count; line++) {
        int32_t batch = line / shape[1];
        attune_upsample_axis vertical = attune_upsample_axis_find(line - batch * shape[1], factor, input_shape[1]);
        const int8_t *row_a = attune_input_line(call, batch * input_shape[1] + vertical.a);
        const int8_t *row_b = attune_input_line(call, batch * input_shape[1] + vertical.b);
        int8_t *output = attune_output_line(call, line);
        for (int32_t x = 0; x < shape[2]; x++) {
            attune_upsample_axis horizontal = attune_upsample_axis_find(x, factor, input_shape[2]);
            int32_t a = horizontal.a * channels;
            int32_t b = horizontal.b * channels;
            for (int32_t c = 0; c < channels; c++) {
                int32_t upper = horizontal.weight_a * (row_a[a + c] + 128) + horizontal.weight_b * (row_a[b + c] + 128);
                int32_t lower = horizontal.weight_a * (row_b[a + c] + 128) + horizontal.weight_b * (row_b[b + c] + 128);
                int32_t sum = vertical.weight_a * upper + vertical.weight_b * lower;
                *output++ = (int8_t)((sum + whole / 2) / whole - 128);
            }
        }
    }
}

static int upsample_good(const int32_t *record) {
    const int32_t *input = record + ATTUNE_INPUT_N;
    const int32_t *output = record + ATTUNE_OUTPUT_N;
    int32_t factor = output[1] / input[1];
    return input[0] == output[0] && input[3] == output[3] && attune_between(factor, 1, LARGEST_FACTOR) &&
           output[1] == factor * input[1] && output[2] == factor * input[2];
}

static void upsample_lines(const int32_t *record, int32_t line, int32_t *first, int32_t *extent) {
    int32_t factor = record[ATTUNE_OUTPUT_N + 1] / record[ATTUNE_INPUT_N + 1];
    *first = line / factor - (2 * (line % factor) + 1 < factor ? 1 : 0);
    *extent = 2;
}

const attune_operator_rules attune_upsample = {
    .record_good = upsample_good,
    .lines = upsample_lines,
    .run = upsample,
};
