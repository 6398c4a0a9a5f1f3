/* What the kernels share: memory, resolved layer calls, fixed-point arithmetic, signs. Not part of the API. */
#ifndef ATTUNE_INTERNAL_H
#define ATTUNE_INTERNAL_H

#include "attune.h"

/* One open arena and its model. */
typedef struct attune_memory {
    uint8_t *arena;
    int32_t arena_size;
    int32_t high_water;
    const uint8_t *model; /* NULL: none */
    int32_t model_size;
    uint8_t *model_block; /* the model, where attune_model_open made room for it; NULL: mapped, or none */
} attune_memory;

#define ATTUNE_LARGEST_BLOCK (1 << 30)
#define ATTUNE_BLOCK_ALIGNMENT 16

/* The open memory of a handle, or NULL. */
attune_memory *attune_memory_find(int32_t arena);

/* Gives the memory another model, or none, in place of the one it has. block as in attune_memory. */
void attune_model_set(attune_memory *memory, const uint8_t *model, int32_t bytes, uint8_t *block);

/* ATTUNE_OK, ATTUNE_ERROR_ARENA/_MODEL or ATTUNE_ERROR_ALIGNMENT for bytes at an offset. They touch nothing. */
int32_t attune_arena_range(const attune_memory *memory, int32_t offset, int64_t bytes, int32_t alignment);
int32_t attune_model_range(const attune_memory *memory, int32_t offset, int64_t bytes, int32_t alignment);

/* Raises the high-water mark; called for each range in use, once all checks have passed. */
static inline void attune_touch(attune_memory *memory, int32_t offset, int64_t bytes) {
    int32_t end = (int32_t)(offset + bytes);
    if (end > memory->high_water) {
        memory->high_water = end;
    }
}

/* A checked record. Returns ATTUNE_OK and the words, or the status. */
int32_t attune_record_find(const attune_memory *memory, int32_t record, const int32_t **words);

/* Sizes that follow from a checked record. */
int32_t attune_record_positions(const int32_t *record);   /* output n * h * w */
int32_t attune_record_filter_size(const int32_t *record); /* weights of one output channel; 0 without weights */
static inline int32_t attune_record_channels(const int32_t *record) {
    return record[ATTUNE_OUTPUT_N + 3];
}
static inline int32_t attune_record_has_weights(const int32_t *record) {
    return record[ATTUNE_OPERATOR] >= ATTUNE_CONV_2D && record[ATTUNE_OPERATOR] <= ATTUNE_FULLY_CONNECTED;
}
float attune_record_float(const int32_t *record, int32_t word);

/* The parameters of a layer with weights, where they are now: in the arena if the binding says so, else in the model.
 */
typedef struct attune_parameters {
    const int8_t *weights;
    const int32_t *bias; /* NULL: none */
    const int32_t *multipliers;
    const int32_t *shifts;
    const float *rescale; /* not NULL: replaces multipliers and shifts */
} attune_parameters;

/* Checks and resolves them; binding is the checked array of ATTUNE_BINDING_WORDS words. Touches the arena ranges. */
int32_t attune_parameters_find(attune_memory *memory, const int32_t *record, const int32_t *binding,
                               attune_parameters *parameters);
int32_t attune_binding_find(attune_memory *memory, int32_t binding, const int32_t **words);

/* Output multiplier of a channel as Q31 and shift. From float: the 24 significant bits, times 2^7; a multiplier that is
 * not positive and finite, or below 2^-32, gives 0, 0; one of 2^30 or more gives 2^31 - 1, 30. */
void attune_channel_multiplier(const attune_parameters *parameters, int32_t channel, int32_t *multiplier,
                               int32_t *shift);
/* The same as a real number: multiplier * 2^(shift - 31). */
double attune_channel_real(const attune_parameters *parameters, int32_t channel);
/* The same of channels first .. first + count - 1, rounded to float32. */
void attune_channel_floats(const attune_parameters *parameters, int32_t first, int32_t count, float *values);
/* k of ATTUNE_RUN_PROBE_BIASES: max(1, round(1 / M)), at most 2^30; 1 where M = 0. */
int32_t attune_bias_step(const attune_parameters *parameters, int32_t channel);

/* --- Fixed point (gemmlowp, double rounding) -----------------------------------------------------------------------
 */

/* round(a * b / 2^31), ties upward, saturating: gemmlowp's SaturatingRoundingDoublingHighMul. */
static inline int32_t attune_high_multiply(int32_t a, int32_t b) {
    /* gemmlowp adds 2^30 or 1 - 2^30 by sign and truncates; for either sign that is the floor below. */
    int64_t product = (int64_t)a * b;
    int64_t rounded = (product + (1 << 30)) >> 31;
    return rounded > INT32_MAX ? INT32_MAX : (int32_t)rounded;
}

/* x / 2^exponent to nearest, ties away from zero; exponent 0..31. */
static inline int32_t attune_round_shift(int32_t x, int32_t exponent) {
    int32_t mask = (int32_t)((1u << exponent) - 1);
    int32_t remainder = x & mask;
    int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/* Two rounding steps; shift > 0 is to the left and wraps modulo 2^32. The two wrong variants differ in rare last bits;
 * builds with them exist to prove that tests notice. */
static inline int32_t attune_rescale(int32_t x, int32_t multiplier, int32_t shift) {
    int32_t left = shift > 0 ? shift : 0;
    int32_t right = shift > 0 ? 0 : -shift;
    int32_t shifted = (int32_t)((uint32_t)x << left);
#if defined(ATTUNE_WRONG_ROUNDING_SINGLE)
    int32_t total = right + 31;
    return (int32_t)(((int64_t)shifted * multiplier + ((int64_t)1 << (total - 1))) >> total);
#elif defined(ATTUNE_WRONG_ROUNDING_UP)
    int64_t half = right > 0 ? (int64_t)1 << (right - 1) : 0;
    return (int32_t)((attune_high_multiply(shifted, multiplier) + half) >> right);
#else
    return attune_round_shift(attune_high_multiply(shifted, multiplier), right);
#endif
}

static inline int32_t attune_clamp(int32_t value, int32_t low, int32_t high) {
    return value < low ? low : value > high ? high : value;
}

/* Addition modulo 2^32, as the reference's int32 accumulators behave on real hardware. */
static inline int32_t attune_add_wrap(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

/* --- Signs (attune.h) ----------------------------------------------------------------------------------------------
 */

static inline uint32_t attune_mix(uint32_t x) {
    x ^= x >> 16;
    x *= 0x21f0aaadu;
    x ^= x >> 15;
    x *= 0x735a2d97u;
    x ^= x >> 15;
    return x;
}

static inline uint32_t attune_word(uint32_t index, uint32_t seed_low, uint32_t seed_high) {
    return attune_mix(attune_mix(index ^ seed_low) + seed_high);
}

static inline int32_t attune_sign(uint32_t element, uint32_t seed_low, uint32_t seed_high) {
    uint32_t word = attune_word(element >> 5, seed_low, seed_high);
    return (word >> (element & 31)) & 1 ? -1 : 1;
}

/* --- Mathematics whose result must not depend on the platform's library --------------------------------------------
 */

double attune_exp(double x);   /* error below 1e-13 relative; 0 below -700 */
double attune_log(double x);   /* x > 0, normal */
double attune_log1p(double x); /* ln(1 + x), x >= 0 and finite */
double attune_sqrt(double x);  /* correctly rounded */

/* --- Forward kernels, one a file. All sizes are checked; pointers are resolved. -------------------------------------
 */

typedef struct attune_call {
    const int32_t *record;
    const int8_t *input;
    const int8_t *input2; /* also a constant second operand */
    void *output;         /* int8, or int32 with ATTUNE_RUN_ACCUMULATORS */
    uint8_t *scratch;     /* attune_layer_scratch bytes */
    int64_t *sums;        /* [c] sums, [c] sums of squares; NULL without ATTUNE_RUN_STATISTICS */
    attune_parameters parameters;
    int32_t mode;
    uint32_t seed_low;
    uint32_t seed_high;
    /* The output lines to compute; a line is one row of one image, numbered 0 .. n * h - 1. */
    int32_t line_first;
    int32_t line_count;
    /* Lines that a buffer holds: line y lies at y % ring. A whole tensor has a ring of n * h. */
    int32_t input_ring;
    int32_t input2_ring;
    int32_t output_ring;
    int32_t threshold; /* MEDIAN_2D, 0..255 */
} attune_call;

/* Output positions that the call computes. */
static inline int32_t attune_call_positions(const attune_call *call) {
    return call->line_count * call->record[ATTUNE_OUTPUT_N + 2];
}

/* Where a line of the first input or of the int8 output lies. */
static inline const int8_t *attune_input_line(const attune_call *call, int32_t line) {
    const int32_t *shape = call->record + ATTUNE_INPUT_N;
    return call->input + (line % call->input_ring) * (shape[2] * shape[3]);
}
static inline int8_t *attune_output_line(const attune_call *call, int32_t line) {
    const int32_t *shape = call->record + ATTUNE_OUTPUT_N;
    return (int8_t *)call->output + (line % call->output_ring) * (shape[2] * shape[3]);
}

void attune_conv_2d_s8(const attune_call *call);
void attune_depthwise_conv_2d_s8(const attune_call *call);
void attune_fully_connected_s8(const attune_call *call);
void attune_add_s8(const attune_call *call);
void attune_mul_s8(const attune_call *call);
void attune_average_pool_2d_s8(const attune_call *call);
void attune_max_pool_2d_s8(const attune_call *call);
void attune_mean_s8(const attune_call *call);
void attune_pad_s8(const attune_call *call);
void attune_softmax_s8(const attune_call *call);
void attune_reshape_s8(const attune_call *call);
void attune_requantize_s8(const attune_call *call);
void attune_upsample_s8(const attune_call *call);
void attune_median_2d_s8(const attune_call *call);

#endif
