/* The input filter that fits the field's patches: Wiener's linear estimate of an image under white noise
 * (Extrapolation, Interpolation, and Smoothing of Stationary Time Series, 1949), with the field's own covariance and a
 * noise level that is what the field has beyond the source's spectrum.
 *
 * Doubles, in a fixed order. Scratch: the lower triangle of a symmetric matrix, row after row, and the rows of W. */
#include "../core/exp_log.h"
#include "input_filter.h"

#include <float.h>
#include <stddef.h>

#define LARGEST_KERNEL 7
#define COMPONENTS (LARGEST_KERNEL * LARGEST_KERNEL)
#define CHANNELS (ATTUNE_PATCH_ELEMENTS / 9)
#define REGULARIZATION 1e-4 /* of the mean variance */
#define WEIGHT_LIMIT 127
#define BIAS_LIMIT (1 << 30) /* leaves the accumulator room for the products */

typedef struct filter_shape {
    int32_t kernel;
    int32_t channels;
    int32_t elements;
    double zero;
} filter_shape;

static int32_t row_at(int32_t row) {
    return row * (row + 1) / 2;
}

static double element(const double *matrix, int32_t i, int32_t j) {
    return i >= j ? matrix[row_at(i) + j] : matrix[row_at(j) + i];
}

static double mean_of(const int64_t *sums, int32_t i) {
    return (double)sums[1 + i] / (double)sums[0];
}

static void covariance(const int64_t *sums, int32_t elements, double *matrix) {
    const int64_t *products = sums + 1 + elements;
    double count = (double)sums[0];
    for (int32_t i = 0; i < elements; i++) {
        double mean = mean_of(sums, i);
        for (int32_t j = 0; j <= i; j++) {
            *matrix++ = (double)*products++ / count - mean * mean_of(sums, j);
        }
    }
}

/* Row u, column x: the orthonormal DCT-II, sqrt(2 / K) cos((2 x + 1) u pi / 2K), its first row divided by sqrt(2). */
static void dct_basis(int32_t kernel, double basis[LARGEST_KERNEL][LARGEST_KERNEL]) {
    /* cos(pi / 2K), then cos(n t) = 2 cos(t) cos((n - 1) t) - cos((n - 2) t). */
    double first = kernel == 3 ? 0.86602540378443865 : kernel == 5 ? 0.95105651629515357 : 0.97492791218182361;
    double cosines[2 * LARGEST_KERNEL * LARGEST_KERNEL];
    cosines[0] = 1.0;
    cosines[1] = first;
    for (int32_t n = 2; n < 2 * kernel * kernel; n++) {
        cosines[n] = 2.0 * first * cosines[n - 1] - cosines[n - 2];
    }
    for (int32_t u = 0; u < kernel; u++) {
        double norm = attune_sqrt((u == 0 ? 1.0 : 2.0) / kernel);
        for (int32_t x = 0; x < kernel; x++) {
            basis[u][x] = norm * cosines[(2 * x + 1) * u];
        }
    }
}

/* v' S v for component (u, v) of a channel. */
static double component_variance(const filter_shape *shape, const double *matrix, int32_t channel, const double *down,
                                 const double *across) {
    int32_t kernel = shape->kernel;
    int32_t first = channel * kernel * kernel;
    double variance = 0.0;
    for (int32_t i = 0; i < kernel * kernel; i++) {
        double weighted = 0.0;
        for (int32_t j = 0; j < kernel * kernel; j++) {
            weighted += element(matrix, first + i, first + j) * (down[j / kernel] * across[j % kernel]);
        }
        variance += down[i / kernel] * across[i % kernel] * weighted;
    }
    return variance;
}

/* Sorts keys upwards, stably; values, unless NULL, follow their keys. */
static void sort(double *keys, double *values, int32_t count) {
    for (int32_t i = 1; i < count; i++) {
        double key = keys[i], value = values == NULL ? 0.0 : values[i];
        int32_t at = i;
        for (; at > 0 && keys[at - 1] > key; at--) {
            keys[at] = keys[at - 1];
            if (values != NULL) {
                values[at] = values[at - 1];
            }
        }
        keys[at] = key;
        if (values != NULL) {
            values[at] = value;
        }
    }
}

/* Variance of the white noise in a channel. */
static double noise_variance(const filter_shape *shape, const double *matrix, const float *spectrum, int32_t channel,
                             double basis[LARGEST_KERNEL][LARGEST_KERNEL]) {
    int32_t kernel = shape->kernel;
    int32_t components = kernel * kernel;
    double source[COMPONENTS], excess[COMPONENTS];
    for (int32_t k = 0; k < components; k++) {
        source[k] = spectrum[channel * components + k];
        excess[k] = component_variance(shape, matrix, channel, basis[k / kernel], basis[k % kernel]) - source[k];
    }
    sort(source, excess, components);
    int32_t smooth = components * 2 / 3;
    sort(excess, NULL, smooth);
    double variance = excess[smooth / 4];
    return variance > 0.0 ? variance : 0.0;
}

/* rows[c] = row of channel c's centre of S - diag(noise). */
static void right_sides(const filter_shape *shape, const double *matrix, const double *noise, double *rows) {
    int32_t components = shape->kernel * shape->kernel;
    for (int32_t c = 0; c < shape->channels; c++) {
        int32_t centre = c * components + components / 2;
        for (int32_t i = 0; i < shape->elements; i++) {
            rows[c * shape->elements + i] = element(matrix, centre, i) - (i == centre ? noise[c] : 0.0);
        }
    }
}

/* S + r I = L L', in place. False if it is not positive definite. */
static int decompose(double *matrix, int32_t elements) {
    double trace = 0.0;
    for (int32_t i = 0; i < elements; i++) {
        trace += matrix[row_at(i) + i];
    }
    double regular = REGULARIZATION * trace / elements;
    for (int32_t i = 0; i < elements; i++) {
        double *row = matrix + row_at(i);
        row[i] += regular;
        for (int32_t j = 0; j <= i; j++) {
            const double *other = matrix + row_at(j);
            double rest = row[j];
            for (int32_t k = 0; k < j; k++) {
                rest -= row[k] * other[k];
            }
            if (j < i) {
                row[j] = rest / other[j];
            } else if (rest > 0.0 && rest <= DBL_MAX) {
                row[i] = attune_sqrt(rest);
            } else {
                return 0;
            }
        }
    }
    return 1;
}

/* L L' x = x, in place. */
static void substitute(const double *matrix, int32_t elements, double *x) {
    for (int32_t i = 0; i < elements; i++) {
        const double *row = matrix + row_at(i);
        for (int32_t k = 0; k < i; k++) {
            x[i] -= row[k] * x[k];
        }
        x[i] /= row[i];
    }
    for (int32_t i = elements - 1; i >= 0; i--) {
        for (int32_t k = i + 1; k < elements; k++) {
            x[i] -= matrix[row_at(k) + i] * x[k];
        }
        x[i] /= matrix[row_at(i) + i];
    }
}

/* To nearest, ties away from zero, within the limit. */
static int32_t round_within(double value, int32_t limit) {
    double magnitude = value < 0.0 ? -value : value;
    int32_t rounded = magnitude < limit ? (int32_t)(magnitude + 0.5) : limit;
    return value < 0.0 ? -rounded : rounded;
}

/* max |W| / 127; 0 where it is no scale that a layer can have. */
static double row_scale(const double *row, int32_t elements) {
    double largest = 0.0;
    for (int32_t i = 0; i < elements; i++) {
        double magnitude = row[i] < 0.0 ? -row[i] : row[i];
        if (!(magnitude <= FLT_MAX)) {
            return 0.0;
        }
        largest = magnitude > largest ? magnitude : largest;
    }
    double scale = largest / WEIGHT_LIMIT;
    return scale > 1e-9 && scale < 1e3 ? scale : 0.0;
}

/* The place in the layer's weights, [C][K][K][C], of element i of a patch, [C][K][K], for output channel c. */
static int32_t weight_at(const filter_shape *shape, int32_t c, int32_t i) {
    int32_t components = shape->kernel * shape->kernel;
    return (c * components + i % components) * shape->channels + i / components;
}

typedef struct filter_target {
    int8_t *weights;
    float *rescale;
    int32_t *bias;
} filter_target;

static void write_identity(const filter_shape *shape, const filter_target *to) {
    int32_t components = shape->kernel * shape->kernel;
    for (int32_t c = 0; c < shape->channels; c++) {
        for (int32_t i = 0; i < shape->elements; i++) {
            to->weights[weight_at(shape, c, i)] = i == c * components + components / 2 ? WEIGHT_LIMIT : 0;
        }
        to->rescale[c] = (float)(1.0 / WEIGHT_LIMIT);
        to->bias[c] = 0;
    }
}

static void write_row(const filter_shape *shape, const int64_t *sums, const double *row, double scale, int32_t c,
                      const filter_target *to) {
    int32_t components = shape->kernel * shape->kernel;
    double offset = (mean_of(sums, c * components + components / 2) - shape->zero) / scale;
    for (int32_t i = 0; i < shape->elements; i++) {
        int32_t weight = round_within(row[i] / scale, WEIGHT_LIMIT);
        to->weights[weight_at(shape, c, i)] = (int8_t)weight;
        offset -= weight * (mean_of(sums, i) - shape->zero);
    }
    to->rescale[c] = (float)scale;
    to->bias[c] = round_within(offset, BIAS_LIMIT);
}

/* Writes the filter that the sums of patches ask for; scratch: the matrix, then the rows of W. 1, 0 for the identity,
 * or ATTUNE_ERROR_RANGE with nothing written to the target. */
static int32_t solve(const filter_shape *shape, const int64_t *sums, const float *spectrum, double *scratch,
                     const filter_target *to) {
    double *matrix = scratch;
    double *rows = matrix + row_at(shape->elements);
    double basis[LARGEST_KERNEL][LARGEST_KERNEL], noise[CHANNELS], scales[CHANNELS];
    int noisy = 0;
    covariance(sums, shape->elements, matrix);
    dct_basis(shape->kernel, basis);
    for (int32_t c = 0; c < shape->channels; c++) {
        noise[c] = noise_variance(shape, matrix, spectrum, c, basis);
        noisy = noisy || noise[c] > 0.0;
    }
    if (!noisy) {
        write_identity(shape, to);
        return 0;
    }
    right_sides(shape, matrix, noise, rows);
    if (!decompose(matrix, shape->elements)) {
        return ATTUNE_ERROR_RANGE;
    }
    for (int32_t c = 0; c < shape->channels; c++) {
        substitute(matrix, shape->elements, rows + c * shape->elements);
        scales[c] = row_scale(rows + c * shape->elements, shape->elements);
        if (scales[c] == 0.0) {
            return ATTUNE_ERROR_RANGE;
        }
    }
    for (int32_t c = 0; c < shape->channels; c++) {
        write_row(shape, sums, rows + c * shape->elements, scales[c], c, to);
    }
    return 1;
}

int32_t attune_filter_scratch(int32_t arena, int32_t record) {
    attune_memory *memory;
    const int32_t *words;
    int32_t elements;
    int32_t status = attune_input_filter_find(arena, record, &memory, &words, &elements);
    return status == ATTUNE_OK ? 8 * (row_at(elements) + attune_record_channels(words) * elements) : status;
}

int32_t attune_filter_solve(int32_t arena, int32_t record, int32_t sums, int32_t scratch, int32_t weights,
                            int32_t rescale, int32_t bias) {
    attune_memory *memory;
    const int32_t *words;
    filter_shape shape;
    int32_t status = attune_input_filter_find(arena, record, &memory, &words, &shape.elements);
    if (status != ATTUNE_OK) {
        return status;
    }
    shape.kernel = words[ATTUNE_KERNEL_H];
    shape.channels = attune_record_channels(words);
    shape.zero = words[ATTUNE_INPUT_ZERO];
    int64_t scratch_words = row_at(shape.elements) + (int64_t)shape.channels * shape.elements;
    const attune_range ranges[5] = {
        {sums, (int64_t)attune_patches_words(shape.elements) * 8, 8, 0},
        {scratch, scratch_words * 8, 8, 1},
        {weights, (int64_t)shape.channels * shape.elements, 1, 1},
        {rescale, (int64_t)shape.channels * 4, 4, 1},
        {bias, (int64_t)shape.channels * 4, 4, 1},
    };
    status = attune_ranges_check(memory, ranges, 5);
    if (status != ATTUNE_OK) {
        return status;
    }
    const int64_t *patches = (const int64_t *)(const void *)(memory->arena + sums);
    if (patches[0] < 1) {
        return ATTUNE_ERROR_RANGE;
    }
    attune_ranges_touch(memory, ranges, 5);
    const filter_target to = {(int8_t *)memory->arena + weights, (float *)(void *)(memory->arena + rescale),
                              (int32_t *)(void *)(memory->arena + bias)};
    return solve(&shape, patches, (const float *)(const void *)(memory->model + words[ATTUNE_SPECTRUM]),
                 (double *)(void *)(memory->arena + scratch), &to);
}
