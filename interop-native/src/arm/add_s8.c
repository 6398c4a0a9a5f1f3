/* Addition of equal shapes. The operand of the larger scale (or both) has the multiplier 1/2, so that its rescaled
 * value is a shift; the other takes one SMMLAR, and so does the sum. */
#include "dsp.h"
#include "kernels.h"

#if defined(ATTUNE_DSP)

#include <stddef.h>

enum { LEFT_SHIFT = 20, LARGEST_SHIFT = 12, SUM_SHIFT = 22 };

typedef struct add_plan {
    int32_t zero1; /* the exact operand's zero point, shifted as its values are */
    int32_t zero2;
    dsp_output operand; /* of the other operand */
    dsp_output sum;
} add_plan;

/* Twice the sum of the rescaled operands is (x1 - z1) << 20 plus twice the second. */
DSP_INLINE int32_t add_value(const add_plan *plan, int32_t x1, int32_t x2, int both) {
    int32_t twice = x1 * (1 << LEFT_SHIFT) - plan->zero1;
    if (both) {
        twice += x2 * (1 << LEFT_SHIFT) - plan->zero2;
    } else {
        twice += 2 * dsp_finish_value(x2 * (1 << (LEFT_SHIFT + 1)) - plan->zero2, &plan->operand, 0);
    }
    return __ssat(dsp_finish_value(twice, &plan->sum, 0), 8);
}

DSP_INLINE void add_run(const add_plan *plan_in, const int8_t *input, const int8_t *input2, int32_t count,
                        int8_t *output, int both) {
    const add_plan plan = *plan_in;
    const int8_t *end = input + (count & ~3);
    while (input != end) {
        uint32_t x1 = dsp_load(input);
        uint32_t x2 = dsp_load(input2);
        int32_t value0 = add_value(&plan, (int8_t)x1, (int8_t)x2, both);
        int32_t value1 = add_value(&plan, (int8_t)(x1 >> 8), (int8_t)(x2 >> 8), both);
        int32_t value2 = add_value(&plan, (int8_t)(x1 >> 16), (int8_t)(x2 >> 16), both);
        int32_t value3 = add_value(&plan, (int32_t)x1 >> 24, (int32_t)x2 >> 24, both);
        output[0] = (int8_t)value0;
        output[1] = (int8_t)value1;
        output[2] = (int8_t)value2;
        output[3] = (int8_t)value3;
        input += 4;
        input2 += 4;
        output += 4;
    }
    for (int32_t i = 0; i < (count & 3); i++) {
        output[i] = (int8_t)add_value(&plan, input[i], input2[i], both);
    }
}

static void add_both(const add_plan *plan, const int8_t *input, const int8_t *input2, int32_t count, int8_t *output) {
    add_run(plan, input, input2, count, output, 1);
}

static void add_one(const add_plan *plan, const int8_t *input, const int8_t *input2, int32_t count, int8_t *output) {
    add_run(plan, input, input2, count, output, 0);
}

static int output_find(int32_t multiplier, int32_t shift, int32_t zero, int32_t largest, dsp_output *output) {
    if (shift > -1 || shift < -largest) {
        return 0;
    }
    output->multiplier = multiplier;
    output->shift = -shift;
    output->offset = (1 << (output->shift - 1)) + zero * (1 << output->shift);
    return 1;
}

static int half(int32_t multiplier, int32_t shift) {
    return multiplier == 1 << 30 && shift == 0;
}

int attune_dsp_add_s8(const attune_call *call) {
    const int32_t *record = call->record;
    const int32_t *shape = record + ATTUNE_OUTPUT_N;
    if (memcmp(record + ATTUNE_INPUT_N, shape, 16) != 0 || memcmp(record + ATTUNE_INPUT2_N, shape, 16) != 0 ||
        record[ATTUNE_LEFT_SHIFT] != LEFT_SHIFT || record[ATTUNE_ACT_MIN] != -128 || record[ATTUNE_ACT_MAX] != 127) {
        return 0;
    }
    add_plan plan = {0};
    int half1 = half(record[ATTUNE_MULTIPLIER1], record[ATTUNE_SHIFT1]);
    int half2 = half(record[ATTUNE_MULTIPLIER2], record[ATTUNE_SHIFT2]);
    if (!output_find(record[ATTUNE_MULTIPLIER], record[ATTUNE_SHIFT], record[ATTUNE_OUTPUT_ZERO], SUM_SHIFT,
                     &plan.sum)) {
        return 0;
    }
    int swapped = !half1;
    if (!half1 && !half2) {
        return 0;
    }
    if (half1 != half2) {
        int32_t multiplier = record[swapped ? ATTUNE_MULTIPLIER1 : ATTUNE_MULTIPLIER2];
        int32_t shift = record[swapped ? ATTUNE_SHIFT1 : ATTUNE_SHIFT2];
        if (!output_find(multiplier, shift, 0, LARGEST_SHIFT, &plan.operand)) {
            return 0;
        }
    }
    plan.zero1 = record[swapped ? ATTUNE_INPUT2_ZERO : ATTUNE_INPUT_ZERO] * (1 << LEFT_SHIFT);
    plan.zero2 = record[swapped ? ATTUNE_INPUT_ZERO : ATTUNE_INPUT2_ZERO] * (1 << (LEFT_SHIFT + !(half1 && half2)));
    int32_t row = shape[2] * shape[3];
    for (int32_t line = call->line_first; line < call->line_first + call->line_count;) {
        /* As many lines as lie together. */
        int32_t lines = call->line_first + call->line_count - line;
        int32_t places[3] = {call->input_ring - line % call->input_ring, call->input2_ring - line % call->input2_ring,
                             call->output_ring - line % call->output_ring};
        for (int i = 0; i < 3; i++) {
            lines = places[i] < lines ? places[i] : lines;
        }
        const int8_t *first = attune_input_line(call, line);
        const int8_t *second = call->input2 + line % call->input2_ring * row;
        int8_t *output = attune_output_line(call, line);
        if (half1 && half2) {
            add_both(&plan, first, second, lines * row, output);
        } else {
            add_one(&plan, swapped ? second : first, swapped ? first : second, lines * row, output);
        }
        line += lines;
    }
    return 1;
}

#endif
