/* Four errors or values a word: byte-wise sums, differences and choices. */
#include "error_twins.h"

#include "../dsp.h"
#include "gradient.h"

#if defined(ATTUNE_DSP)

/* --- Magnitudes --------------------------------------------------------------------------------------------------- */

enum { USE_BLOCK = 64 };

/* Magnitudes of four values. */
DSP_INLINE uint32_t magnitudes(uint32_t word) {
    uint32_t negative;
    __asm__("ssub8 %[negative], %[zero], %[word]\n"
            "sel %[word], %[negative], %[word]\n"
            : [negative] "=&r"(negative), [word] "+r"(word)
            : [zero] "r"(0));
    return word;
}

/* The larger of each byte. */
DSP_INLINE uint32_t larger_bytes(uint32_t a, uint32_t b) {
    uint32_t difference;
    __asm__("usub8 %[difference], %[a], %[b]\n"
            "sel %[b], %[a], %[b]\n"
            : [difference] "=&r"(difference), [b] "+r"(b)
            : [a] "r"(a));
    return b;
}

DSP_INLINE uint32_t bytes_add(uint32_t word, uint32_t sum) {
    __asm__("usada8 %[sum], %[word], %[zero], %[sum]\n" : [sum] "+r"(sum) : [word] "r"(word), [zero] "r"(0));
    return sum;
}

static int32_t largest_byte(uint32_t word) {
    uint32_t two = larger_bytes(word, word >> 16);
    return (int32_t)(larger_bytes(two, two >> 8) & 255);
}

/* Bytes of 127 and more, as 1. */
DSP_INLINE uint32_t saturated_bytes(uint32_t word) {
    uint32_t difference;
    __asm__("usub8 %[difference], %[word], %[limit]\n"
            "sel %[word], %[one], %[zero]\n"
            : [difference] "=&r"(difference), [word] "+r"(word)
            : [limit] "r"(0x7f7f7f7fu), [one] "r"(0x01010101u), [zero] "r"(0));
    return word;
}

static int32_t use_add(const int8_t *error, int32_t count, attune_error_use *use) {
    const int8_t *end = error + (count & -4);
    uint32_t sum = 0;
    uint32_t saturated = 0;
    while (error != end) {
        const int8_t *block = error;
        const int8_t *stop = end - error < USE_BLOCK ? end : error + USE_BLOCK;
        uint32_t largest = 0;
#pragma GCC unroll 4
        for (; error != stop; error += 4) {
            uint32_t word = magnitudes(dsp_load(error));
            sum = bytes_add(word, sum);
            largest = larger_bytes(word, largest);
        }
        int32_t most = largest_byte(largest);
        use->largest = most > use->largest ? most : use->largest;
        for (; most >= 127 && block != error; block += 4) {
            saturated = bytes_add(saturated_bytes(magnitudes(dsp_load(block))), saturated);
        }
    }
    use->sum += (int32_t)sum;
    use->saturated += (int32_t)saturated;
    return count & -4;
}

static int32_t largest_of(const int8_t *values, int32_t count, int32_t *largest) {
    const int8_t *end = values + (count & -4);
    uint32_t bytes = 0;
#pragma GCC unroll 4
    for (; values != end; values += 4) {
        bytes = larger_bytes(magnitudes(dsp_load(values)), bytes);
    }
    int32_t most = largest_byte(bytes);
    *largest = most > *largest ? most : *largest;
    return count & -4;
}

/* --- Masks -------------------------------------------------------------------------------------------------------- */

/* bits where a byte's distance from `first` is at most `span`, else 0. */
DSP_INLINE uint32_t chosen(uint32_t word, uint32_t first, uint32_t span, uint32_t bits) {
    __asm__("usub8 %[word], %[word], %[first]\n"
            "usub8 %[word], %[span], %[word]\n"
            "sel %[word], %[bits], %[zero]\n"
            : [word] "+r"(word)
            : [first] "r"(first), [span] "r"(span), [bits] "r"(bits), [zero] "r"(0));
    return word;
}

/* The bits of eight values. */
DSP_INLINE uint32_t eight_bits(const int8_t *values, uint32_t first, uint32_t span) {
    uint32_t low = chosen(dsp_load(values), first, span, 0x08040201u);
    uint32_t high = chosen(dsp_load(values + 4), first, span, 0x80402010u);
    uint32_t bits;
    __asm__("usad8 %[bits], %[low], %[zero]\n"
            "usada8 %[bits], %[high], %[zero], %[bits]\n"
            : [bits] "=&r"(bits)
            : [low] "r"(low), [high] "r"(high), [zero] "r"(0));
    return bits;
}

static int32_t mask_write(const int8_t *values, int32_t count, int32_t low, int32_t high, uint32_t *mask) {
    if (high - low < 2) {
        return 0;
    }
    uint32_t first = 0x01010101u * (uint32_t)((low + 1) & 255);
    uint32_t span = 0x01010101u * (uint32_t)(high - low - 2);
    const int8_t *end = values + (count & -32);
    for (; values != end; values += 32) {
        uint32_t word = eight_bits(values, first, span);
        word |= eight_bits(values + 8, first, span) << 8;
        word |= eight_bits(values + 16, first, span) << 16;
        word |= eight_bits(values + 24, first, span) << 24;
        *mask++ = word;
    }
    return count & -32;
}

/* Bytes of four bits. */
static const uint32_t spread[16] = {
    0x00000000u, 0x000000ffu, 0x0000ff00u, 0x0000ffffu, 0x00ff0000u, 0x00ff00ffu, 0x00ffff00u, 0x00ffffffu,
    0xff000000u, 0xff0000ffu, 0xff00ff00u, 0xff00ffffu, 0xffff0000u, 0xffff00ffu, 0xffffff00u, 0xffffffffu,
};

static int32_t mask_apply(const uint32_t *mask, int32_t count, int8_t *error) {
    const int8_t *end = error + (count & -32);
    while (error != end) {
        uint32_t bits = *mask++;
#pragma GCC unroll 8
        for (int32_t i = 0; i < 32; i += 4) {
            uint32_t word = dsp_load(error + i) & spread[bits >> i & 15];
            memcpy(error + i, &word, 4);
        }
        error += 32;
    }
    return count & -32;
}

/* --- Sums --------------------------------------------------------------------------------------------------------- */

/* Positions whose sums of int8 stay in int16. */
enum { SUM_POSITIONS = 256 };

static int32_t sums_add(const int8_t *error, int32_t positions, int32_t channels, int32_t count, int32_t *sums) {
    for (int32_t c = 0; c + 4 <= count; c += 4) {
        const int8_t *at = error + c;
        for (int32_t left = positions, some; left > 0; left -= some) {
            some = left < SUM_POSITIONS ? left : SUM_POSITIONS;
            uint32_t even = 0;
            uint32_t odd = 0;
#pragma GCC unroll 4
            for (int32_t p = 0; p < some; p++) {
                uint32_t word = dsp_load(at);
                even = dsp_widen_even(even, word);
                odd = dsp_widen_odd(odd, word);
                at += channels;
            }
            sums[c] += (int16_t)even;
            sums[c + 1] += (int16_t)odd;
            sums[c + 2] += (int32_t)even >> 16;
            sums[c + 3] += (int32_t)odd >> 16;
        }
    }
    return count & ~3;
}

static int32_t norms_add(const int8_t *error, int32_t positions, int32_t channels, int32_t count, int32_t *sums) {
    for (int32_t c = 0; c + 4 <= count; c += 4) {
        const int8_t *at = error + c;
        for (int32_t left = positions, some; left > 0; left -= some) {
            some = left < SUM_POSITIONS ? left : SUM_POSITIONS;
            uint32_t even = 0;
            uint32_t odd = 0;
#pragma GCC unroll 4
            for (int32_t p = 0; p < some; p++) {
                uint32_t word = magnitudes(dsp_load(at));
                __asm__("uxtab16 %0, %0, %1" : "+r"(even) : "r"(word));
                __asm__("uxtab16 %0, %0, %1, ror #8" : "+r"(odd) : "r"(word));
                at += channels;
            }
            sums[c] += (int32_t)(even & 0xffffu);
            sums[c + 1] += (int32_t)(odd & 0xffffu);
            sums[c + 2] += (int32_t)(even >> 16);
            sums[c + 3] += (int32_t)(odd >> 16);
        }
    }
    return count & ~3;
}

/* --- Tables ------------------------------------------------------------------------------------------------------- */

static int32_t look_up(const int8_t *error, int32_t count, const int32_t *parts, int32_t *carry, int8_t *result) {
    const int8_t *end = error + count;
    int32_t sum, value;
    __asm__ volatile(
        "1:\n"
        "ldrsb %[sum], [%[error]], #1\n"
        "ldr %[value], [%[carry]]\n"
        "ldr %[sum], [%[parts], %[sum], lsl #2]\n"
        "cmp %[error], %[end]\n"
        "add %[sum], %[sum], %[value]\n"
        "ssat %[value], #8, %[sum], asr #8\n"
        "uxtb %[sum], %[sum]\n"
        "strb %[value], [%[result]], #1\n"
        "str %[sum], [%[carry]], #4\n"
        "bne 1b\n"
        : [sum] "=&r"(sum), [value] "=&r"(value), [error] "+r"(error), [carry] "+r"(carry), [result] "+r"(result)
        : [parts] "r"(parts + 128), [end] "r"(end)
        : "cc", "memory");
    return count;
}

/* --- Gradients ---------------------------------------------------------------------------------------------------- */

static int32_t gradient_add(const attune_error_gradient *gradient) {
    switch (gradient->record[ATTUNE_OPERATOR]) {
    case ATTUNE_CONV_2D:
        return attune_dsp_gradient_products(gradient);
    case ATTUNE_DEPTHWISE_CONV_2D:
        return attune_dsp_gradient_taps(gradient);
    default:
        return 0;
    }
}

const attune_error_twins attune_dsp_error_twins = {
    .use = use_add,
    .largest = largest_of,
    .mask_write = mask_write,
    .mask_apply = mask_apply,
    .sums_add = sums_add,
    .norms_add = norms_add,
    .transpose = attune_dsp_transpose,
    .look_up = look_up,
    .gradient = gradient_add,
};

#endif
