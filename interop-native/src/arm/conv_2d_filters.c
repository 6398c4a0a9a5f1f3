/* The filters of a convolution as a stream of int16 pairs (conv_2d_s8.c), clean or with the signs of a probe. */
#include "../core/filters.h"
#include "conv_2d.h"
#include "signs.h"

#if defined(ATTUNE_DSP)

#include <stddef.h>

/* Weights widened at a time; a multiple of 4. */
#define PART 64
/* Generator words at a time. */
#define SIGN_WORDS 96
/* The same where they are shared by the filters of a tile. */
#define SIGN_BATCH 32

/* Generator words of the probed filters of a tile. */
typedef struct conv_signs {
    uint32_t words[SIGN_BATCH];
    int32_t count; /* words that are there */
    int32_t used;
    int32_t left; /* words after them */
    uint32_t next;
} conv_signs;

/* A pair of weights, or of twice the weights. */
DSP_INLINE uint32_t weight_pair(uint32_t pair, int twice) {
    return twice ? dsp_twice(pair) : pair;
}

/* One filter into every fourth word of the stream. */
static void filter_prepare(const dsp_window *window, int32_t channel, int twice, uint32_t *stream) {
    int32_t size = attune_record_filter_size(window->record);
    int16_t part[PART];
    for (int32_t segment = 0; segment < size; segment += window->length) {
        for (int32_t at = 0; at < window->length; at += PART) {
            int32_t count = window->length - at < PART ? window->length - at : PART;
            attune_filter_prepare(window->call, channel * size + segment + at, count, part);
            int32_t k = 0;
            for (; k + 4 <= count; k += 4) {
                *stream = weight_pair(dsp_pair(part[k], part[k + 2]), twice);
                stream[DSP_GROUP] = weight_pair(dsp_pair(part[k + 1], part[k + 3]), twice);
                stream += 2 * DSP_GROUP;
            }
            for (; k < count; k += 2) {
                *stream = weight_pair(dsp_pair(part[k], k + 1 < count ? part[k + 1] : 0), twice);
                stream += DSP_GROUP;
            }
        }
    }
}

/* One clean filter whose segments have any length. */
static void filter_prepare_clean(const int8_t *weights, int32_t size, int32_t length, uint32_t *stream) {
    const int8_t *end = weights + size;
    while (weights != end) {
        const int8_t *stop = weights + (length & ~3);
        for (; weights != stop; weights += 4) {
            uint32_t word = dsp_load(weights);
            stream[0] = dsp_twice(dsp_even(word));
            stream[DSP_GROUP] = dsp_twice(dsp_odd(word));
            stream += 2 * DSP_GROUP;
        }
        for (int32_t left = length & 3; left > 0; left -= 2) {
            *stream = dsp_pair(weights[0] * 2, left > 1 ? weights[1] * 2 : 0);
            stream += DSP_GROUP;
            weights += left > 1 ? 2 : 1;
        }
    }
}

/* Four weights with their signs. */
DSP_INLINE void probed_word(const int8_t *weights, dsp_sign_pairs signs, uint32_t *stream) {
    uint32_t word = dsp_load(weights);
    stream[0] = dsp_twice(dsp_widen_even(signs.even, word));
    stream[DSP_GROUP] = dsp_twice(dsp_widen_odd(signs.odd, word));
}

/* Four weights of a filter, whose signs are at a place of the table. */
#define PROBED(place)                                                                                                  \
    "uxtab %[even], %[table], " place "\n"                                                                             \
    "ldr %[word], [%[weights]], #4\n"                                                                                  \
    "ldrd %[even], %[odd], [%[even]]\n"                                                                                \
    "sxtab16 %[even], %[even], %[word]\n"                                                                              \
    "sxtab16 %[odd], %[odd], %[word], ror #8\n"                                                                        \
    "sadd16 %[even], %[even], %[even]\n"                                                                               \
    "sadd16 %[odd], %[odd], %[odd]\n"                                                                                  \
    "str %[even], [%[stream]], #16\n"                                                                                  \
    "str %[odd], [%[stream]], #16\n"
/* Eight, and on to the next filter after the last. */
#define PROBED_BYTE(ror)                                                                                               \
    PROBED("%[lower]" ror)                                                                                             \
    PROBED("%[upper]" ror)                                                                                             \
    "cmp %[weights], %[filter]\n"                                                                                      \
    "bne 2f\n"                                                                                                         \
    "sub %[stream], %[stream], %[back]\n"                                                                              \
    "add %[filter], %[filter], %[size]\n"                                                                              \
    "2:\n"

/* Four probed filters of size weights, a multiple of 8: they have whole words of signs. */
static __attribute__((noinline)) void filters_prepare_words(const attune_call *call, conv_signs *signs,
                                                            const int8_t *weights, int32_t size, uint32_t *stream) {
    const int8_t *filter = weights + size; /* end of the filter */
    int32_t back = size * 8 - 4;           /* bytes from after a filter to the next one's first word */
    for (int32_t left = size / 8, count; left > 0; left -= count) {
        if (signs->used == signs->count) {
            signs->count = signs->left < SIGN_BATCH ? signs->left : SIGN_BATCH;
            attune_dsp_words(call, signs->next, signs->count, signs->words);
            signs->next += (uint32_t)signs->count;
            signs->left -= signs->count;
            signs->used = 0;
        }
        count = signs->count - signs->used < left ? signs->count - signs->used : left;
        const uint32_t *words = signs->words + signs->used;
        signs->used += count;
        uint32_t lower, upper, even, odd, word;
        __asm__ volatile(
            "1:\n"
            "ldr %[upper], [%[words]], #4\n"
            "lsl %[lower], %[upper], #3\n"
            "and %[lower], %[lower], %[places]\n"
            "lsr %[upper], %[upper], #1\n"
            "and %[upper], %[upper], %[places]\n" PROBED_BYTE("") PROBED_BYTE(", ror #8") PROBED_BYTE(", ror #16")
                PROBED_BYTE(", ror #24") "cmp %[words], %[end]\n"
                                         "bne 1b\n"
            : [weights] "+r"(weights), [stream] "+r"(stream), [filter] "+r"(filter), [words] "+r"(words),
              [lower] "=&r"(lower), [upper] "=&r"(upper), [even] "=&r"(even), [odd] "=&r"(odd), [word] "=&r"(word)
            : [table] "r"(attune_dsp_sign_pairs), [size] "r"(size), [back] "r"(back), [end] "r"(words + count),
              [places] "i"(DSP_SIGN_PLACES)
            : "cc", "memory");
    }
}

/* Four probed filters whose segments have any length, as far as their signs fit; returns whether they do. */
static __attribute__((noinline)) int filters_prepare_segments(const attune_call *call, int32_t channel, int32_t size,
                                                              int32_t length, uint32_t *stream) {
    uint32_t words[SIGN_WORDS + 1];
    const uint8_t *bytes = (const uint8_t *)words;
    const dsp_sign_pairs *pairs = attune_dsp_sign_pairs;
    const int8_t *weights = call->parameters.weights + channel * size;
    uint32_t element = (uint32_t)(channel * size);
    uint32_t at = element & 31; /* bit of words */
    int32_t count = ((int32_t)at + DSP_GROUP * size + 31) / 32;
    if (count > SIGN_WORDS) {
        return 0;
    }
    attune_dsp_words(call, element >> 5, count, words);
    for (int32_t i = 0; i < DSP_GROUP; i++) {
        uint32_t *place = stream + i;
        for (const int8_t *end = weights + size; weights != end;) {
            const int8_t *stop = weights + length;
            while (stop - weights >= 4) {
                uint32_t bits = dsp_load(bytes + (at >> 3)) >> (at & 7);
                int32_t whole = (int32_t)(stop - weights) & ~3;
                const int8_t *part = weights + (whole < 24 ? whole : 24);
                at += (uint32_t)(part - weights);
#pragma GCC unroll 1
                while (weights != part) {
                    pairs = dsp_signs_insert(pairs, bits);
                    probed_word(weights, *pairs, place);
                    place += 2 * DSP_GROUP;
                    weights += 4;
                    bits >>= 4;
                }
            }
#pragma GCC unroll 1
            for (int32_t left = (int32_t)(stop - weights); left > 0; left -= 2) {
                uint32_t bits = dsp_load(bytes + (at >> 3)) >> (at & 7);
                int32_t first = weights[0] + 1 - 2 * (int32_t)(bits & 1);
                int32_t second = left > 1 ? weights[1] + 1 - (int32_t)(bits & 2) : 0;
                *place = dsp_pair(2 * first, 2 * second);
                place += DSP_GROUP;
                weights += left > 1 ? 2 : 1;
                at += left > 1 ? 2 : 1;
            }
        }
    }
    return 1;
}

/* Four clean filters of size bytes, a multiple of 4 and of whole segments. */
static void filters_prepare_clean(const int8_t *weights, int32_t size, uint32_t *stream) {
    const int8_t *weights1 = weights + size;
    const int8_t *weights2 = weights1 + size;
    const int8_t *weights3 = weights2 + size;
    for (int32_t k = 0; k < size; k += 4) {
        uint32_t word0 = dsp_load(weights + k);
        uint32_t word1 = dsp_load(weights1 + k);
        uint32_t word2 = dsp_load(weights2 + k);
        uint32_t word3 = dsp_load(weights3 + k);
        uint32_t odd0 = dsp_odd(word0);
        uint32_t odd1 = dsp_odd(word1);
        uint32_t odd2 = dsp_odd(word2);
        uint32_t odd3 = dsp_odd(word3);
        word0 = dsp_even(word0);
        word1 = dsp_even(word1);
        word2 = dsp_even(word2);
        word3 = dsp_even(word3);
        stream[0] = dsp_twice(word0);
        stream[1] = dsp_twice(word1);
        stream[2] = dsp_twice(word2);
        stream[3] = dsp_twice(word3);
        stream[4] = dsp_twice(odd0);
        stream[5] = dsp_twice(odd1);
        stream[6] = dsp_twice(odd2);
        stream[7] = dsp_twice(odd3);
        stream += 8;
    }
}

/* The filters of channels first .. first + count - 1, count <= 4. Returns 0 if a channel has no output form and
 * `accumulators` is not set. */
static int group_prepare(const dsp_window *window, conv_signs *signs, int32_t first, int32_t count, int accumulators,
                         uint32_t *stream) {
    uint32_t *weights = stream + DSP_GROUP;
    dsp_output *outputs = (dsp_output *)(void *)(weights + DSP_GROUP * window->pairs);
    int32_t size = attune_record_filter_size(window->record);
    for (int32_t i = 0; i < DSP_GROUP; i++) {
        int32_t bias = 0;
        if (!accumulators && !attune_dsp_output(&window->outputs, first + i, &bias, &outputs[i])) {
            return 0;
        }
        stream[i] = (uint32_t)bias;
    }
    const attune_call *call = window->call;
    int probed = call->mode & ATTUNE_RUN_PROBE_WEIGHTS;
    const int8_t *source = call->parameters.weights + first * size;
    if (!accumulators && !probed && window->length % 4 == 0) {
        filters_prepare_clean(source, size, weights);
        return 1;
    }
    if (!accumulators && probed && window->length % 4 == 0 && size % 8 == 0 && first % DSP_GROUP == 0) {
        filters_prepare_words(call, signs, source, size, weights);
        return 1;
    }
    if (!accumulators && probed && filters_prepare_segments(call, first, size, window->length, weights)) {
        return 1;
    }
    if (!accumulators && !probed) {
        for (int32_t i = 0; i < DSP_GROUP; i++) {
            filter_prepare_clean(call->parameters.weights + (first + i) * size, size, window->length, weights + i);
        }
        return 1;
    }
    for (int32_t i = 0; i < DSP_GROUP; i++) {
        if (i < count) {
            filter_prepare(window, first + i, !accumulators, weights + i);
        } else {
            for (int32_t pair = 0; pair < window->pairs; pair++) {
                weights[pair * DSP_GROUP + i] = 0;
            }
        }
    }
    return 1;
}

void attune_dsp_tile_prepare(const dsp_window *window, int32_t first, int32_t channels, int32_t capacity,
                             dsp_tile *tile) {
    int32_t words = DSP_STREAM_WORDS(window->pairs);
    dsp_finish finish = attune_dsp_finish(window->call);
    if (finish == DSP_FINISH_NODES && capacity > DSP_SIGN_GROUPS) {
        capacity = DSP_SIGN_GROUPS;
    }
    tile->first = first;
    tile->groups = 0;
    tile->finish = finish;
    if (finish != DSP_FINISH_ACCUMULATORS) {
        int32_t whole = channels / DSP_GROUP;
        int32_t fit = whole < capacity ? whole : capacity;
        int32_t size = attune_record_filter_size(window->record);
        conv_signs signs;
        signs.count = signs.used = 0;
        signs.left = fit * (size / 8);
        signs.next = (uint32_t)(first * size) >> 5;
        while (tile->groups < fit && group_prepare(window, &signs, first + tile->groups * DSP_GROUP, DSP_GROUP, 0,
                                                   tile->stream + tile->groups * words)) {
            tile->groups++;
        }
        tile->count = tile->groups * DSP_GROUP;
        if (tile->groups > 0) {
            return;
        }
        channels = channels < DSP_GROUP ? channels : DSP_GROUP;
    }
    tile->finish = DSP_FINISH_ACCUMULATORS;
    int32_t largest = capacity * DSP_GROUP < ATTUNE_CHANNEL_BLOCK ? capacity * DSP_GROUP : ATTUNE_CHANNEL_BLOCK;
    tile->count = channels < largest ? channels : largest;
    for (; tile->groups * DSP_GROUP < tile->count; tile->groups++) {
        int32_t done = tile->groups * DSP_GROUP;
        int32_t count = tile->count - done < DSP_GROUP ? tile->count - done : DSP_GROUP;
        group_prepare(window, NULL, first + done, count, 1, tile->stream + tile->groups * words);
    }
}

#endif
