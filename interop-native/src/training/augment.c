/* Augmentation of a sample in place, from a seed. */
#include "../core/fixed_point.h"
#include "../core/signs.h"
#include "../memory/ranges.h"

#include <string.h>

#define LARGEST_DIMENSION 65535
#define LARGEST_SAMPLE (1 << 26)
#define LARGEST_GAIN 255

/* Numbers of the seed's words. */
enum { WORD_FLIP, WORD_DOWN, WORD_RIGHT, WORD_TIME, WORD_GAIN };

typedef struct picture {
    int8_t *values;
    int32_t height;
    int32_t width;
    int32_t channels;
} picture;

typedef struct seed {
    uint32_t low;
    uint32_t high;
} seed;

/* A uniform number of -most..most. */
static int32_t draw(const seed *of, uint32_t word, int32_t most) {
    uint64_t scaled = (uint64_t)attune_word(word, of->low, of->high) * (uint32_t)(2 * most + 1);
    return (int32_t)(scaled >> 32) - most;
}

static void mirror(const picture *image) {
    int32_t channels = image->channels;
    for (int32_t y = 0; y < image->height; y++) {
        int8_t *left = image->values + (int64_t)y * image->width * channels;
        int8_t *right = left + (int64_t)(image->width - 1) * channels;
        for (; left < right; left += channels, right -= channels) {
            for (int32_t c = 0; c < channels; c++) {
                int8_t value = left[c];
                left[c] = right[c];
                right[c] = value;
            }
        }
    }
}

/* Moves a line to the right, from its place to another, which may be the same. */
static void move_line(const picture *image, const int8_t *from, int8_t *to, int32_t right) {
    int64_t pixel = image->channels;
    int32_t gap = right < 0 ? -right : right;
    int64_t kept = (image->width - gap) * pixel;
    memmove(to + (right > 0 ? gap * pixel : 0), from + (right < 0 ? gap * pixel : 0), (size_t)kept);
    int8_t *first_new = right > 0 ? to : to + kept;
    const int8_t *edge = right > 0 ? to + gap * pixel : to + kept - pixel;
    for (int32_t i = 0; i < gap; i++) {
        memcpy(first_new + i * pixel, edge, (size_t)pixel);
    }
}

/* |down| < height, |right| < width. Lines are visited so that none is read after it has been written. */
static void move(const picture *image, int32_t down, int32_t right) {
    int64_t line = (int64_t)image->width * image->channels;
    for (int32_t i = 0; i < image->height; i++) {
        int32_t y = down > 0 ? image->height - 1 - i : i;
        int32_t from = attune_clamp(y - down, 0, image->height - 1);
        move_line(image, image->values + from * line, image->values + y * line, right);
    }
}

static void amplify(const picture *image, int32_t zero_point, int32_t gain) {
    int8_t table[256];
    for (int32_t x = -128; x < 128; x++) {
        int32_t product = (x - zero_point) * (256 + gain);
        int32_t magnitude = ((product < 0 ? -product : product) + 128) / 256;
        int32_t moved = zero_point + (product < 0 ? -magnitude : magnitude);
        table[x + 128] = (int8_t)attune_clamp(moved, -128, 127);
    }
    int64_t count = (int64_t)image->height * image->width * image->channels;
    for (int64_t i = 0; i < count; i++) {
        image->values[i] = table[image->values[i] + 128];
    }
}

static int32_t is_dimension(int32_t value) {
    return value >= 1 && value <= LARGEST_DIMENSION;
}

int32_t attune_augment(int32_t arena, int32_t offset, int32_t height, int32_t width, int32_t channels,
                       int32_t zero_point, int32_t flip, int32_t shift, int32_t time_shift, int32_t gain,
                       uint32_t seed_low, uint32_t seed_high) {
    attune_memory *memory = attune_memory_find(arena);
    if (memory == NULL) {
        return ATTUNE_ERROR_HANDLE;
    }
    if (!is_dimension(height) || !is_dimension(width) || !is_dimension(channels)) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int64_t bytes = (int64_t)height * width * channels;
    int32_t shorter = height < width ? height : width;
    int32_t longer = height < width ? width : height;
    if (bytes > LARGEST_SAMPLE || zero_point < -128 || zero_point > 127 || flip < 0 || flip > 1 || shift < 0 ||
        shift >= shorter || time_shift < 0 || time_shift >= longer || (time_shift > 0 && shorter > 1) || gain < 0 ||
        gain > LARGEST_GAIN) {
        return ATTUNE_ERROR_ARGUMENT;
    }
    int32_t status = attune_arena_range(memory, offset, bytes, 1);
    if (status != ATTUNE_OK) {
        return status;
    }
    attune_touch(memory, offset, bytes);

    picture image = {(int8_t *)memory->arena + offset, height, width, channels};
    seed of = {seed_low, seed_high};
    if (flip && attune_word(WORD_FLIP, seed_low, seed_high) >> 31) {
        mirror(&image);
    }
    if (shift > 0) {
        move(&image, draw(&of, WORD_DOWN, shift), draw(&of, WORD_RIGHT, shift));
    }
    if (time_shift > 0) {
        int32_t by = draw(&of, WORD_TIME, time_shift);
        move(&image, height > 1 ? by : 0, height > 1 ? 0 : by);
    }
    if (gain > 0) {
        amplify(&image, zero_point, draw(&of, WORD_GAIN, gain));
    }
    return ATTUNE_OK;
}
