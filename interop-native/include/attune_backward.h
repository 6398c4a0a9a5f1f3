/* The part of attune.h that is about back-propagation; include attune.h. */
#ifndef ATTUNE_BACKWARD_H
#define ATTUNE_BACKWARD_H

/* --- Back-propagation -----------------------------------------------------------------------------------------------
 * The error of a tensor is int8 with its shape, and a float32 scale S of its own for each sample: S * e is the
 * derivative of the loss by one unit of the tensor's int8 values before their clamp; a classifier's accumulators count
 * as such values before rounding. A derivative g becomes an error position by position; what rounding leaves over is
 * carried to the channel's next position, so that sums over positions keep their value:
 *   t = round(256 * g / S) + carry[c];  e = clip(floor(t / 256), -128, 127);  carry[c] = t modulo 256
 * Carries begin at byte c % 4 of word(c / 4) (Signs, above). With ATTUNE_ERROR_NEAREST they are always 128.
 * Errors times weights are summed in int32, where a layer's multipliers M[c] have gone into the weights, rounded to
 * int8 of one scale; a depthwise layer keeps its weights. Every backend gives the same bits. An error of which nothing
 * is left has the scale 0; there is nothing to take further. */
#define ATTUNE_ERROR_NEAREST 1
#define ATTUNE_ERROR_EXTREMES 2 /* of attune_layer_error: the range is a scale that follows largest magnitudes */

/* Softmax cross-entropy of the classifier's accumulators, as attune_loss_s32 reads them, to the error of its output:
 * (p[c] - (c == label)) * output scale. Writes error int8[C] and its scale (float32), which makes the largest magnitude
 * 127; these few are rounded to nearest. */
ATTUNE_API int32_t attune_error_head(int32_t arena, int32_t record, int32_t binding, int32_t label, int32_t error,
                                     int32_t scale);
/* The same from int8 logits, as attune_loss_s8 reads them. */
ATTUNE_API int32_t attune_error_logits(int32_t arena, int32_t logits, int32_t count, float logit_scale,
                                       int32_t zero_point, int32_t label, int32_t error, int32_t scale);

/* From the error of a layer's output to that of its input `number` (0, or 1 for the second operand of ADD and MUL).
 * scale: float32 of the error. Writes result and result_scale, which is scale * r with r the float32 at range: how much
 * coarser results have been, 0 if that is not known yet. If a sample's mean magnitude is far from 6, the step is
 * repeated with another r; r then follows the samples, a tenth of the way each, to a mean magnitude of 6 with at most
 * one element in 1,000 saturated. With ATTUNE_ERROR_EXTREMES the float32 at range is the result's scale itself: once it
 * is known no step is repeated, and it follows the samples, a tenth of the way each, to the scale that makes the
 * largest magnitude 127. A saturated magnitude counts as 254, since no more is known of it; a scale below 1e-33 becomes
 * 0, not known. Returns the largest magnitude, 0..128, plus 256 times the number of elements of magnitude 127 and more,
 * at most 2^22. scratch: attune_error_scratch bytes, 16-byte aligned. ATTUNE_ERROR_MODE where no rule leads backward:
 * MEDIAN_2D, and a filter of more than 2^15 weights. MUL reads the operands, MAX_POOL_2D its input, and SOFTMAX and
 * LOGISTIC their output at the binding, whole; others read no values. */
ATTUNE_API int32_t attune_layer_error(int32_t arena, int32_t record, int32_t binding, int32_t number, int32_t flags,
                                      uint32_t seed_low, uint32_t seed_high, int32_t error, int32_t scale,
                                      int32_t scratch, int32_t result, int32_t result_scale, int32_t range,
                                      int32_t chosen);
/* Bytes for any error of 1..most chosen channels; most = 0: of all channels. */
ATTUNE_API int32_t attune_error_scratch(int32_t arena, int32_t record, int32_t number, int32_t most);
/* What attune_layer_error reads of the binding: 1 the input, 2 the second operand, 4 the output, added together. */
ATTUNE_API int32_t attune_error_reads(int32_t arena, int32_t record);

/* Finishes the error of a layer's output: zero where the mask (of ATTUNE_RUN_MASK; -1: none) has no bit, then biases
 * (float32[C], -1: none) += scale * M[c] * the sum of the channel's errors. */
ATTUNE_API int32_t attune_error_finish(int32_t arena, int32_t record, int32_t binding, int32_t error, int32_t scale,
                                       int32_t mask, int32_t biases);

/* Dynamic partial updates: keeps the error of count channels, 1..C, of a layer with weights: those whose magnitudes
 * have the largest sums; of equal ones, the lower numbers. Writes chosen int32[1 + C]: count, then the channels in
 * ascending order. The others' errors are gone: if at most half of all are kept, they are packed,
 * int8[positions][count], at the place of the error; of more, and of a layer with groups or whose inputs are read by
 * several channels each, the others become zero. Then biases (float32[C], -1: none) as in attune_error_finish. What
 * takes `chosen` (-1: all channels) behind this gives the bits that it gives of the whole error with zeros. */
ATTUNE_API int32_t attune_error_choose(int32_t arena, int32_t record, int32_t binding, int32_t error, int32_t scale,
                                       int32_t count, int32_t chosen, int32_t biases);

/* error <- error + other, both of one tensor, [positions][channels], at a scale in which no sum saturates; writes the
 * scale. For tensors that several layers read. */
ATTUNE_API int32_t attune_error_merge(int32_t arena, int32_t error, int32_t scale, int32_t other, int32_t other_scale,
                                      int32_t positions, int32_t channels, int32_t flags, uint32_t seed_low,
                                      uint32_t seed_high);

/* Adds the gradient of the weights of filters first .. first + count - 1 to a tile (Gradients, above): scale * M[c] *
 * sum over positions of error * (input - zero point), from the whole input at the binding. */
ATTUNE_API int32_t attune_weights_gradient(int32_t arena, int32_t record, int32_t binding, int32_t error, int32_t scale,
                                           int32_t first, int32_t count, int32_t weights, int32_t chosen);

/* Standardised gradients, per filter: turns a tile of weight gradients (Gradients, above), in place, into s_w[c] * (g -
 * mean[c]) / deviation[c], g = share * tile, which attune_update with ATTUNE_UPDATE_SCALED takes as a step of the real
 * weights. averages: float32[2C] that last from step to step, means and then deviations; each follows the tile's own by
 * a fifth of the way, and is the tile's own as long as the deviation is 0. A filter whose gradient is all zero, or
 * whose deviation is 0 or too large for float32, becomes all zero, and its averages stay; a g that is not finite counts
 * as 0. share is finite and not below 0. */
ATTUNE_API int32_t attune_gradient_standardize(int32_t arena, int32_t record, int32_t binding, int32_t first,
                                               int32_t count, int32_t weights, int32_t averages, float share);

#endif
