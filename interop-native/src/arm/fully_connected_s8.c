/* Fully connected layer: four units at a time, weights as they are stored, since each is used only once a row. */
#include "../core/filters.h"
#include "dsp.h"
#include "kernels.h"
#include "signs.h"

#if defined(ATTUNE_DSP)

#include <stddef.h>

enum { UNITS = 4, SIGN_WORDS = 32 };

typedef struct fully_call {
    const attune_call *call;
    int32_t depth;
    uint32_t minus_zero;
    dsp_outputs outputs;
} fully_call;

/* Sums of four units of a row. */
static __attribute__((noinline)) void units_multiply(const fully_call *fully, const int8_t *input,
                                                     const int8_t *weights, int32_t sums[UNITS]) {
    int32_t depth = fully->depth;
    uint32_t minus_zero = fully->minus_zero;
    const int8_t *end = input + (depth & ~3);
    int32_t sum0 = 0;
    int32_t sum1 = 0;
    int32_t sum2 = 0;
    int32_t sum3 = 0;
    const int8_t *weights3 = weights + 3 * depth;
    if (input != end) {
        uint32_t even, odd, word, other;
        /* Assembly, because a compiler spills the pointers. */
        __asm__ volatile("1:\n"
                         "ldr %[odd], [%[input]], #4\n"
                         "ldr %[word], [%[weights], %[depth]]\n"
                         "sxtab16 %[even], %[zero], %[odd]\n"
                         "sxtab16 %[odd], %[zero], %[odd], ror #8\n"
                         "sxtb16 %[other], %[word]\n"
                         "sxtb16 %[word], %[word], ror #8\n"
                         "smlad %[sum1], %[even], %[other], %[sum1]\n"
                         "smlad %[sum1], %[odd], %[word], %[sum1]\n"
                         "ldr %[word], [%[weights], %[depth], lsl #1]\n"
                         "sxtb16 %[other], %[word]\n"
                         "sxtb16 %[word], %[word], ror #8\n"
                         "smlad %[sum2], %[even], %[other], %[sum2]\n"
                         "smlad %[sum2], %[odd], %[word], %[sum2]\n"
                         "ldr %[word], [%[weights]], #4\n"
                         "sxtb16 %[other], %[word]\n"
                         "sxtb16 %[word], %[word], ror #8\n"
                         "smlad %[sum0], %[even], %[other], %[sum0]\n"
                         "smlad %[sum0], %[odd], %[word], %[sum0]\n"
                         "ldr %[word], [%[weights3]], #4\n"
                         "sxtb16 %[other], %[word]\n"
                         "sxtb16 %[word], %[word], ror #8\n"
                         "smlad %[sum3], %[even], %[other], %[sum3]\n"
                         "smlad %[sum3], %[odd], %[word], %[sum3]\n"
                         "cmp %[input], %[end]\n"
                         "bne 1b\n"
                         : [input] "+r"(input), [weights] "+r"(weights), [weights3] "+r"(weights3), [sum0] "+r"(sum0),
                           [sum1] "+r"(sum1), [sum2] "+r"(sum2), [sum3] "+r"(sum3), [even] "=&r"(even),
                           [odd] "=&r"(odd), [word] "=&r"(word), [other] "=&r"(other)
                         : [depth] "r"(depth), [zero] "r"(minus_zero), [end] "r"(end)
                         : "cc", "memory");
    }
    const int8_t *weights1 = weights + depth;
    const int8_t *weights2 = weights1 + depth;
    int32_t zero = -(int16_t)minus_zero;
    for (int32_t i = 0; i < (depth & 3); i++) {
        sum0 += (input[i] - zero) * weights[i];
        sum1 += (input[i] - zero) * weights1[i];
        sum2 += (input[i] - zero) * weights2[i];
        sum3 += (input[i] - zero) * weights3[i];
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
}

/* Four inputs times four probed weights, whose signs are at a place of the table. */
#define PROBED(place)                                                                                                  \
    "ldr %[values], [%[input]], #4\n"                                                                                  \
    "uxtab %[even], %[table], " place "\n"                                                                             \
    "ldr %[word], [%[weights]], #4\n"                                                                                  \
    "ldrd %[even], %[odd], [%[even]]\n"                                                                                \
    "sxtab16 %[even], %[even], %[word]\n"                                                                              \
    "sxtab16 %[odd], %[odd], %[word], ror #8\n"                                                                        \
    "sxtab16 %[word], %[zero], %[values]\n"                                                                            \
    "sxtab16 %[values], %[zero], %[values], ror #8\n"                                                                  \
    "smlad %[sum], %[word], %[even], %[sum]\n"                                                                         \
    "smlad %[sum], %[values], %[odd], %[sum]\n"

/* 32 inputs times the probed weights of each word of signs, at least one; returns the new sum. */
DSP_INLINE int32_t words_multiply(uint32_t minus_zero, const int8_t *input, const int8_t *weights,
                                  const uint32_t *words, const uint32_t *end, int32_t sum) {
    uint32_t values, word, even, odd, lower, upper;
    __asm__ volatile(
        "1:\n"
        "ldr %[upper], [%[words]], #4\n"
        "lsl %[lower], %[upper], #3\n"
        "and %[lower], %[lower], %[places]\n"
        "lsr %[upper], %[upper], #1\n"
        "and %[upper], %[upper], %[places]\n" PROBED("%[lower]") PROBED("%[upper]") PROBED("%[lower], ror #8")
            PROBED("%[upper], ror #8") PROBED("%[lower], ror #16") PROBED("%[upper], ror #16")
                PROBED("%[lower], ror #24") PROBED("%[upper], ror #24") "cmp %[words], %[end]\n"
                                                                        "bne 1b\n"
        : [input] "+r"(input), [weights] "+r"(weights), [sum] "+r"(sum), [words] "+r"(words), [values] "=&r"(values),
          [word] "=&r"(word), [even] "=&r"(even), [odd] "=&r"(odd), [lower] "=&r"(lower), [upper] "=&r"(upper)
        : [zero] "r"(minus_zero), [table] "r"(attune_dsp_sign_pairs), [end] "r"(end), [places] "i"(DSP_SIGN_PLACES)
        : "cc", "memory");
    return sum;
}

/* The probed sum of a unit; the depth is a multiple of 4. */
static __attribute__((noinline)) int32_t unit_multiply_probed(const fully_call *fully, const int8_t *input,
                                                              int32_t unit) {
    uint32_t words[SIGN_WORDS + 1];
    uint32_t element = (uint32_t)(unit * fully->depth);
    uint32_t shift = element & 31;
    const int8_t *weights = fully->call->parameters.weights + element;
    const dsp_sign_pairs *pairs = attune_dsp_sign_pairs;
    int32_t sum = 0;
    for (int32_t left = fully->depth, count; left > 0; left -= count) {
        count = left < 32 * SIGN_WORDS ? left : 32 * SIGN_WORDS;
        int32_t whole = count >> 5;
        attune_dsp_words(fully->call, element >> 5, ((int32_t)shift + count + 31) >> 5, words);
        for (int32_t i = 0; shift != 0 && i < (count + 31) >> 5; i++) {
            words[i] = words[i] >> shift | words[i + 1] << (32 - shift);
        }
        if (whole > 0) {
            sum = words_multiply(fully->minus_zero, input, weights, words, words + whole, sum);
        }
        uint32_t bits = words[whole];
        for (int32_t k = 32 * whole; k < count; k += 4) {
            uint32_t values = dsp_load(input + k);
            uint32_t word = dsp_load(weights + k);
            pairs = dsp_signs_insert(pairs, bits);
            sum = dsp_smlad(dsp_widen_even(fully->minus_zero, values), dsp_widen_even(pairs->even, word), sum);
            sum = dsp_smlad(dsp_widen_odd(fully->minus_zero, values), dsp_widen_odd(pairs->odd, word), sum);
            bits >>= 4;
        }
        weights += count;
        input += count;
        element += (uint32_t)count;
    }
    return sum;
}

/* The probed sums of units first .. first + count - 1. Where their words of signs are whole and few, they are made
 * together. */
static __attribute__((noinline)) void units_multiply_probed(const fully_call *fully, const int8_t *input, int32_t first,
                                                            int32_t count, int32_t sums[UNITS]) {
    uint32_t words[SIGN_WORDS];
    int32_t depth = fully->depth;
    int32_t each = depth >> 5;
    if (depth % 32 != 0 || count * each > SIGN_WORDS) {
        for (int32_t i = 0; i < count; i++) {
            sums[i] = unit_multiply_probed(fully, input, first + i);
        }
        return;
    }
    attune_dsp_words(fully->call, (uint32_t)(first * each), count * each, words);
    const int8_t *weights = fully->call->parameters.weights + first * depth;
    for (int32_t i = 0; i < count; i++) {
        sums[i] =
            words_multiply(fully->minus_zero, input, weights + i * depth, words + i * each, words + (i + 1) * each, 0);
    }
}

/* One unit whose weights are probed or have a zero point. */
static int32_t unit_multiply(const fully_call *fully, const int8_t *input, int32_t unit) {
    enum { PART = 128 };
    int16_t part[PART];
    int32_t zero = fully->call->record[ATTUNE_INPUT_ZERO];
    int32_t sum = 0;
    for (int32_t at = 0; at < fully->depth; at += PART) {
        int32_t count = fully->depth - at < PART ? fully->depth - at : PART;
        attune_filter_prepare(fully->call, unit * fully->depth + at, count, part);
        for (int32_t i = 0; i < count; i++) {
            sum += (input[at + i] - zero) * part[i];
        }
    }
    return sum;
}

/* Four outputs at once, if they have an output form. */
static int outputs_write(const fully_call *fully, dsp_finish finish, int32_t first, const int32_t *sums,
                         int8_t *output) {
    if (finish != DSP_FINISH_LINEAR && finish != DSP_FINISH_RELU) {
        return 0;
    }
    for (int32_t i = 0; i < UNITS; i++) {
        dsp_output form;
        int32_t bias;
        if (!attune_dsp_output(&fully->outputs, first + i, &bias, &form)) {
            return 0;
        }
        int32_t twice = (int32_t)((uint32_t)bias + 2 * (uint32_t)sums[i]);
        output[i] = (int8_t)__ssat(dsp_finish_value(twice, &form, finish == DSP_FINISH_RELU), 8);
    }
    return 1;
}

static void row_run(const fully_call *fully, dsp_finish finish, int32_t row) {
    const attune_call *call = fully->call;
    int32_t units = attune_record_channels(call->record);
    const int8_t *input = call->input + row % call->input_ring * fully->depth;
    int8_t *output = attune_output_line(call, row); /* not of errors */
    int probed = call->mode & ATTUNE_RUN_PROBE_WEIGHTS;
    int centred = call->record[ATTUNE_WEIGHTS_ZERO] == 0;
    int plain = !probed && centred;
    int fast = probed && centred && fully->depth % 4 == 0;
    for (int32_t first = 0; first < units; first += UNITS) {
        int32_t count = units - first < UNITS ? units - first : UNITS;
        int32_t sums[UNITS];
        if (plain && count == UNITS) {
            units_multiply(fully, input, call->parameters.weights + first * fully->depth, sums);
        } else if (fast) {
            units_multiply_probed(fully, input, first, count, sums);
        } else {
            for (int32_t i = 0; i < count; i++) {
                sums[i] = unit_multiply(fully, input, first + i);
            }
        }
        if (count < UNITS || !outputs_write(fully, finish, first, sums, output + first)) {
            attune_channels channels;
            attune_channels_prepare(call, first, count, &channels);
            attune_dsp_write(call, &channels, row, 0, sums);
        }
    }
}

int attune_dsp_fully_connected_s8(const attune_call *call) {
    const int32_t *record = call->record;
    int32_t zero = record[ATTUNE_INPUT_ZERO];
    fully_call fully = {call, record[ATTUNE_INPUT_N + 3], dsp_pair(-zero, -zero), attune_dsp_outputs(call)};
    dsp_finish finish = attune_dsp_finish(call);
    for (int32_t row = call->line_first; row < call->line_first + call->line_count; row++) {
        row_run(&fully, finish, row);
    }
    return 1;
}

#endif
