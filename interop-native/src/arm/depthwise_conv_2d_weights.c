/* The weights of a depthwise convolution: tap by tap, clean or with the signs of a probe, then as blocks. */
#include "../core/filters.h"
#include "depthwise_conv_2d.h"
#include "signs.h"

#if defined(ATTUNE_DSP)

#include <stddef.h>

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* Doubled weights, shifted so far, have 16 bits. */
#define LARGEST_LEFT 7

/* Outputs of errors leave the shift to the multipliers, and what one of these has no room for to the weights. Returns 0
 * if the weights have no room either. */
static int strip_errors(dsp_strip *strip) {
    const attune_error_outputs *errors = strip->call->errors;
    const int32_t *multipliers = errors->multipliers + strip->first;
    int32_t missing = 0;
    for (int32_t i = 0; i < DSP_STRIP_CHANNELS; i++) {
        int32_t more = errors->left - dsp_room(multipliers[i]);
        missing = more > missing ? more : missing;
    }
    strip->left = missing;
    for (int32_t i = 0; i < DSP_STRIP_CHANNELS; i++) {
        strip->start[i] = 0;
        strip->errors.multipliers[i] = multipliers[i] << (errors->left - missing);
        strip->errors.carries[i] = errors->carry[strip->first + i];
    }
    strip->errors.output_step = errors->column_step;
    return missing <= LARGEST_LEFT;
}

/* Both halves shifted; `kept` clears what comes from the lower into the upper. */
DSP_INLINE uint32_t pair_shift(uint32_t pair, int32_t left, uint32_t kept) {
    return pair << left & kept;
}

/* The taps of errors: doubled, and shifted. */
static void taps_shifted(const dsp_strip *strip, int32_t taps) {
    int32_t all = attune_record_channels(strip->record);
    int32_t left = strip->left + 1;
    uint32_t kept = ~(((1u << left) - 1) << 16);
    const int8_t *weights = strip->call->parameters.weights + strip->first;
    for (int32_t tap = 0; tap < taps; tap++) {
        uint32_t word = dsp_load(weights);
        uint32_t even = dsp_even(word);
        uint32_t odd = dsp_odd(word);
        strip->taps[2 * tap] = pair_shift(dsp_low_halves(even, odd), left, kept);
        strip->taps[2 * tap + 1] = pair_shift(dsp_high_halves(even, odd), left, kept);
        weights += all;
    }
}

static int strip_outputs(dsp_strip *strip) {
    if (strip->finish == DSP_FINISH_ACCUMULATORS || strip->count < DSP_STRIP_CHANNELS) {
        return 0;
    }
    if (strip->finish == DSP_FINISH_ERRORS) {
        return strip_errors(strip);
    }
    for (int32_t i = 0; i < DSP_STRIP_CHANNELS; i++) {
        if (!attune_dsp_output(&strip->forms, strip->first + i, &strip->start[i], &strip->outputs[i])) {
            return 0;
        }
    }
    return 1;
}

/* The signs of as many channels from the strip's on as fit. */
static void signs_fill(const dsp_strip *strip) {
    const attune_call *call = strip->call;
    dsp_strip_signs *signs = strip->signs;
    int32_t taps = attune_record_filter_size(strip->record);
    int32_t all = attune_record_channels(strip->record);
    int32_t columns = smaller(DSP_STRIP_SIGN_WORDS / taps, (all - strip->first + 31) / 32);
    int32_t count = smaller(columns * 32, all - strip->first);
    uint32_t element = (uint32_t)strip->first;
    uint32_t number = element >> 5;
    uint32_t word = attune_word(number, call->seed_low, call->seed_high);
    signs->first = strip->first;
    signs->end = strip->first + columns * 32;
    for (int32_t tap = 0; tap < taps; tap++, element += (uint32_t)all) {
        uint32_t shift = element & 31;
        uint32_t *place = signs->words + tap;
        if (number != element >> 5) {
            number = element >> 5;
            word = attune_word(number, call->seed_low, call->seed_high);
        }
        *place = word >> shift;
        for (int32_t column = 1; column < columns; column++) {
            word = attune_word(++number, call->seed_low, call->seed_high);
            *place |= word << 1 << (31 - shift);
            place += taps;
            *place = word >> shift;
        }
        if ((int32_t)shift + count > columns * 32) {
            word = attune_word(++number, call->seed_low, call->seed_high);
            *place |= word << (32 - shift);
        }
    }
}

/* Doubled or not, into pairs of neighbouring channels. */
DSP_INLINE void tap_store(uint32_t even, uint32_t odd, int twice, uint32_t *tap) {
    uint32_t low = dsp_low_halves(even, odd);
    uint32_t high = dsp_high_halves(even, odd);
    tap[0] = twice ? dsp_twice(low) : low;
    tap[1] = twice ? dsp_twice(high) : high;
}

#define TWICE                                                                                                          \
    "sadd16 %[word], %[word], %[word]\n"                                                                               \
    "sadd16 %[odd], %[odd], %[odd]\n"
/* Every tap; twice: TWICE or nothing. */
#define PROBE_TAPS(twice)                                                                                              \
    __asm__ volatile("1:\n"                                                                                            \
                     "ldr %[even], [%[bits]], #4\n"                                                                    \
                     "ldr %[word], [%[weights]]\n"                                                                     \
                     "lsr %[even], %[even], %[shift]\n"                                                                \
                     "add %[weights], %[weights], %[all]\n"                                                            \
                     "bfi %[pairs], %[even], #3, #4\n"                                                                 \
                     "ldrd %[even], %[odd], [%[pairs]]\n"                                                              \
                     "sxtab16 %[even], %[even], %[word]\n"                                                             \
                     "sxtab16 %[odd], %[odd], %[word], ror #8\n"                                                       \
                     "pkhbt %[word], %[even], %[odd], lsl #16\n"                                                       \
                     "pkhtb %[odd], %[odd], %[even], asr #16\n" twice "strd %[word], %[odd], [%[tap]], #8\n"           \
                     "cmp %[tap], %[end]\n"                                                                            \
                     "bne 1b\n"                                                                                        \
                     : [bits] "+r"(bits), [weights] "+r"(weights), [tap] "+r"(tap), [pairs] "+r"(pairs),               \
                       [even] "=&r"(even), [odd] "=&r"(odd), [word] "=&r"(word)                                        \
                     : [shift] "r"(shift), [all] "r"(all), [end] "r"(end)                                              \
                     : "cc", "memory")

static void taps_probe(const dsp_strip *strip, int32_t taps, int twice) {
    const dsp_strip_signs *signs = strip->signs;
    int32_t all = attune_record_channels(strip->record);
    int32_t channel = strip->first - signs->first;
    int32_t shift = channel & 31;
    const uint32_t *bits = signs->words + channel / 32 * taps;
    const int8_t *weights = strip->call->parameters.weights + strip->first;
    const dsp_sign_pairs *pairs = attune_dsp_sign_pairs;
    uint32_t *tap = strip->taps;
    const uint32_t *end = tap + 2 * taps;
    uint32_t even, odd, word;
    if (twice) {
        PROBE_TAPS(TWICE);
    } else {
        PROBE_TAPS("");
    }
}

void attune_dsp_strip_prepare(dsp_strip *strip) {
    int32_t taps = attune_record_filter_size(strip->record);
    int32_t all = attune_record_channels(strip->record);
    int fast = strip_outputs(strip);
    if (!fast) {
        strip->finish = DSP_FINISH_ACCUMULATORS;
        memset(strip->start, 0, sizeof strip->start);
    }
    int probed = strip->call->mode & ATTUNE_RUN_PROBE_WEIGHTS;
    if (strip->count == DSP_STRIP_CHANNELS && strip->signs != NULL) {
        if (strip->first >= strip->signs->end) {
            signs_fill(strip);
        }
        taps_probe(strip, taps, fast);
    } else if (strip->finish == DSP_FINISH_ERRORS) {
        taps_shifted(strip, taps);
    } else if (strip->count == DSP_STRIP_CHANNELS && !probed) {
        const int8_t *weights = strip->call->parameters.weights + strip->first;
        for (int32_t tap = 0; tap < taps; tap++) {
            uint32_t word = dsp_load(weights);
            tap_store(dsp_even(word), dsp_odd(word), fast, strip->taps + 2 * tap);
            weights += all;
        }
    } else {
        for (int32_t tap = 0; tap < taps; tap++) {
            int16_t values[DSP_STRIP_CHANNELS] = {0};
            attune_filter_prepare(strip->call, tap * all + strip->first, strip->count, values);
            int32_t factor = fast ? 2 : 1;
            strip->taps[2 * tap] = dsp_pair(values[0] * factor, values[1] * factor);
            strip->taps[2 * tap + 1] = dsp_pair(values[2] * factor, values[3] * factor);
        }
    }
    strip->weights[0].rows = strip->weights[1].rows = 0;
}

/* Rows of taps, and the blocks of both. Field offsets are known to the assembly. */
typedef struct tap_rows {
    const uint32_t *tap;
    const uint32_t *next;
    int32_t tap_step; /* bytes */
    int32_t next_step;
    uint32_t *block;
    int32_t skip; /* bytes */
    int32_t count;
} tap_rows;

__attribute__((naked, noinline)) static void rows_write(const tap_rows *rows __attribute__((unused))) {
    __asm__ volatile("push {r4-r11, lr}\n"
                     "ldm r0, {r0-r6}\n"
                     "1:\n"
                     "ldrd r8, r9, [r0]\n"
                     "ldrd r10, r11, [r1]\n"
                     "add r0, r0, r2\n"
                     "add r1, r1, r3\n"
                     "subs r6, r6, #1\n"
                     "pkhtb r12, r10, r8, asr #16\n"
                     "pkhbt r8, r8, r10, lsl #16\n"
                     "pkhtb lr, r11, r9, asr #16\n"
                     "pkhbt r9, r9, r11, lsl #16\n"
                     "strd r8, r12, [r4]\n"
                     "strd r9, lr, [r4, #8]\n"
                     "add r4, r4, r5\n"
                     "bne 1b\n"
                     "pop {r4-r11, pc}\n");
}

void attune_dsp_strip_rows(dsp_strip *strip, dsp_strip_weights *weights, int32_t first) {
    static const uint32_t none[2];
    int32_t width = strip->record[ATTUNE_KERNEL_W];
    int32_t height = strip->record[ATTUNE_KERNEL_H];
    if (weights->first == first && weights->rows == strip->rows) {
        return;
    }
    weights->first = first;
    weights->rows = strip->rows;
    for (int32_t row = 0; row < strip->rows; row += 2) {
        uint32_t *block = weights->blocks + row / 2 * DSP_BLOCK_WORDS;
        int32_t skip = (strip->rows + 1) / 2 * DSP_BLOCK_WORDS;
        int32_t y = first + row;
        int32_t last = row + 1 == strip->rows;
        int above = y >= 0 && y < height;
        int below = y + 1 >= 0 && y + 1 < height && !last;
        const uint32_t *tap = above ? strip->taps + 2 * y * width : none;
        const uint32_t *next = below ? strip->taps + 2 * (y + 1) * width : none;
        int32_t tap_step = above ? 2 : 0;
        int32_t next_step = below ? 2 : 0;
        if (last) { /* as columns_fill_last has it */
            for (int32_t x = 0; x < width; x++) {
                block[0] = tap[0] & 0xffffu;
                block[1] = tap[0] >> 16;
                block[2] = tap[1] << 16;
                block[3] = tap[1] & 0xffff0000u;
                block += skip;
                tap += tap_step;
            }
            continue;
        }
        const tap_rows rows = {tap, next, tap_step * 4, next_step * 4, block, skip * 4, width};
        rows_write(&rows);
    }
}

#endif
