/* Sums and products of the patches of an image: the covariance that an input filter is solved from. */
#include "../core/simd.h"
#include "input_filter.h"

/* Patches taken in at a time; their elements lie on the stack. */
#define PATCHES 16

/* Element i of PATCHES patches side by side, those that are not there 0. first: the leftmost patch's top left pixel. */
static void gather(const int8_t *const *rows, int32_t kernel, int32_t channels, int32_t first, int32_t count,
                   int8_t (*patches)[PATCHES]) {
    for (int32_t c = 0; c < channels; c++) {
        for (int32_t y = 0; y < kernel; y++) {
            for (int32_t x = 0; x < kernel; x++) {
                const int8_t *from = rows[y] + (first + x) * channels + c;
                int8_t *to = patches[(c * kernel + y) * kernel + x];
                for (int32_t i = 0; i < PATCHES; i++) {
                    to[i] = i < count ? from[i * channels] : 0;
                }
            }
        }
    }
}

ATTUNE_INLINE void add(int64_t *sum, int32_t value) {
    /* Whatever stood there: unsigned addition has no overflow. */
    *sum = (int64_t)((uint64_t)*sum + (uint64_t)(int64_t)value);
}

ATTUNE_VECTOR
static void accumulate(int8_t (*patches)[PATCHES], int32_t elements, int64_t *sums, int64_t *products) {
    for (int32_t i = 0; i < elements; i++) {
        const int8_t *a = patches[i];
        int32_t sum = 0;
        for (int32_t n = 0; n < PATCHES; n++) {
            sum += a[n];
        }
        add(&sums[i], sum);
        for (int32_t j = 0; j <= i; j++) {
            const int8_t *b = patches[j];
            int32_t product = 0;
            for (int32_t n = 0; n < PATCHES; n++) {
                product += a[n] * b[n];
            }
            add(products++, product);
        }
    }
}

int32_t attune_patches_bytes(int32_t arena, int32_t record) {
    attune_memory *memory;
    const int32_t *words;
    int32_t elements;
    int32_t status = attune_input_filter_find(arena, record, &memory, &words, &elements);
    return status == ATTUNE_OK ? 8 * attune_patches_words(elements) : status;
}

/* Every patch that lies wholly inside an image. */
static void add_patches(const int32_t *record, const int8_t *input, int32_t elements, int64_t *sums) {
    const int32_t *shape = record + ATTUNE_INPUT_N;
    int32_t kernel = record[ATTUNE_KERNEL_H];
    int32_t channels = shape[3];
    int32_t across = shape[2] - kernel + 1;
    int8_t patches[ATTUNE_PATCH_ELEMENTS][PATCHES];
    for (int32_t image = 0; image < shape[0]; image++) {
        for (int32_t y = 0; y + kernel <= shape[1]; y++) {
            const int8_t *rows[7];
            for (int32_t i = 0; i < kernel; i++) {
                rows[i] = input + (int64_t)(image * shape[1] + y + i) * shape[2] * channels;
            }
            for (int32_t x = 0; x < across; x += PATCHES) {
                int32_t taken = across - x < PATCHES ? across - x : PATCHES;
                gather(rows, kernel, channels, x, taken, patches);
                add(sums, taken);
                accumulate(patches, elements, sums + 1, sums + 1 + elements);
            }
        }
    }
}

int32_t attune_patches_add(int32_t arena, int32_t record, int32_t binding, int32_t sums) {
    attune_memory *memory;
    const int32_t *words, *bound;
    int32_t elements;
    int32_t status = attune_input_filter_find(arena, record, &memory, &words, &elements);
    if (status != ATTUNE_OK) {
        return status;
    }
    status = attune_binding_find(memory, binding, &bound);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int32_t *shape = words + ATTUNE_INPUT_N;
    int32_t lines = bound[ATTUNE_BIND_INPUT_LINES];
    if (lines != 0 && lines != attune_record_lines(words, ATTUNE_INPUT_N)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    const attune_range ranges[3] = {
        {binding, ATTUNE_BINDING_WORDS * 4, 4, 0},
        {bound[ATTUNE_BIND_INPUT], (int64_t)shape[0] * shape[1] * shape[2] * shape[3], 1, 0},
        {sums, (int64_t)attune_patches_words(elements) * 8, 8, 1},
    };
    status = attune_ranges_use(memory, ranges, 3);
    if (status != ATTUNE_OK) {
        return status;
    }
    add_patches(words, (const int8_t *)memory->arena + bound[ATTUNE_BIND_INPUT], elements,
                (int64_t *)(void *)(memory->arena + sums));
    return ATTUNE_OK;
}
