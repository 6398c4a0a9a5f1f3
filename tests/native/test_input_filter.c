/* Patches and the filter solved from them, against plain double computations from the definitions. */
#include "check.h"
#include "core/exp_log.h"
#include "memory/memory.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MODEL_BYTES = 1 << 14, ARENA_BYTES = 1 << 20, RECORD = 128, BINDING = 64, LARGEST = ATTUNE_PATCH_ELEMENTS };

typedef struct filter_case {
    int32_t arena;
    uint8_t *bytes;
    int32_t record[ATTUNE_RECORD_WORDS];
    int32_t binding[ATTUNE_BINDING_WORDS];
    float spectrum[LARGEST];
    int32_t kernel, channels, elements, height, width;
    int32_t used;
    int32_t sums, scratch, weights, rescale, bias;
} filter_case;

static int32_t place(filter_case *test, int32_t bytes) {
    int32_t at = test->used;
    test->used = (at + bytes + 15) / 16 * 16;
    return at;
}

static void record_write(filter_case *test) {
    attune_model_write(test->arena, RECORD, (const uint8_t *)test->record, 0, sizeof test->record);
}

static void filter_open(filter_case *test, int32_t kernel, int32_t channels, int32_t images, int32_t height,
                        int32_t width) {
    memset(test, 0, sizeof *test);
    test->kernel = kernel;
    test->channels = channels;
    test->elements = channels * kernel * kernel;
    test->height = height;
    test->width = width;
    int32_t *record = test->record;
    const int32_t shape[4] = {images, height, width, channels};
    memcpy(record + ATTUNE_INPUT_N, shape, sizeof shape);
    memcpy(record + ATTUNE_OUTPUT_N, shape, sizeof shape);
    record[ATTUNE_OPERATOR] = ATTUNE_CONV_2D;
    record[ATTUNE_INPUT2] = -1;
    record[ATTUNE_BLOCK] = -1;
    record[ATTUNE_GROUPS] = 1;
    for (int axis = 0; axis < 2; axis++) {
        record[ATTUNE_KERNEL_H + axis] = kernel;
        record[ATTUNE_STRIDE_H + axis] = record[ATTUNE_DILATION_H + axis] = 1;
        record[ATTUNE_PAD_TOP + axis] = kernel / 2;
    }
    record[ATTUNE_INPUT_ZERO] = record[ATTUNE_OUTPUT_ZERO] = random_between(-128, 127);
    record[ATTUNE_ACT_MIN] = -128;
    record[ATTUNE_ACT_MAX] = 127;
    record[ATTUNE_WEIGHTS] = 512;
    record[ATTUNE_SPECTRUM] = 8192;
    record[ATTUNE_MULTIPLIERS] = record[ATTUNE_SHIFTS] = 4096; /* zeros */
    record[ATTUNE_BIAS] = record[ATTUNE_SCALES] = record[ATTUNE_STATISTICS] = -1;
    test->arena = attune_arena_open(ARENA_BYTES);
    test->bytes = attune_memory_find(test->arena)->arena;
    attune_model_open(test->arena, MODEL_BYTES);
    record_write(test);
    CHECK_EQUAL(attune_layer_check(test->arena, RECORD), ATTUNE_OK);
    test->used = 1024;
    for (int word = 0; word < ATTUNE_BINDING_WORDS; word++) {
        test->binding[word] = -1;
    }
    test->binding[ATTUNE_BIND_INPUT_LINES] = 0;
    test->binding[ATTUNE_BIND_INPUT] = place(test, images * height * width * channels);
    attune_arena_write_words(test->arena, BINDING, test->binding, 0, ATTUNE_BINDING_WORDS);
    test->sums = place(test, attune_patches_bytes(test->arena, RECORD));
    test->scratch = place(test, attune_filter_scratch(test->arena, RECORD));
    test->weights = place(test, channels * test->elements);
    test->rescale = place(test, 4 * channels);
    test->bias = place(test, 4 * channels);
}

static int8_t *input(filter_case *test) {
    return (int8_t *)test->bytes + test->binding[ATTUNE_BIND_INPUT];
}

static int32_t add_patches(filter_case *test) {
    return attune_patches_add(test->arena, RECORD, BINDING, test->sums);
}

static int32_t solve(filter_case *test) {
    return attune_filter_solve(test->arena, RECORD, test->sums, test->scratch, test->weights, test->rescale,
                               test->bias);
}

/* Element i of the patch whose corner is at y, x. */
static int32_t patch(const filter_case *test, const int8_t *image, int32_t y, int32_t x, int32_t i) {
    int32_t k = test->kernel;
    int32_t channel = i / (k * k), row = i / k % k, column = i % k;
    return image[((y + row) * test->width + x + column) * test->channels + channel];
}

static void test_patches(void) {
    static const int32_t kernels[] = {3, 5, 7};
    for (int run = 0; run < 60; run++) {
        filter_case test;
        int32_t kernel = kernels[run % 3];
        int32_t images = random_between(1, 2);
        filter_open(&test, kernel, random_between(1, 3), images, random_between(1, 25), random_between(1, 40));
        int32_t d = test.elements, count = 0;
        CHECK_EQUAL(attune_patches_bytes(test.arena, RECORD), 8 * (1 + d + d * (d + 1) / 2));
        int64_t *expected = calloc((size_t)(1 + d + d * (d + 1) / 2), sizeof *expected);
        int32_t bytes = images * test.height * test.width * test.channels;
        for (int sample = 0; sample < 2; sample++) {
            for (int32_t i = 0; i < bytes; i++) {
                input(&test)[i] = (int8_t)(random_chance(20) ? -128 : random_between(-128, 127));
            }
            for (int32_t n = 0; n < images; n++) {
                const int8_t *image = input(&test) + n * (bytes / images);
                for (int32_t y = 0; y <= test.height - kernel; y++) {
                    for (int32_t x = 0; x <= test.width - kernel; x++, count++) {
                        for (int32_t i = 0; i < d; i++) {
                            int32_t a = patch(&test, image, y, x, i);
                            expected[1 + i] += a;
                            for (int32_t j = 0; j <= i; j++) {
                                expected[1 + d + i * (i + 1) / 2 + j] += a * patch(&test, image, y, x, j);
                            }
                        }
                    }
                }
            }
            CHECK_EQUAL(add_patches(&test), ATTUNE_OK);
        }
        expected[0] = count;
        CHECK(memcmp(test.bytes + test.sums, expected, sizeof *expected * (size_t)(1 + d + d * (d + 1) / 2)) == 0);
        free(expected);
        attune_arena_close(test.arena);
    }
}

static double noise(void) {
    double sum = 0; /* of 12 uniform ones: variance 1 */
    for (int i = 0; i < 12; i++) {
        sum += random_between(0, 1 << 20) / 1048576.0;
    }
    return sum - 6;
}

/* A smooth random image: a few waves of low frequency, the same in all channels but for an offset; plus white noise. */
static void image_random(filter_case *test, double deviation) {
    double phase[3], slope[3][2], size[3];
    for (int wave = 0; wave < 3; wave++) {
        phase[wave] = random_between(0, 628) / 100.0;
        slope[wave][0] = random_between(-30, 30) / 100.0;
        slope[wave][1] = random_between(-30, 30) / 100.0;
        size[wave] = random_between(5, 25);
    }
    for (int32_t y = 0; y < test->height; y++) {
        for (int32_t x = 0; x < test->width; x++) {
            double value = 0;
            for (int wave = 0; wave < 3; wave++) {
                value += size[wave] * sin(phase[wave] + slope[wave][0] * y + slope[wave][1] * x);
            }
            for (int32_t c = 0; c < test->channels; c++) {
                double pixel = round(value + 6 * c + deviation * noise());
                input(test)[(y * test->width + x) * test->channels + c] = (int8_t)fmin(fmax(pixel, -128), 127);
            }
        }
    }
}

/* sqrt(2 / K) cos((2 x + 1) u pi / 2 K), the constant one 1 / sqrt(K). */
static double basis(int32_t kernel, int32_t u, int32_t x) {
    return u == 0 ? sqrt(1.0 / kernel) : sqrt(2.0 / kernel) * cos((2 * x + 1) * u * acos(-1.0) / (2 * kernel));
}

static void covariance(const filter_case *test, double s[LARGEST][LARGEST], double mean[LARGEST]) {
    const int64_t *sums = (const int64_t *)(const void *)(test->bytes + test->sums);
    int32_t d = test->elements;
    for (int32_t i = 0; i < d; i++) {
        mean[i] = (double)sums[1 + i] / (double)sums[0];
    }
    for (int32_t i = 0; i < d; i++) {
        for (int32_t j = 0; j <= i; j++) {
            s[i][j] = s[j][i] = (double)sums[1 + d + i * (i + 1) / 2 + j] / (double)sums[0] - mean[i] * mean[j];
        }
    }
}

static void spectrum_of(const filter_case *test, double s[LARGEST][LARGEST], double *spectrum) {
    int32_t k = test->kernel, kk = k * k;
    for (int32_t c = 0; c < test->channels; c++) {
        for (int32_t component = 0; component < kk; component++) {
            double variance = 0;
            for (int32_t i = 0; i < kk; i++) {
                for (int32_t j = 0; j < kk; j++) {
                    double a = basis(k, component / k, i / k) * basis(k, component % k, i % k);
                    double b = basis(k, component / k, j / k) * basis(k, component % k, j % k);
                    variance += a * b * s[c * kk + i][c * kk + j];
                }
            }
            spectrum[c * kk + component] = variance;
        }
    }
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double naive_noise(const filter_case *test, const double *field, int32_t channel) {
    int32_t kk = test->kernel * test->kernel;
    double excess[LARGEST];
    int32_t taken = 0;
    const float *source = test->spectrum + channel * kk;
    for (int32_t i = 0; i < kk; i++) {
        int32_t rank = 0;
        for (int32_t j = 0; j < kk; j++) {
            rank += source[j] < source[i] || (source[j] == source[i] && j < i);
        }
        if (rank < kk * 2 / 3) {
            excess[taken++] = field[channel * kk + i] - source[i];
        }
    }
    qsort(excess, (size_t)taken, sizeof *excess, by_size);
    return fmax(excess[taken / 4], 0);
}

/* Gauss-Jordan elimination with pivots: x = (s + r I)^-1 right. */
static void naive_solve(double s[LARGEST][LARGEST], int32_t d, double r, const double *right, double *x) {
    static double work[LARGEST][LARGEST + 1];
    for (int32_t i = 0; i < d; i++) {
        memcpy(work[i], s[i], sizeof s[i]);
        work[i][i] += r;
        work[i][d] = right[i];
    }
    for (int32_t i = 0; i < d; i++) {
        int32_t pivot = i;
        for (int32_t j = i; j < d; j++) {
            pivot = fabs(work[j][i]) > fabs(work[pivot][i]) ? j : pivot;
        }
        for (int32_t k = 0; k <= d; k++) {
            double swap = work[i][k];
            work[i][k] = work[pivot][k];
            work[pivot][k] = swap;
        }
        for (int32_t j = 0; j < d; j++) {
            double factor = j == i ? 0 : work[j][i] / work[i][i];
            for (int32_t k = i; factor != 0 && k <= d; k++) {
                work[j][k] -= factor * work[i][k];
            }
        }
    }
    for (int32_t i = 0; i < d; i++) {
        x[i] = work[i][d] / work[i][i];
    }
}

static void source_measure(filter_case *test, int samples) {
    static double s[LARGEST][LARGEST];
    double mean[LARGEST], spectrum[LARGEST];
    attune_arena_fill(test->arena, test->sums, attune_patches_bytes(test->arena, RECORD), 0);
    for (int i = 0; i < samples; i++) {
        image_random(test, 0);
        CHECK_EQUAL(add_patches(test), ATTUNE_OK);
    }
    covariance(test, s, mean);
    spectrum_of(test, s, spectrum);
    for (int32_t i = 0; i < test->elements; i++) {
        test->spectrum[i] = (float)spectrum[i];
    }
    attune_model_write(test->arena, test->record[ATTUNE_SPECTRUM], (const uint8_t *)test->spectrum, 0,
                       4 * test->elements);
    attune_arena_fill(test->arena, test->sums, attune_patches_bytes(test->arena, RECORD), 0);
}

/* The weight of output channel c for element i of a patch. */
static int32_t weight(const filter_case *test, int32_t c, int32_t i) {
    int32_t kk = test->kernel * test->kernel;
    return ((const int8_t *)test->bytes + test->weights)[(c * kk + i % kk) * test->channels + i / kk];
}

static void test_solve(int32_t kernel, int32_t channels, double deviation) {
    static double s[LARGEST][LARGEST];
    double mean[LARGEST], spectrum[LARGEST], right[LARGEST], row[LARGEST];
    filter_case test;
    filter_open(&test, kernel, channels, 1, 32, 32);
    source_measure(&test, 60);
    for (int i = 0; i < 60; i++) {
        image_random(&test, deviation);
        CHECK_EQUAL(add_patches(&test), ATTUNE_OK);
    }
    covariance(&test, s, mean);
    spectrum_of(&test, s, spectrum);
    attune_arena_high_water_reset(test.arena);
    CHECK_EQUAL(solve(&test), 1);
    CHECK_EQUAL(attune_arena_high_water(test.arena), test.bias + 4 * channels);
    int32_t d = test.elements, kk = kernel * kernel;
    double trace = 0;
    for (int32_t i = 0; i < d; i++) {
        trace += s[i][i];
    }
    for (int32_t c = 0; c < channels; c++) {
        double variance = naive_noise(&test, spectrum, c);
        /* That of the noise that was added, its rounding to whole steps (1/12) included; the images differ otherwise.
         */
        CHECK(fabs(variance - deviation * deviation - 1.0 / 12) < 0.2 * deviation * deviation + 0.2);
        int32_t centre = c * kk + kk / 2;
        for (int32_t i = 0; i < d; i++) {
            right[i] = s[centre][i] - (i == centre ? variance : 0);
        }
        naive_solve(s, d, 1e-4 * trace / d, right, row);
        double largest = 0;
        for (int32_t i = 0; i < d; i++) {
            largest = fmax(largest, fabs(row[i]));
        }
        float scale;
        int32_t bias;
        memcpy(&scale, test.bytes + test.rescale + 4 * c, 4);
        memcpy(&bias, test.bytes + test.bias + 4 * c, 4);
        CHECK(fabs(scale - largest / 127) < 1e-6 * largest);
        int32_t zero = test.record[ATTUNE_INPUT_ZERO];
        double offset = (mean[centre] - zero) / (largest / 127);
        for (int32_t i = 0; i < d; i++) {
            CHECK(fabs(weight(&test, c, i) - row[i] / largest * 127) < 0.5 + 1e-5);
            offset -= weight(&test, c, i) * (mean[i] - zero);
        }
        CHECK(fabs(bias - offset) < 0.5 + 0.01 + 1e-5 * fabs(offset));
    }
    attune_arena_close(test.arena);
}

/* No more noise than the source has: the identity. */
static void test_identity(void) {
    filter_case test;
    filter_open(&test, 5, 3, 1, 32, 32);
    source_measure(&test, 30);
    for (int32_t i = 0; i < test.elements; i++) {
        test.spectrum[i] = test.spectrum[i] * 1.5f + 1;
    }
    attune_model_write(test.arena, test.record[ATTUNE_SPECTRUM], (const uint8_t *)test.spectrum, 0, 4 * test.elements);
    for (int i = 0; i < 30; i++) {
        image_random(&test, 0);
        CHECK_EQUAL(add_patches(&test), ATTUNE_OK);
    }
    CHECK_EQUAL(solve(&test), 0);
    for (int32_t c = 0; c < 3; c++) {
        for (int32_t i = 0; i < test.elements; i++) {
            CHECK_EQUAL(weight(&test, c, i), i == c * 25 + 12 ? 127 : 0);
        }
    }
    /* And the layer with it gives every value back. */
    int32_t output = place(&test, 32 * 32 * 3), scratch = place(&test, attune_layer_scratch(test.arena, RECORD));
    test.binding[ATTUNE_BIND_OUTPUT] = output;
    test.binding[ATTUNE_BIND_SCRATCH] = scratch;
    test.binding[ATTUNE_BIND_WEIGHTS] = test.weights;
    test.binding[ATTUNE_BIND_RESCALE] = test.rescale;
    test.binding[ATTUNE_BIND_BIAS] = test.bias;
    test.binding[ATTUNE_BIND_INPUT2_LINES] = test.binding[ATTUNE_BIND_OUTPUT_LINES] = 0;
    attune_arena_write_words(test.arena, BINDING, test.binding, 0, ATTUNE_BINDING_WORDS);
    for (int32_t zero = -128; zero <= 127; zero++) {
        test.record[ATTUNE_INPUT_ZERO] = test.record[ATTUNE_OUTPUT_ZERO] = zero;
        record_write(&test);
        for (int32_t i = 0; i < 32 * 32 * 3; i++) {
            input(&test)[i] = (int8_t)i;
        }
        CHECK_EQUAL(attune_layer_run(test.arena, RECORD, BINDING, 0, 0, 0), ATTUNE_OK);
        CHECK(memcmp(input(&test), test.bytes + output, 32 * 32 * 3) == 0);
    }
    attune_arena_close(test.arena);
}

static void test_errors(void) {
    filter_case test;
    filter_open(&test, 5, 3, 1, 20, 20);
    int32_t arena = test.arena;
    CHECK_EQUAL(solve(&test), ATTUNE_ERROR_RANGE); /* no patches */
    int64_t *sums = (int64_t *)(void *)(test.bytes + test.sums);
    sums[0] = -5;
    CHECK_EQUAL(solve(&test), ATTUNE_ERROR_RANGE);
    /* Sums of nothing real: no covariance, and any bytes at all. */
    for (int run = 0; run < 300; run++) {
        for (int32_t i = 0; i < attune_patches_bytes(arena, RECORD) / 8; i++) {
            int64_t value = (int64_t)((uint64_t)random_word() << 32 | random_word());
            sums[i] = run % 2 ? value : random_between(-1000, 100000);
        }
        sums[0] = run % 3 ? 1000 : sums[0];
        memset(test.bytes + test.weights, 77, (size_t)(test.bias + 12 - test.weights));
        int32_t status = solve(&test);
        CHECK(status == 0 || status == 1 || status == ATTUNE_ERROR_RANGE);
        for (int32_t i = test.weights; status < 0 && i < test.bias + 12; i++) {
            CHECK_EQUAL(test.bytes[i], 77);
        }
        add_patches(&test);
    }
    CHECK_EQUAL(attune_patches_add(arena, RECORD, BINDING, test.sums + 4), ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(attune_patches_add(arena, RECORD, BINDING, ARENA_BYTES - 8), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_patches_add(arena, RECORD, BINDING, 1024), ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_patches_add(arena, RECORD, ARENA_BYTES, test.sums), ATTUNE_ERROR_ARENA);
    CHECK_EQUAL(attune_patches_add(99, RECORD, BINDING, test.sums), ATTUNE_ERROR_HANDLE);
    CHECK_EQUAL(attune_filter_solve(arena, RECORD, test.sums, test.sums, test.weights, test.rescale, test.bias),
                ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_filter_solve(arena, RECORD, test.sums, test.scratch, test.weights, test.rescale, test.rescale),
                ATTUNE_ERROR_ARGUMENT);
    CHECK_EQUAL(attune_filter_solve(arena, RECORD, test.sums, test.scratch + 4, test.weights, test.rescale, test.bias),
                ATTUNE_ERROR_ALIGNMENT);
    CHECK_EQUAL(attune_filter_solve(arena, RECORD, test.sums, ARENA_BYTES - 16, test.weights, test.rescale, test.bias),
                ATTUNE_ERROR_ARENA);
    /* A buffer of a chain does not hold the whole image. */
    int32_t lines = 5;
    attune_arena_write_words(arena, BINDING + 4 * ATTUNE_BIND_INPUT_LINES, &lines, 0, 1);
    CHECK_EQUAL(add_patches(&test), ATTUNE_ERROR_ARGUMENT);
    static const int32_t words[][2] = {
        {ATTUNE_SPECTRUM, 0}, {ATTUNE_STRIDE_H, 2},     {ATTUNE_PAD_TOP, 1},      {ATTUNE_KERNEL_W, 3},
        {ATTUNE_GROUPS, 3},   {ATTUNE_INPUT_ZERO, 500}, {ATTUNE_OUTPUT_SCALE, 1}, {ATTUNE_DILATION_W, 2},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        int32_t kept = test.record[words[i][0]];
        test.record[words[i][0]] = words[i][1];
        record_write(&test);
        int32_t status = attune_patches_bytes(arena, RECORD);
        CHECK(status == ATTUNE_ERROR_MODE || status == ATTUNE_ERROR_RECORD);
        test.record[words[i][0]] = kept;
    }
    test.record[ATTUNE_SPECTRUM] = MODEL_BYTES - 8;
    record_write(&test);
    CHECK_EQUAL(attune_filter_scratch(arena, RECORD), ATTUNE_ERROR_MODEL);
    attune_arena_close(arena);
}

int main(void) {
    random_seed(11);
    test_patches();
    test_solve(5, 3, 12);
    test_solve(3, 1, 5);
    test_solve(3, 4, 20);
    test_solve(7, 3, 8);
    test_identity();
    test_errors();
    return check_result();
}
