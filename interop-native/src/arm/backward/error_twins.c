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

#define MAGNITUDE_ADD(word)                                                                                            \
    "ssub8 %[other], %[zero], " word "\n"                                                                              \
    "sel " word ", %[other], " word "\n"                                                                               \
    "usub8 %[other], " word ", %[largest]\n"                                                                           \
    "usada8 %[sum], " word ", %[zero], %[sum]\n"                                                                       \
    "sel %[largest], " word ", %[largest]\n"

/* Adds the magnitudes of 32-byte parts, which are aligned. Returns the largest of them, in each of four columns. */
DSP_INLINE uint32_t parts_add(const int8_t *at, const int8_t *end, uint32_t *sum) {
    uint32_t largest = 0;
    uint32_t other;
    __asm__ volatile("1:\n"
                     "ldm %[at]!, {r4, r5, r6, r8}\n" MAGNITUDE_ADD("r4") MAGNITUDE_ADD("r5") MAGNITUDE_ADD("r6")
                         MAGNITUDE_ADD("r8") "ldm %[at]!, {r4, r5, r6, r8}\n"
                                             "cmp %[at], %[end]\n" MAGNITUDE_ADD("r4") MAGNITUDE_ADD("r5")
                                                 MAGNITUDE_ADD("r6") MAGNITUDE_ADD("r8") "bne 1b\n"
                     : [at] "+&r"(at), [sum] "+&r"(*sum), [largest] "+&r"(largest), [other] "=&r"(other)
                     : [end] "r"(end), [zero] "r"(0)
                     : "r4", "r5", "r6", "r8", "cc", "memory");
    return largest;
}

/* The same of words. */
static uint32_t words_add(const int8_t *at, const int8_t *end, uint32_t *sum) {
    uint32_t largest = 0;
    for (; at != end; at += 4) {
        uint32_t word = magnitudes(dsp_load(at));
        *sum = bytes_add(word, *sum);
        largest = larger_bytes(word, largest);
    }
    return largest;
}

static int32_t use_add(const int8_t *error, int32_t count, attune_error_use *use) {
    const int8_t *end = error + (count & -4);
    uint32_t sum = 0;
    uint32_t saturated = 0;
    while (error != end) {
        const int8_t *block = error;
        int whole = ((uintptr_t)error & 3) == 0 && end - error >= USE_BLOCK;
        error += end - error < USE_BLOCK ? end - error : USE_BLOCK;
        int32_t most = largest_byte(whole ? parts_add(block, error, &sum) : words_add(block, error, &sum));
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

#define CHOSEN(word, bits)                                                                                             \
    "usub8 " word ", " word ", %[first]\n"                                                                             \
    "usub8 " word ", %[span], " word "\n"                                                                              \
    "sel " word ", " bits ", %[zero]\n"

/* The bits of sixteen values, which are aligned, into bits 0..7 of two registers. */
#define SIXTEEN(low, high)                                                                                             \
    "ldm %[values]!, {r4, r5, r6, r8}\n" CHOSEN("r4", "%[lower]") CHOSEN("r5", "%[upper]") CHOSEN("r6", "%[lower]")    \
        CHOSEN("r8", "%[upper]") "usad8 " low ", r4, %[zero]\n"                                                        \
                                 "usad8 " high ", r6, %[zero]\n"                                                       \
                                 "usada8 " low ", r5, %[zero], " low "\n"                                              \
                                 "usada8 " high ", r8, %[zero], " high "\n"

DSP_INLINE uint32_t word_write(const int8_t *values, uint32_t first, uint32_t span) {
    uint32_t word, next;
    __asm__ volatile(
        SIXTEEN("%[word]", "%[next]") "orr %[word], %[word], %[next], lsl #8\n" SIXTEEN(
            "%[next]", "r4") "orr %[word], %[word], %[next], lsl #16\n"
                             "orr %[word], %[word], r4, lsl #24\n"
        : [values] "+&r"(values), [word] "=&r"(word), [next] "=&r"(next)
        : [first] "r"(first), [span] "r"(span), [lower] "r"(0x08040201u), [upper] "r"(0x80402010u), [zero] "r"(0)
        : "r4", "r5", "r6", "r8", "memory");
    return word;
}

static int32_t mask_write(const int8_t *values, int32_t count, int32_t low, int32_t high, uint32_t *mask) {
    if (high - low < 2) {
        return 0;
    }
    uint32_t first = 0x01010101u * (uint32_t)((low + 1) & 255);
    uint32_t span = 0x01010101u * (uint32_t)(high - low - 2);
    const int8_t *end = values + (count & -32);
    int aligned = ((uintptr_t)values & 3) == 0;
    for (; aligned && values != end; values += 32) {
        *mask++ = word_write(values, first, span);
    }
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

#define APPLY(word, bit)                                                                                               \
    "ubfx r9, %[bits], #" bit ", #4\n"                                                                                 \
    "ldr r9, [%[spread], r9, lsl #2]\n"                                                                                \
    "and " word ", " word ", r9\n"

/* One word of the mask to 32 errors, which are aligned. */
DSP_INLINE int8_t *word_apply(uint32_t bits, int8_t *error) {
    __asm__ volatile("ldm %[error], {r4, r5, r6, r8}\n" APPLY("r4", "0") APPLY("r5", "4") APPLY("r6", "8")
                         APPLY("r8", "12") "stm %[error]!, {r4, r5, r6, r8}\n"
                                           "ldm %[error], {r4, r5, r6, r8}\n" APPLY("r4", "16") APPLY("r5", "20")
                                               APPLY("r6", "24") APPLY("r8", "28") "stm %[error]!, {r4, r5, r6, r8}\n"
                     : [error] "+&r"(error)
                     : [bits] "r"(bits), [spread] "r"(spread)
                     : "r4", "r5", "r6", "r8", "r9", "memory");
    return error;
}

static int32_t mask_apply(const uint32_t *mask, int32_t count, int8_t *error) {
    const int8_t *end = error + (count & -32);
    if (((uintptr_t)error & 3) == 0) {
        while (error != end) {
            error = word_apply(*mask++, error);
        }
    }
    while (error != end) {
        uint32_t bits = *mask++;
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

#define SUM(place)                                                                                                     \
    "ldr %[word], " place "\n"                                                                                         \
    "sxtab16 %[even], %[even], %[word]\n"                                                                              \
    "sxtab16 %[odd], %[odd], %[word], ror #8\n"

/* Adds four channels of some positions, which have so many channels, to their sums. */
DSP_INLINE void positions_add(const int8_t *at, int32_t positions, int32_t channels, int32_t *sums) {
    uint32_t even = 0;
    uint32_t odd = 0;
    if (positions >= 4) {
        const int8_t *end = at + (positions & ~3) * channels;
        uint32_t word;
        __asm__ volatile("1:\n" SUM("[%[at]]") SUM("[%[at], %[step]]") SUM("[%[at], %[step], lsl #1]")
                             SUM("[%[at], %[three]]") "add %[at], %[at], %[step], lsl #2\n"
                                                      "cmp %[at], %[end]\n"
                                                      "bne 1b\n"
                         : [at] "+&r"(at), [even] "+&r"(even), [odd] "+&r"(odd), [word] "=&r"(word)
                         : [step] "r"(channels), [three] "r"(3 * channels), [end] "r"(end)
                         : "cc", "memory");
    }
    for (int32_t p = positions & 3; p > 0; p--) {
        uint32_t word = dsp_load(at);
        even = dsp_widen_even(even, word);
        odd = dsp_widen_odd(odd, word);
        at += channels;
    }
    sums[0] += (int16_t)even;
    sums[1] += (int16_t)odd;
    sums[2] += (int32_t)even >> 16;
    sums[3] += (int32_t)odd >> 16;
}

static int32_t sums_add(const int8_t *error, int32_t positions, int32_t channels, int32_t count, int32_t *sums) {
    for (int32_t c = 0; c + 4 <= count; c += 4) {
        const int8_t *at = error + c;
        for (int32_t left = positions, some; left > 0; left -= some) {
            some = left < SUM_POSITIONS ? left : SUM_POSITIONS;
            positions_add(at, some, channels, sums + c);
            at += some * channels;
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
    .phase = attune_dsp_phase,
    .look_up = attune_dsp_look_up,
    .merge = attune_dsp_merge,
    .gradient = gradient_add,
};

#endif
