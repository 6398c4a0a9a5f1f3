/* Attune kernel library: the whole C API, with attune_backward.h, which this header includes.
 *
 * INT8, NHWC, bit-exact to TensorFlow Lite Micro's reference kernels (gemmlowp double rounding).
 *
 * All tensors live in an arena (one block of RAM) or in a model (read-only; flash on a device). Both are addressed by
 * byte offsets, so that managed code never holds a pointer. An arena handle is a small non-negative integer that owns
 * one arena block and at most one model.
 *
 * Every function checks handle, offsets, extents, alignment and record fields before it touches memory, and returns a
 * negative attune_status when one is wrong; then nothing was written. Functions that return a quantity return it as a
 * non-negative value. No function prints, allocates (but attune_arena_open and attune_model_open) or keeps a pointer to
 * an array of the caller. Functions on different handles may run at the same time.
 *
 * Definitions for a build that is part of firmware; without them memory comes from malloc:
 *   ATTUNE_ARENA_BYTES    size of the arena, a static buffer: there is no malloc then, and one arena at a time
 *   ATTUNE_ARENA_SECTION  its linker section, unquoted, such as .ram0; else .bss
 *   ATTUNE_MODEL_BYTES    size of the static buffer of attune_model_open; else there is none
 *   ATTUNE_MODEL_SECTION  its linker section
 *   ATTUNE_MODEL_ADDRESS  place of the model of attune_model_map, a multiple of 16;
 *   ATTUNE_MODEL_SYMBOL   or, instead, a symbol of the linker script at that place
 *   ATTUNE_MODEL_REGION   bytes that the model may have there
 *
 * Little-endian only. int32 and float32 arrays are 4-byte aligned, int64 arrays 8-byte aligned, records 4-byte aligned.
 */
#ifndef ATTUNE_H
#define ATTUNE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define ATTUNE_API __declspec(dllexport)
#elif defined(__GNUC__)
#define ATTUNE_API __attribute__((visibility("default")))
#else
#define ATTUNE_API
#endif

/* Increased whenever a function, a record field or the meaning of one changes. */
#define ATTUNE_VERSION 5

typedef enum attune_status {
    ATTUNE_OK = 0,
    ATTUNE_ERROR_HANDLE = -1,    /* no open arena (or no model) of this handle, or no free handle */
    ATTUNE_ERROR_MEMORY = -2,    /* the block cannot be allocated, or is larger than the static buffer for it */
    ATTUNE_ERROR_ARENA = -3,     /* offset or extent outside the arena */
    ATTUNE_ERROR_MODEL = -4,     /* offset or extent outside the model */
    ATTUNE_ERROR_RECORD = -5,    /* a record field has a value that the operator does not allow */
    ATTUNE_ERROR_MODE = -6,      /* the operator does not have this mode */
    ATTUNE_ERROR_ARGUMENT = -7,  /* another argument is out of range */
    ATTUNE_ERROR_ALIGNMENT = -8, /* an offset is not aligned for its element type */
    ATTUNE_ERROR_RANGE = -9,     /* sums could leave their integer range (statistics of an enormous layer) */
    ATTUNE_ERROR_REGION = -10,   /* this build has no region for a mapped model */
    ATTUNE_ERROR_FORMAT = -11,   /* no model stands in that region, or one that is larger than the region */
    ATTUNE_ERROR_READ_ONLY = -12 /* a mapped model cannot be written */
} attune_status;

/* Operators (record word ATTUNE_OPERATOR). */
typedef enum attune_operator {
    ATTUNE_CONV_2D = 1,           /* weights O,H,W,I/groups; any stride, dilation, padding, groups */
    ATTUNE_DEPTHWISE_CONV_2D = 2, /* weights 1,H,W,O; output channel o reads input channel o / multiplier */
    ATTUNE_FULLY_CONNECTED = 3,   /* input n = rows, c = depth; weights units,depth; output n = rows, c = units */
    ATTUNE_ADD = 4,               /* dimensions of each input equal the output's or 1 (broadcast) */
    ATTUNE_MUL = 5,               /* likewise */
    ATTUNE_AVERAGE_POOL_2D = 6,
    ATTUNE_MAX_POOL_2D = 7,
    ATTUNE_MEAN = 8,        /* ATTUNE_AXES: bit 0..3 = N,H,W,C; averaged dimensions are 1 in the output */
    ATTUNE_PAD = 9,         /* constant padding */
    ATTUNE_SOFTMAX = 10,    /* over c, for each of n*h*w rows; output scale 1/256, zero point -128 */
    ATTUNE_RESHAPE = 11,    /* copies (nothing to do where input and output share their place) */
    ATTUNE_REQUANTIZE = 12, /* int8 to int8: RELU, RELU6, QUANTIZE: rescale(x - zp_in) + zp_out, clamped */
    ATTUNE_UPSAMPLE = 13,   /* bilinear, half-pixel centres, integer factor = output h / input h = output w / input w */
    ATTUNE_MEDIAN_2D = 14,  /* per channel |x - m| > threshold ? m : x, m the median of the 3 x 3 window around x with
                               the edge repeated; output shape, scale and zero point are the input's */
    ATTUNE_LOGISTIC = 15    /* table[x + 128]; the table of 256 values is the constant second operand, 1,1,1,256 */
} attune_operator;

/* A layer record: ATTUNE_RECORD_WORDS little-endian int32 words in the model. Unused words are 0. */
enum attune_record {
    ATTUNE_OPERATOR = 0,
    ATTUNE_FLAGS = 1,     /* ATTUNE_FLAG_* */
    ATTUNE_INPUT = 2,     /* tensor number: 0 is the network's input, record i writes tensor i + 1 */
    ATTUNE_INPUT2 = 3,    /* tensor number of the second operand (ADD, MUL), else -1 */
    ATTUNE_INPUT_N = 4,   /* shapes: N,H,W,C, each 1..65535 */
    ATTUNE_INPUT2_N = 8,  /* 0,0,0,0 where there is no second operand */
    ATTUNE_OUTPUT_N = 12, /* the element count of a tensor is at most 2^26 */
    ATTUNE_KERNEL_H = 16, /* also pools */
    ATTUNE_KERNEL_W = 17,
    ATTUNE_STRIDE_H = 18,
    ATTUNE_STRIDE_W = 19,
    ATTUNE_DILATION_H = 20,
    ATTUNE_DILATION_W = 21,
    ATTUNE_PAD_TOP = 22, /* bottom and right follow from the shapes */
    ATTUNE_PAD_LEFT = 23,
    ATTUNE_GROUPS = 24,     /* CONV_2D: groups; DEPTHWISE_CONV_2D: depth multiplier */
    ATTUNE_INPUT_ZERO = 25, /* zero points, -128..127 */
    ATTUNE_INPUT2_ZERO = 26,
    ATTUNE_OUTPUT_ZERO = 27,
    ATTUNE_WEIGHTS_ZERO = 28, /* FULLY_CONNECTED only, else 0 */
    ATTUNE_ACT_MIN = 29,      /* clamp of the output, -128..127 */
    ATTUNE_ACT_MAX = 30,
    ATTUNE_WEIGHTS = 31,     /* model offset of int8 weights, or of the constant second operand */
    ATTUNE_BIAS = 32,        /* model offset of int32 biases [output c], or -1 */
    ATTUNE_MULTIPLIERS = 33, /* model offset of int32 Q31 multipliers [output c], 0 or 2^30..2^31-1 */
    ATTUNE_SHIFTS = 34,      /* model offset of int32 shifts [output c], positive = left, -31..30 */
    ATTUNE_SCALES = 35,      /* model offset of float32 weight scales [output c], or -1 */
    ATTUNE_STATISTICS = 36,  /* model offset of float32 mean[output c], variance[output c] of the source, or -1 */
    ATTUNE_INPUT_SCALE = 37, /* float32 bits */
    ATTUNE_INPUT2_SCALE = 38,
    ATTUNE_OUTPUT_SCALE = 39,
    ATTUNE_BLOCK = 40,       /* block number 0.. of a layer with weights, else -1 */
    ATTUNE_LEFT_SHIFT = 41,  /* ADD: 20 */
    ATTUNE_MULTIPLIER1 = 42, /* ADD: first operand */
    ATTUNE_SHIFT1 = 43,
    ATTUNE_MULTIPLIER2 = 44, /* ADD: second operand */
    ATTUNE_SHIFT2 = 45,
    ATTUNE_MULTIPLIER = 46,   /* ADD, MUL, MEAN, REQUANTIZE: output; SOFTMAX: input multiplier */
    ATTUNE_SHIFT = 47,        /* ADD, MUL, MEAN, REQUANTIZE: output; SOFTMAX: input left shift */
    ATTUNE_DIFF_MIN = 48,     /* SOFTMAX */
    ATTUNE_AXES = 49,         /* MEAN */
    ATTUNE_PAD_BEFORE_N = 50, /* PAD: N,H,W,C */
    ATTUNE_PAD_AFTER_N = 54,
    ATTUNE_PAD_VALUE = 58,
    ATTUNE_ACTIVATION = 59,       /* fused activation by name: 0 none, 1 RELU, 2 RELU_N1_TO_1, 3 RELU6 (for tools) */
    ATTUNE_SOURCE = 60,           /* operator number in the imported file (for messages) */
    ATTUNE_THRESHOLD = 61,        /* MEDIAN_2D: threshold in force, 0..255; 255: the output is the input */
    ATTUNE_THRESHOLD_SOURCE = 62, /* MEDIAN_2D: 99.5th percentile of |x - m| over the source's samples, 0..255 */
    ATTUNE_SPECTRUM = 63, /* CONV_2D: model offset of float32 [c][K * K], which makes it the input filter; 0: none */
    ATTUNE_RECORD_WORDS = 64
};

#define ATTUNE_FLAG_CONSTANT_INPUT2 1 /* ADD, MUL, LOGISTIC: the second operand is the int8 array at ATTUNE_WEIGHTS */

/* A binding: ATTUNE_BINDING_WORDS int32 words in the arena that say where a layer's data are in the arena now.
 * Words 5 to 7 and 11 replace what the model holds, where they are not -1. */
enum attune_binding {
    ATTUNE_BIND_INPUT = 0,
    ATTUNE_BIND_INPUT2 = 1,
    ATTUNE_BIND_OUTPUT = 2,
    ATTUNE_BIND_SCRATCH = 3,     /* attune_layer_scratch() bytes, 16-byte aligned */
    ATTUNE_BIND_STATISTICS = 4,  /* int64 sum[c], int64 sum of squares[c], for ATTUNE_RUN_STATISTICS; or the mask of
                                    ATTUNE_RUN_MASK */
    ATTUNE_BIND_WEIGHTS = 5,     /* int8 copy of the weights */
    ATTUNE_BIND_BIAS = 6,        /* int32[c] */
    ATTUNE_BIND_RESCALE = 7,     /* float32[c]: M[c] = multiplier * 2^(shift - 31), 24 significant bits */
    ATTUNE_BIND_INPUT_LINES = 8, /* lines that a buffer holds, 0: the whole tensor; see attune_chain_run */
    ATTUNE_BIND_INPUT2_LINES = 9,
    ATTUNE_BIND_OUTPUT_LINES = 10,
    ATTUNE_BIND_THRESHOLD = 11, /* MEDIAN_2D: in place of the record's, 0..255; -1: the record's */
    ATTUNE_BINDING_WORDS = 12
};

/* Modes of attune_layer_run, added together. All but MASK are of layers with weights only.
 * With w the weights, b the biases, z the requantized output before the clamp, d_w the number of weights, C the number
 * of output channels, M[c] the channel's output multiplier as a real number, and xi the signs of the seed:
 *   PROBE_WEIGHTS   w[j] + xi[j], exact: 127 becomes 128
 *   PROBE_BIASES    b[c] + k[c] * xi[d_w + c],  k[c] = max(1, round(1 / M[c])), at most 2^30; k = 1 where M[c] = 0
 *   PROBE_NODES     z[e] + xi[e], e the row-major element number of the output; with ACCUMULATORS, k[c] * xi[e] is
 *                   added to the accumulator instead
 *   STATISTICS      adds every accumulator without its bias, and its square, to the channel's sums
 *   ACCUMULATORS    writes the int32 accumulators (bias and probes included) instead of int8: 4 bytes an element
 *   MASK            also writes which outputs lie strictly between the bounds of the clamp, for errors to pass: uint32
 *                   words, those of an output line (one row of one image) after those of the line before; element e of
 *                   the line has bit e % 32 of word e / 32. Not with STATISTICS or ACCUMULATORS */
#define ATTUNE_RUN_PROBE_WEIGHTS 1
#define ATTUNE_RUN_PROBE_BIASES 2
#define ATTUNE_RUN_PROBE_NODES 4
#define ATTUNE_RUN_STATISTICS 8
#define ATTUNE_RUN_ACCUMULATORS 16
#define ATTUNE_RUN_MASK 32

/* Signs. 32 signs come from one word of a counter-based generator, so they can be asked for in any order:
 *   mix(x): x ^= x >> 16; x *= 0x21f0aaad; x ^= x >> 15; x *= 0x735a2d97; x ^= x >> 15      (all modulo 2^32)
 *   word(i) = mix(mix(i ^ seed_low) + seed_high)
 *   sign(e) = -1 where bit e % 32 of word(e / 32) is set, else +1
 * The uniform number of stochastic rounding for element e is word(e) / 2^32. */

/* --- Arena and model ---------------------------------------------------------------------------------------------- */

ATTUNE_API int32_t attune_version(void);

/* Opens an arena of so many bytes (1..2^30), zeroed, 16-byte aligned. Returns the handle. On firmware with
 * ATTUNE_ARENA_BYTES: ATTUNE_ERROR_MEMORY if the buffer is smaller, ATTUNE_ERROR_HANDLE while an arena is open. */
ATTUNE_API int32_t attune_arena_open(int32_t bytes);
ATTUNE_API int32_t attune_arena_close(int32_t arena);

/* Highest byte that any call on this arena has touched, plus one. */
ATTUNE_API int32_t attune_arena_high_water(int32_t arena);
ATTUNE_API int32_t attune_arena_high_water_reset(int32_t arena);

/* Copies count bytes between data[index..] and the arena. */
ATTUNE_API int32_t attune_arena_write(int32_t arena, int32_t offset, const uint8_t *data, int32_t index, int32_t count);
ATTUNE_API int32_t attune_arena_read(int32_t arena, int32_t offset, uint8_t *data, int32_t index, int32_t count);
/* The same for 32-bit words; count is in words, offset in bytes. */
ATTUNE_API int32_t attune_arena_write_words(int32_t arena, int32_t offset, const int32_t *data, int32_t index,
                                            int32_t count);
ATTUNE_API int32_t attune_arena_read_words(int32_t arena, int32_t offset, int32_t *data, int32_t index, int32_t count);
ATTUNE_API int32_t attune_arena_fill(int32_t arena, int32_t offset, int32_t count, int32_t value);
/* Flips the top bit of count bytes: unsigned values become signed ones, 128 lower. */
ATTUNE_API int32_t attune_arena_flip(int32_t arena, int32_t offset, int32_t count);

/* Makes room for a model that attune_model_write then fills, zeroed, in place of an earlier model of this arena: memory
 * that stands for flash on the desktop, the model's buffer on firmware with ATTUNE_MODEL_BYTES. */
ATTUNE_API int32_t attune_model_open(int32_t arena, int32_t bytes);
/* Opens the model (docs/FORMATS.md) that stands in the region of ATTUNE_MODEL_ADDRESS, read where it is, in place of an
 * earlier model of this arena. Returns its size. ATTUNE_ERROR_REGION where the build has no region,
 * ATTUNE_ERROR_ALIGNMENT where it does not begin at a multiple of 16, ATTUNE_ERROR_FORMAT unless the header's magic is
 * there and its size is 128 bytes to the whole region; the earlier model stays open then. */
ATTUNE_API int32_t attune_model_map(int32_t arena);
/* Bytes of the open model, or ATTUNE_ERROR_HANDLE. */
ATTUNE_API int32_t attune_model_size(int32_t arena);
/* ATTUNE_ERROR_READ_ONLY if the model is mapped. */
ATTUNE_API int32_t attune_model_write(int32_t arena, int32_t offset, const uint8_t *data, int32_t index, int32_t count);
ATTUNE_API int32_t attune_model_read(int32_t arena, int32_t offset, uint8_t *data, int32_t index, int32_t count);
ATTUNE_API int32_t attune_model_read_words(int32_t arena, int32_t offset, int32_t *data, int32_t index, int32_t count);
ATTUNE_API int32_t attune_model_to_arena(int32_t arena, int32_t model_offset, int32_t arena_offset, int32_t count);

/* CRC-32 (IEEE 802.3, reflected, as in zlib), continued from crc (0 to start). */
ATTUNE_API uint32_t attune_crc32(const uint8_t *data, int32_t index, int32_t count, uint32_t crc);

/* Threads that the convolution kernels may use (1..64); results do not depend on it. Returns the number in force. */
ATTUNE_API int32_t attune_threads(int32_t count);

/* --- Layers ------------------------------------------------------------------------------------------------------- */

/* Checks the record at this model offset. ATTUNE_OK, or what is wrong. */
ATTUNE_API int32_t attune_layer_check(int32_t arena, int32_t record);

/* Scratch bytes that attune_layer_run needs for this record (0 for most operators). */
ATTUNE_API int32_t attune_layer_scratch(int32_t arena, int32_t record);

/* Runs one layer. record: model offset; binding: arena offset; mode: sum of ATTUNE_RUN_*; the seed is that of the
 * probe. */
ATTUNE_API int32_t attune_layer_run(int32_t arena, int32_t record, int32_t binding, int32_t mode, uint32_t seed_low,
                                    uint32_t seed_high);

/* The output of a layer with weights from its kept accumulators (int32, as ATTUNE_RUN_ACCUMULATORS writes them, at this
 * arena offset): the bytes that attune_layer_run writes in this mode, without running the layer again. mode: sum of
 * ATTUNE_RUN_PROBE_NODES and ATTUNE_RUN_ACCUMULATORS, or 0. */
ATTUNE_API int32_t attune_nodes_run(int32_t arena, int32_t record, int32_t binding, int32_t accumulators, int32_t mode,
                                    uint32_t seed_low, uint32_t seed_high);

/* --- Chains ---------------------------------------------------------------------------------------------------------
 * Consecutive records that run together, line after line (a line is one row of an image), so that the tensors between
 * them need only a few lines: line y of a buffer of r lines lies at y % r. Operators CONV_2D, DEPTHWISE_CONV_2D,
 * UPSAMPLE, REQUANTIZE, AVERAGE_POOL_2D, MAX_POOL_2D, MEDIAN_2D, and ADD and MUL of equal shapes; n = 1. A layer reads
 * tensors of the chain and whole ones from before it; what the chain writes, but for its last tensor, only the chain
 * reads. The outputs are those of attune_layer_run, to the last bit. */

#define ATTUNE_RECORDS_AT 128  /* model offset of record 0; record i writes tensor i + 1 */
#define ATTUNE_CHAIN_LAYERS 12 /* longest chain */

/* 1 if count records from this model offset on can run as a chain, else 0; or what is wrong with a record. */
ATTUNE_API int32_t attune_chain_check(int32_t arena, int32_t record, int32_t count);

/* Lines that the output of the chain's layer 0..count-1 must hold while the chain runs; the height for the last. */
ATTUNE_API int32_t attune_chain_lines(int32_t arena, int32_t record, int32_t count, int32_t layer);

/* Runs the chain until its last layer has computed `lines` lines. binding: that of the first layer; the others follow.
 * progress: arena offset of int32[count], lines that each layer has computed so far (0 to begin), or -1: from the
 * beginning. Probes of the mode, with the seed, act on the chain's layer `probed`, -1: none; ATTUNE_RUN_STATISTICS on
 * every layer with weights whose binding names a place for them, ATTUNE_RUN_MASK on every layer whose binding does.
 * ATTUNE_ERROR_ARGUMENT if a buffer holds too few lines.
 */
ATTUNE_API int32_t attune_chain_run(int32_t arena, int32_t record, int32_t binding, int32_t count, int32_t lines,
                                    int32_t progress, int32_t probed, int32_t mode, uint32_t seed_low,
                                    uint32_t seed_high);

/* --- Loss --------------------------------------------------------------------------------------------------------- */

/* Softmax cross-entropy of the classifier's int32 accumulators (one row of output c at the binding's output), of real
 * value acc * M[c] * output scale. Writes float32 loss, minus the float32 at arena offset clean unless clean is -1, to
 * arena offset result. label: 0..c-1, or -1 for the entropy of the softmax, in nats, instead.
 * A row of one score z (c = 1) is that of class 1 of two, beside a class 0 of score 0: label 0 or 1, and the loss is
 * the logistic loss. Computed in double with the library's own exp and log. */
ATTUNE_API int32_t attune_loss_s32(int32_t arena, int32_t record, int32_t binding, int32_t label, int32_t clean,
                                   int32_t result);
/* The same from int8 logits of one scale, for networks whose last layer is not linear. */
ATTUNE_API int32_t attune_loss_s8(int32_t arena, int32_t logits, int32_t count, float scale, int32_t zero_point,
                                  int32_t label, int32_t clean, int32_t result);

/* Number of the largest of count int8 values; the first of equals. */
ATTUNE_API int32_t attune_argmax_s8(int32_t arena, int32_t offset, int32_t count);

/* --- Gradients ----------------------------------------------------------------------------------------------------
 * A gradient tile covers the filters (output channels) first .. first + count - 1 of one layer, as float32:
 * CONV_2D and FULLY_CONNECTED [count][filter size], DEPTHWISE_CONV_2D [kernel h * kernel w][count]; biases [count].
 * Its unit is loss per quantized unit: d loss / d w_q and d loss / d b_q, summed over probes and samples. An offset of
 * -1 leaves that part out. The caller zeroes tiles with attune_arena_fill. */

/* Weight perturbation: weights += delta * xi[j], biases += delta * xi[d_w + c] / k[c]; delta: arena offset of a
 * float32. */
ATTUNE_API int32_t attune_gradient_probe(int32_t arena, int32_t record, int32_t binding, uint32_t seed_low,
                                         uint32_t seed_high, int32_t delta, int32_t first, int32_t count,
                                         int32_t weights, int32_t biases);

/* Takes the mean of count float32 loss differences (at least 2) from each and multiplies by count / (count - 1): their
 * covariance with the signs stays what it was, and a curvature that moves all of them alike is gone. */
ATTUNE_API int32_t attune_losses_center(int32_t arena, int32_t losses, int32_t count);

/* The classifier without probes: nodes[c] = k[c] * d loss / d accumulator c = k[c] * (p[c] - (c == label)) * M[c] *
 * output scale, float32[C], from the accumulators at the binding's output (one row), p their softmax. With C = 1, p is
 * the probability of class 1 of two, and y = label. What node probes
 * of k estimate; attune_gradient_weights with ATTUNE_RUN_ACCUMULATORS takes it further. */
ATTUNE_API int32_t attune_gradient_head(int32_t arena, int32_t record, int32_t binding, int32_t label, int32_t nodes);

/* Node perturbation, first half, for output lines line .. line + lines - 1 (of n * h): nodes[p][c - first] += delta *
 * xi[p * C + c]; float32 [positions of those lines][count]. */
ATTUNE_API int32_t attune_gradient_nodes(int32_t arena, int32_t record, uint32_t seed_low, uint32_t seed_high,
                                         int32_t delta, int32_t first, int32_t count, int32_t line, int32_t lines,
                                         int32_t nodes);

/* Second half: weights[c][k] += m[c] * sum_p nodes[p][c] * (input[p,k] - zero point), biases[c] += m[c] * sum_p nodes,
 * with m[c] = M[c], or 1 / k[c] when mode has ATTUNE_RUN_ACCUMULATORS; p runs over the positions of those lines, whose
 * nodes are finite. The input is the one at the binding, whole or the lines of a chain's buffer. Lines taken in order
 * in any portions give the same bits. */
ATTUNE_API int32_t attune_gradient_weights(int32_t arena, int32_t record, int32_t binding, int32_t mode, int32_t nodes,
                                           int32_t first, int32_t count, int32_t line, int32_t lines, int32_t weights,
                                           int32_t biases);

#define ATTUNE_UPDATE_SCALED 1     /* quantization-aware scaling: divide by s_w[c]^2, biases by (s_a * s_w[c])^2 */
#define ATTUNE_UPDATE_STOCHASTIC 2 /* unbiased rounding instead of to nearest (ties away from zero) */
#define ATTUNE_UPDATE_CARRIED 4    /* what rounding leaves over stays in the tile, as gradient for the next step */

/* w <- clip(w - R(rate * gradient / s_w[c]^2), -127, 127), b <- b - R(...) (saturating), on the arena copies named by
 * the binding; s_w[c] = M[c] * output scale / input scale. With pending_* >= 0 the new values wait there instead (int8
 * weights, [d_w] in the weights' own layout; int32 biases, [C]) and the ones in force stay. Channels with M[c] = 0 stay
 * as they are when scaled. Element numbers of stochastic rounding: j for weights, d_w + c for biases. When carried, an
 * element of the tile becomes (step - R(step)) / (rate / s^2); 0 where the step was not finite or too long; with rate 0
 * it stays. */
ATTUNE_API int32_t attune_update(int32_t arena, int32_t record, int32_t binding, int32_t first, int32_t count,
                                 int32_t weights, int32_t biases, float rate, int32_t flags, uint32_t seed_low,
                                 uint32_t seed_high, int32_t pending_weights, int32_t pending_biases);
/* Puts the waiting values of the whole layer in force. */
ATTUNE_API int32_t attune_update_apply(int32_t arena, int32_t record, int32_t binding, int32_t pending_weights,
                                       int32_t pending_biases);

/* Turns a gradient tile, in place, into the direction that an optimiser steps along; attune_update then takes the step.
 * With g = share * tile and float32 moments that last from step to step, m and v:
 *   squares = -1, momentum: m <- beta m + g; the tile becomes m
 *   else Adam, of g in real units, h = g / s: m <- beta m + (1 - beta) h, v <- 0.999 v + (1 - 0.999) h^2; the tile
 *     becomes s (m / (1 - beta^t)) / (sqrt(v / (1 - 0.999^t)) + 1e-8), t = step + 1
 * s = s_w[c] for weights and s_a * s_w[c] for biases when flags has ATTUNE_UPDATE_SCALED, the only one allowed, so that
 * attune_update with the same flag moves real parameters by rate * m / sqrt(v); else 1. moments and squares: float32 of
 * the whole layer, [d_w] in the weights' own layout if weights >= 0, then [C] if biases >= 0. share is finite, 0 <=
 * beta < 1, step >= 0. A g or h that is not finite counts as 0, as every h does where s = 0; results saturate at the
 * largest float32. */
ATTUNE_API int32_t attune_moments_update(int32_t arena, int32_t record, int32_t binding, int32_t first, int32_t count,
                                         int32_t weights, int32_t biases, int32_t moments, int32_t squares, float share,
                                         float beta, int32_t step, int32_t flags);

/* --- Feature-statistics alignment ---------------------------------------------------------------------------------
 * mean, variance: arena offsets of float32[C], of the pre-activation in real units with the model's own biases. spread:
 * arena offset of float32[2], how far the samples scatter. Averages are taken over the active channels: M[c] > 0 and
 * var_s[c] > 0. epsilon > 0. */

/* Merges the sums of one sample (at the binding's statistics, then zeroed) into the running mean and variance, which
 * stand for `samples` samples so far (>= 0; with 0 they and the spread are overwritten); each sample counts 1 whatever
 * its positions. With m, v of this sample, d = m - mean and w = 1 / (samples + 1), averages over the active
 * channels: spread[0] += average of d^2 (1 - w) / var_s spread[1] += average of ln^2((v + d^2 (1 - w) + epsilon) /
 * (variance + epsilon)), with the merged variance */
ATTUNE_API int32_t attune_statistics_fold(int32_t arena, int32_t record, int32_t binding, int32_t mean,
                                          int32_t variance, int32_t spread, int32_t samples, float epsilon);

/* The correction after so many samples, of which each layer gets the part that chance does not explain:
 *   l_m = max(0, 1 - guard * spread[0] / (n (n - 5)) / (average of (mean - mean_s)^2 / var_s)) * n / (n + prior)
 *   l_v = max(0, 1 - guard * spread[1] / (n (n - 5)) / (average of ln^2((variance + epsilon) / (var_s + epsilon))))
 *         * n / (n + prior)
 *   g = ((variance + epsilon) / (var_s + epsilon))^(-l_v / 2), mean_t = mean_s + l_m (mean - mean_s)
 *   rescale[c] = g * M[c]; bias[c] = b[c] + round((mean_s / g - mean_t) / (s_a * s_w[c])), saturating at +-2^30
 * M, b and the source statistics are the model's. guard >= 0 (0: none), prior >= 0 in samples. Nothing is corrected
 * without a sample, nor with a guard after five or fewer. rescale and bias may be the places of mean and variance.
 * Channels with M[c] = 0 keep M and b. */
ATTUNE_API int32_t attune_align(int32_t arena, int32_t record, int32_t mean, int32_t variance, int32_t spread,
                                int32_t samples, float guard, int32_t prior, float epsilon, int32_t rescale,
                                int32_t bias);

/* --- Input filter ---------------------------------------------------------------------------------------------------
 * A CONV_2D of C to C channels, K x K with K = 3, 5 or 7, stride 1, padded to the input's size, one scale and zero
 * point z for input and output, and a spectrum: the variances of the source's K x K patches of each channel in the
 * orthonormal two-dimensional DCT-II basis (component u * K + v has frequency u downwards and v across), in squared
 * int8 steps, over the patches that lie wholly inside an image. Its other words are what they are for any layer. A
 * patch has d = C * K * K <= 147 elements x in the order [channel][row][column] of its values as they are, int8. Any
 * other record: ATTUNE_ERROR_MODE. */

#define ATTUNE_PATCH_ELEMENTS 147 /* largest d */

/* Adds the patches of the layer's whole input to sums: int64 count, int64 sum[d], int64 products[d * (d + 1) / 2] with
 * the sum of x[i] * x[j], j <= i, at i * (i + 1) / 2 + j. Exact. */
ATTUNE_API int32_t attune_patches_add(int32_t arena, int32_t record, int32_t binding, int32_t sums);

/* Bytes of sums, and of the scratch of attune_filter_solve, for this record. */
ATTUNE_API int32_t attune_patches_bytes(int32_t arena, int32_t record);
ATTUNE_API int32_t attune_filter_scratch(int32_t arena, int32_t record);

/* The filter that takes away the white noise that the patches have more of than the source's. With S their covariance
 * and mu their mean: noise variance n[c] of a channel = the 25 % quantile of (DCT variance - source's) over the two
 * thirds of components whose source variance is smallest, at least 0. If all are 0: returns 0 and the filter is the
 * identity. Else returns 1 and row c of W is that of channel c's centre in (S - diag(n)) (S + 1e-4 tr(S) / d I)^-1,
 * the linear estimate of least mean square error; s = max |W[c]| / 127; weights = round(W / s), rescale = s, bias =
 * round((mu_c - z) / s - sum weights (mu - z)). weights int8 [C][K][K][C], rescale float32 [C], bias int32 [C] and
 * scratch (8-byte aligned) are arena offsets. ATTUNE_ERROR_RANGE if the sums are those of no patches, or if they have
 * no such filter, which shows only in scratch; the filter is then left as it was. */
ATTUNE_API int32_t attune_filter_solve(int32_t arena, int32_t record, int32_t sums, int32_t scratch, int32_t weights,
                                       int32_t rescale, int32_t bias);

/* --- Augmentation --------------------------------------------------------------------------------------------------
 */

/* Changes an int8 sample of height * width * channels values (each 1..65535, at most 2^26 together) in place, in this
 * order; i is a word of the seed (Signs, above), and a number of -n..n is floor(word(i) * (2 n + 1) / 2^32) - n:
 *   flip, 0 or 1: mirrors every line where the top bit of word(0) is set
 *   shift: moves the picture down by a number (i = 1) of -shift..shift pixels and right by another (i = 2)
 *   time_shift: moves a sample of one line or one column along the longer of both by a number (i = 3)
 *   gain: x becomes zero_point + (x - zero_point) (256 + g) / 256, rounded to nearest, ties away from zero, and
 *     saturated; g is a number (i = 4) of -gain..gain
 * What comes in from outside repeats the value at the edge. 0 leaves a part out. shift is below height and width,
 * time_shift below the longer of both while the other is 1 (else they are 0), gain 0..255. */
ATTUNE_API int32_t attune_augment(int32_t arena, int32_t offset, int32_t height, int32_t width, int32_t channels,
                                  int32_t zero_point, int32_t flip, int32_t shift, int32_t time_shift, int32_t gain,
                                  uint32_t seed_low, uint32_t seed_high);

#include "attune_backward.h" /* Back-propagation */

#ifdef __cplusplus
}
#endif

#endif
