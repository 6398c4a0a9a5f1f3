/* Written by 'dotnet build nf.proj -t:Stubs' from device/Attune.Kernels: do not edit. */
/* clang-format off */
#include "Attune_Kernels.h"
#include "Attune_Kernels_Attune_Kernels_Native.h"

#include <attune.h>

using namespace Attune_Kernels::Attune_Kernels;

/* Whether index .. index + count - 1 lies inside an array of this size. Negative numbers become larger than any size. */
static bool inside(unsigned int size, signed int index, signed int count)
{
    return (unsigned int)index <= size && (unsigned int)count <= size - (unsigned int)index;
}

signed int Native::Version(HRESULT &hr)
{
    (void)hr;
    return attune_version();
}

signed int Native::ArenaOpen(signed int bytes, HRESULT &hr)
{
    (void)hr;
    return attune_arena_open(bytes);
}

signed int Native::ArenaClose(signed int arena, HRESULT &hr)
{
    (void)hr;
    return attune_arena_close(arena);
}

signed int Native::ArenaHighWater(signed int arena, HRESULT &hr)
{
    (void)hr;
    return attune_arena_high_water(arena);
}

signed int Native::ArenaHighWaterReset(signed int arena, HRESULT &hr)
{
    (void)hr;
    return attune_arena_high_water_reset(arena);
}

signed int Native::ArenaWrite(signed int arena, signed int offset, CLR_RT_TypedArray_UINT8 data, signed int index, signed int count, HRESULT &hr)
{
    if (!inside(data.GetSize(), index, count))
    {
        hr = CLR_E_OUT_OF_RANGE;
        return 0;
    }
    return attune_arena_write(arena, offset, reinterpret_cast<uint8_t *>(data.GetBuffer()), index, count);
}

signed int Native::ArenaRead(signed int arena, signed int offset, CLR_RT_TypedArray_UINT8 data, signed int index, signed int count, HRESULT &hr)
{
    if (!inside(data.GetSize(), index, count))
    {
        hr = CLR_E_OUT_OF_RANGE;
        return 0;
    }
    return attune_arena_read(arena, offset, reinterpret_cast<uint8_t *>(data.GetBuffer()), index, count);
}

signed int Native::ArenaWriteWords(signed int arena, signed int offset, CLR_RT_TypedArray_INT32 data, signed int index, signed int count, HRESULT &hr)
{
    if (!inside(data.GetSize(), index, count))
    {
        hr = CLR_E_OUT_OF_RANGE;
        return 0;
    }
    return attune_arena_write_words(arena, offset, reinterpret_cast<int32_t *>(data.GetBuffer()), index, count);
}

signed int Native::ArenaReadWords(signed int arena, signed int offset, CLR_RT_TypedArray_INT32 data, signed int index, signed int count, HRESULT &hr)
{
    if (!inside(data.GetSize(), index, count))
    {
        hr = CLR_E_OUT_OF_RANGE;
        return 0;
    }
    return attune_arena_read_words(arena, offset, reinterpret_cast<int32_t *>(data.GetBuffer()), index, count);
}

signed int Native::ArenaFill(signed int arena, signed int offset, signed int count, signed int value, HRESULT &hr)
{
    (void)hr;
    return attune_arena_fill(arena, offset, count, value);
}

signed int Native::ArenaFlip(signed int arena, signed int offset, signed int count, HRESULT &hr)
{
    (void)hr;
    return attune_arena_flip(arena, offset, count);
}

signed int Native::ModelOpen(signed int arena, signed int bytes, HRESULT &hr)
{
    (void)hr;
    return attune_model_open(arena, bytes);
}

signed int Native::ModelMap(signed int arena, HRESULT &hr)
{
    (void)hr;
    return attune_model_map(arena);
}

signed int Native::ModelSize(signed int arena, HRESULT &hr)
{
    (void)hr;
    return attune_model_size(arena);
}

signed int Native::ModelWrite(signed int arena, signed int offset, CLR_RT_TypedArray_UINT8 data, signed int index, signed int count, HRESULT &hr)
{
    if (!inside(data.GetSize(), index, count))
    {
        hr = CLR_E_OUT_OF_RANGE;
        return 0;
    }
    return attune_model_write(arena, offset, reinterpret_cast<uint8_t *>(data.GetBuffer()), index, count);
}

signed int Native::ModelRead(signed int arena, signed int offset, CLR_RT_TypedArray_UINT8 data, signed int index, signed int count, HRESULT &hr)
{
    if (!inside(data.GetSize(), index, count))
    {
        hr = CLR_E_OUT_OF_RANGE;
        return 0;
    }
    return attune_model_read(arena, offset, reinterpret_cast<uint8_t *>(data.GetBuffer()), index, count);
}

signed int Native::ModelReadWords(signed int arena, signed int offset, CLR_RT_TypedArray_INT32 data, signed int index, signed int count, HRESULT &hr)
{
    if (!inside(data.GetSize(), index, count))
    {
        hr = CLR_E_OUT_OF_RANGE;
        return 0;
    }
    return attune_model_read_words(arena, offset, reinterpret_cast<int32_t *>(data.GetBuffer()), index, count);
}

signed int Native::ModelToArena(signed int arena, signed int modelOffset, signed int arenaOffset, signed int count, HRESULT &hr)
{
    (void)hr;
    return attune_model_to_arena(arena, modelOffset, arenaOffset, count);
}

unsigned int Native::Crc32(CLR_RT_TypedArray_UINT8 data, signed int index, signed int count, unsigned int crc, HRESULT &hr)
{
    if (!inside(data.GetSize(), index, count))
    {
        hr = CLR_E_OUT_OF_RANGE;
        return 0;
    }
    return attune_crc32(reinterpret_cast<uint8_t *>(data.GetBuffer()), index, count, crc);
}

signed int Native::Threads(signed int count, HRESULT &hr)
{
    (void)hr;
    return attune_threads(count);
}

signed int Native::LayerCheck(signed int arena, signed int record, HRESULT &hr)
{
    (void)hr;
    return attune_layer_check(arena, record);
}

signed int Native::LayerScratch(signed int arena, signed int record, HRESULT &hr)
{
    (void)hr;
    return attune_layer_scratch(arena, record);
}

signed int Native::LayerRun(signed int arena, signed int record, signed int binding, signed int mode, unsigned int seedLow, unsigned int seedHigh, HRESULT &hr)
{
    (void)hr;
    return attune_layer_run(arena, record, binding, mode, seedLow, seedHigh);
}

signed int Native::NodesRun(signed int arena, signed int record, signed int binding, signed int accumulators, signed int mode, unsigned int seedLow, unsigned int seedHigh, HRESULT &hr)
{
    (void)hr;
    return attune_nodes_run(arena, record, binding, accumulators, mode, seedLow, seedHigh);
}

signed int Native::ChainCheck(signed int arena, signed int record, signed int count, HRESULT &hr)
{
    (void)hr;
    return attune_chain_check(arena, record, count);
}

signed int Native::ChainLines(signed int arena, signed int record, signed int count, signed int layer, HRESULT &hr)
{
    (void)hr;
    return attune_chain_lines(arena, record, count, layer);
}

signed int Native::ChainRun(signed int arena, signed int record, signed int binding, signed int count, signed int lines, signed int progress, signed int probed, signed int mode, unsigned int seedLow, unsigned int seedHigh, HRESULT &hr)
{
    (void)hr;
    return attune_chain_run(arena, record, binding, count, lines, progress, probed, mode, seedLow, seedHigh);
}

signed int Native::LossS32(signed int arena, signed int record, signed int binding, signed int label, signed int clean, signed int result, HRESULT &hr)
{
    (void)hr;
    return attune_loss_s32(arena, record, binding, label, clean, result);
}

signed int Native::LossS8(signed int arena, signed int logits, signed int count, float scale, signed int zeroPoint, signed int label, signed int clean, signed int result, HRESULT &hr)
{
    (void)hr;
    return attune_loss_s8(arena, logits, count, scale, zeroPoint, label, clean, result);
}

signed int Native::ArgmaxS8(signed int arena, signed int offset, signed int count, HRESULT &hr)
{
    (void)hr;
    return attune_argmax_s8(arena, offset, count);
}

signed int Native::GradientProbe(signed int arena, signed int record, signed int binding, unsigned int seedLow, unsigned int seedHigh, signed int delta, signed int first, signed int count, signed int weights, signed int biases, HRESULT &hr)
{
    (void)hr;
    return attune_gradient_probe(arena, record, binding, seedLow, seedHigh, delta, first, count, weights, biases);
}

signed int Native::LossesCenter(signed int arena, signed int losses, signed int count, HRESULT &hr)
{
    (void)hr;
    return attune_losses_center(arena, losses, count);
}

signed int Native::GradientHead(signed int arena, signed int record, signed int binding, signed int label, signed int nodes, HRESULT &hr)
{
    (void)hr;
    return attune_gradient_head(arena, record, binding, label, nodes);
}

signed int Native::GradientNodes(signed int arena, signed int record, unsigned int seedLow, unsigned int seedHigh, signed int delta, signed int first, signed int count, signed int line, signed int lines, signed int nodes, HRESULT &hr)
{
    (void)hr;
    return attune_gradient_nodes(arena, record, seedLow, seedHigh, delta, first, count, line, lines, nodes);
}

signed int Native::GradientWeights(signed int arena, signed int record, signed int binding, signed int mode, signed int nodes, signed int first, signed int count, signed int line, signed int lines, signed int weights, signed int biases, HRESULT &hr)
{
    (void)hr;
    return attune_gradient_weights(arena, record, binding, mode, nodes, first, count, line, lines, weights, biases);
}

signed int Native::Update(signed int arena, signed int record, signed int binding, signed int first, signed int count, signed int weights, signed int biases, float rate, signed int flags, unsigned int seedLow, unsigned int seedHigh, signed int pendingWeights, signed int pendingBiases, HRESULT &hr)
{
    (void)hr;
    return attune_update(arena, record, binding, first, count, weights, biases, rate, flags, seedLow, seedHigh, pendingWeights, pendingBiases);
}

signed int Native::UpdateApply(signed int arena, signed int record, signed int binding, signed int pendingWeights, signed int pendingBiases, HRESULT &hr)
{
    (void)hr;
    return attune_update_apply(arena, record, binding, pendingWeights, pendingBiases);
}

signed int Native::MomentsUpdate(signed int arena, signed int record, signed int binding, signed int first, signed int count, signed int weights, signed int biases, signed int moments, signed int squares, float share, float beta, signed int step, signed int flags, HRESULT &hr)
{
    (void)hr;
    return attune_moments_update(arena, record, binding, first, count, weights, biases, moments, squares, share, beta, step, flags);
}

signed int Native::StatisticsFold(signed int arena, signed int record, signed int binding, signed int mean, signed int variance, signed int spread, signed int samples, float epsilon, HRESULT &hr)
{
    (void)hr;
    return attune_statistics_fold(arena, record, binding, mean, variance, spread, samples, epsilon);
}

signed int Native::Align(signed int arena, signed int record, signed int mean, signed int variance, signed int spread, signed int samples, float guard, signed int prior, float epsilon, signed int rescale, signed int bias, HRESULT &hr)
{
    (void)hr;
    return attune_align(arena, record, mean, variance, spread, samples, guard, prior, epsilon, rescale, bias);
}

signed int Native::PatchesAdd(signed int arena, signed int record, signed int binding, signed int sums, HRESULT &hr)
{
    (void)hr;
    return attune_patches_add(arena, record, binding, sums);
}

signed int Native::PatchesBytes(signed int arena, signed int record, HRESULT &hr)
{
    (void)hr;
    return attune_patches_bytes(arena, record);
}

signed int Native::FilterScratch(signed int arena, signed int record, HRESULT &hr)
{
    (void)hr;
    return attune_filter_scratch(arena, record);
}

signed int Native::FilterSolve(signed int arena, signed int record, signed int sums, signed int scratch, signed int weights, signed int rescale, signed int bias, HRESULT &hr)
{
    (void)hr;
    return attune_filter_solve(arena, record, sums, scratch, weights, rescale, bias);
}

signed int Native::Augment(signed int arena, signed int offset, signed int height, signed int width, signed int channels, signed int zeroPoint, signed int flip, signed int shift, signed int timeShift, signed int gain, unsigned int seedLow, unsigned int seedHigh, HRESULT &hr)
{
    (void)hr;
    return attune_augment(arena, offset, height, width, channels, zeroPoint, flip, shift, timeShift, gain, seedLow, seedHigh);
}

signed int Native::ErrorHead(signed int arena, signed int record, signed int binding, signed int label, signed int error, signed int scale, HRESULT &hr)
{
    (void)hr;
    return attune_error_head(arena, record, binding, label, error, scale);
}

signed int Native::ErrorLogits(signed int arena, signed int logits, signed int count, float logitScale, signed int zeroPoint, signed int label, signed int error, signed int scale, HRESULT &hr)
{
    (void)hr;
    return attune_error_logits(arena, logits, count, logitScale, zeroPoint, label, error, scale);
}

signed int Native::LayerError(signed int arena, signed int record, signed int binding, signed int number, signed int flags, unsigned int seedLow, unsigned int seedHigh, signed int error, signed int scale, signed int scratch, signed int result, signed int resultScale, signed int range, signed int chosen, HRESULT &hr)
{
    (void)hr;
    return attune_layer_error(arena, record, binding, number, flags, seedLow, seedHigh, error, scale, scratch, result, resultScale, range, chosen);
}

signed int Native::ErrorScratch(signed int arena, signed int record, signed int number, signed int most, HRESULT &hr)
{
    (void)hr;
    return attune_error_scratch(arena, record, number, most);
}

signed int Native::ErrorReads(signed int arena, signed int record, HRESULT &hr)
{
    (void)hr;
    return attune_error_reads(arena, record);
}

signed int Native::ErrorFinish(signed int arena, signed int record, signed int binding, signed int error, signed int scale, signed int mask, signed int biases, HRESULT &hr)
{
    (void)hr;
    return attune_error_finish(arena, record, binding, error, scale, mask, biases);
}

signed int Native::ErrorChoose(signed int arena, signed int record, signed int binding, signed int error, signed int scale, signed int count, signed int chosen, signed int biases, HRESULT &hr)
{
    (void)hr;
    return attune_error_choose(arena, record, binding, error, scale, count, chosen, biases);
}

signed int Native::ErrorMerge(signed int arena, signed int error, signed int scale, signed int other, signed int otherScale, signed int positions, signed int channels, signed int flags, unsigned int seedLow, unsigned int seedHigh, HRESULT &hr)
{
    (void)hr;
    return attune_error_merge(arena, error, scale, other, otherScale, positions, channels, flags, seedLow, seedHigh);
}

signed int Native::WeightsGradient(signed int arena, signed int record, signed int binding, signed int error, signed int scale, signed int first, signed int count, signed int weights, signed int chosen, HRESULT &hr)
{
    (void)hr;
    return attune_weights_gradient(arena, record, binding, error, scale, first, count, weights, chosen);
}

signed int Native::GradientStandardize(signed int arena, signed int record, signed int binding, signed int first, signed int count, signed int weights, signed int averages, float share, HRESULT &hr)
{
    (void)hr;
    return attune_gradient_standardize(arena, record, binding, first, count, weights, averages, share);
}
