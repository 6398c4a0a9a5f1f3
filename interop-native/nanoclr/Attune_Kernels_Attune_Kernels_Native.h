/* Written by 'dotnet build nf.proj -t:Stubs' from device/Attune.Kernels: do not edit. */
/* clang-format off */
#ifndef ATTUNE_KERNELS_ATTUNE_KERNELS_NATIVE_H
#define ATTUNE_KERNELS_ATTUNE_KERNELS_NATIVE_H

namespace Attune_Kernels
{
    namespace Attune_Kernels
    {
        struct Native
        {
            static signed int Version(HRESULT &hr);
            static signed int ArenaOpen(signed int bytes, HRESULT &hr);
            static signed int ArenaClose(signed int arena, HRESULT &hr);
            static signed int ArenaHighWater(signed int arena, HRESULT &hr);
            static signed int ArenaHighWaterReset(signed int arena, HRESULT &hr);
            static signed int ArenaWrite(signed int arena, signed int offset, CLR_RT_TypedArray_UINT8 data, signed int index, signed int count, HRESULT &hr);
            static signed int ArenaRead(signed int arena, signed int offset, CLR_RT_TypedArray_UINT8 data, signed int index, signed int count, HRESULT &hr);
            static signed int ArenaWriteWords(signed int arena, signed int offset, CLR_RT_TypedArray_INT32 data, signed int index, signed int count, HRESULT &hr);
            static signed int ArenaReadWords(signed int arena, signed int offset, CLR_RT_TypedArray_INT32 data, signed int index, signed int count, HRESULT &hr);
            static signed int ArenaFill(signed int arena, signed int offset, signed int count, signed int value, HRESULT &hr);
            static signed int ArenaFlip(signed int arena, signed int offset, signed int count, HRESULT &hr);
            static signed int ModelOpen(signed int arena, signed int bytes, HRESULT &hr);
            static signed int ModelMap(signed int arena, HRESULT &hr);
            static signed int ModelSize(signed int arena, HRESULT &hr);
            static signed int ModelWrite(signed int arena, signed int offset, CLR_RT_TypedArray_UINT8 data, signed int index, signed int count, HRESULT &hr);
            static signed int ModelRead(signed int arena, signed int offset, CLR_RT_TypedArray_UINT8 data, signed int index, signed int count, HRESULT &hr);
            static signed int ModelReadWords(signed int arena, signed int offset, CLR_RT_TypedArray_INT32 data, signed int index, signed int count, HRESULT &hr);
            static signed int ModelToArena(signed int arena, signed int modelOffset, signed int arenaOffset, signed int count, HRESULT &hr);
            static unsigned int Crc32(CLR_RT_TypedArray_UINT8 data, signed int index, signed int count, unsigned int crc, HRESULT &hr);
            static signed int Threads(signed int count, HRESULT &hr);
            static signed int LayerCheck(signed int arena, signed int record, HRESULT &hr);
            static signed int LayerScratch(signed int arena, signed int record, HRESULT &hr);
            static signed int LayerRun(signed int arena, signed int record, signed int binding, signed int mode, unsigned int seedLow, unsigned int seedHigh, HRESULT &hr);
            static signed int NodesRun(signed int arena, signed int record, signed int binding, signed int accumulators, signed int mode, unsigned int seedLow, unsigned int seedHigh, HRESULT &hr);
            static signed int ChainCheck(signed int arena, signed int record, signed int count, HRESULT &hr);
            static signed int ChainLines(signed int arena, signed int record, signed int count, signed int layer, HRESULT &hr);
            static signed int ChainRun(signed int arena, signed int record, signed int binding, signed int count, signed int lines, signed int progress, signed int probed, signed int mode, unsigned int seedLow, unsigned int seedHigh, HRESULT &hr);
            static signed int LossS32(signed int arena, signed int record, signed int binding, signed int label, signed int clean, signed int result, HRESULT &hr);
            static signed int LossS8(signed int arena, signed int logits, signed int count, float scale, signed int zeroPoint, signed int label, signed int clean, signed int result, HRESULT &hr);
            static signed int ArgmaxS8(signed int arena, signed int offset, signed int count, HRESULT &hr);
            static signed int GradientProbe(signed int arena, signed int record, signed int binding, unsigned int seedLow, unsigned int seedHigh, signed int delta, signed int first, signed int count, signed int weights, signed int biases, HRESULT &hr);
            static signed int LossesCenter(signed int arena, signed int losses, signed int count, HRESULT &hr);
            static signed int GradientHead(signed int arena, signed int record, signed int binding, signed int label, signed int nodes, HRESULT &hr);
            static signed int GradientNodes(signed int arena, signed int record, unsigned int seedLow, unsigned int seedHigh, signed int delta, signed int first, signed int count, signed int line, signed int lines, signed int nodes, HRESULT &hr);
            static signed int GradientWeights(signed int arena, signed int record, signed int binding, signed int mode, signed int nodes, signed int first, signed int count, signed int line, signed int lines, signed int weights, signed int biases, HRESULT &hr);
            static signed int Update(signed int arena, signed int record, signed int binding, signed int first, signed int count, signed int weights, signed int biases, float rate, signed int flags, unsigned int seedLow, unsigned int seedHigh, signed int pendingWeights, signed int pendingBiases, HRESULT &hr);
            static signed int UpdateApply(signed int arena, signed int record, signed int binding, signed int pendingWeights, signed int pendingBiases, HRESULT &hr);
            static signed int MomentsUpdate(signed int arena, signed int record, signed int binding, signed int first, signed int count, signed int weights, signed int biases, signed int moments, signed int squares, float share, float beta, signed int step, signed int flags, HRESULT &hr);
            static signed int StatisticsFold(signed int arena, signed int record, signed int binding, signed int mean, signed int variance, signed int spread, signed int samples, float epsilon, HRESULT &hr);
            static signed int Align(signed int arena, signed int record, signed int mean, signed int variance, signed int spread, signed int samples, float guard, signed int prior, float epsilon, signed int rescale, signed int bias, HRESULT &hr);
            static signed int PatchesAdd(signed int arena, signed int record, signed int binding, signed int sums, HRESULT &hr);
            static signed int PatchesBytes(signed int arena, signed int record, HRESULT &hr);
            static signed int FilterScratch(signed int arena, signed int record, HRESULT &hr);
            static signed int FilterSolve(signed int arena, signed int record, signed int sums, signed int scratch, signed int weights, signed int rescale, signed int bias, HRESULT &hr);
            static signed int Augment(signed int arena, signed int offset, signed int height, signed int width, signed int channels, signed int zeroPoint, signed int flip, signed int shift, signed int timeShift, signed int gain, unsigned int seedLow, unsigned int seedHigh, HRESULT &hr);
            static signed int ErrorHead(signed int arena, signed int record, signed int binding, signed int label, signed int error, signed int scale, HRESULT &hr);
            static signed int ErrorLogits(signed int arena, signed int logits, signed int count, float logitScale, signed int zeroPoint, signed int label, signed int error, signed int scale, HRESULT &hr);
            static signed int LayerError(signed int arena, signed int record, signed int binding, signed int number, signed int flags, unsigned int seedLow, unsigned int seedHigh, signed int error, signed int scale, signed int scratch, signed int result, signed int resultScale, signed int range, signed int chosen, HRESULT &hr);
            static signed int ErrorScratch(signed int arena, signed int record, signed int number, signed int most, HRESULT &hr);
            static signed int ErrorReads(signed int arena, signed int record, HRESULT &hr);
            static signed int ErrorFinish(signed int arena, signed int record, signed int binding, signed int error, signed int scale, signed int mask, signed int biases, HRESULT &hr);
            static signed int ErrorChoose(signed int arena, signed int record, signed int binding, signed int error, signed int scale, signed int count, signed int chosen, signed int biases, HRESULT &hr);
            static signed int ErrorMerge(signed int arena, signed int error, signed int scale, signed int other, signed int otherScale, signed int positions, signed int channels, signed int flags, unsigned int seedLow, unsigned int seedHigh, HRESULT &hr);
            static signed int WeightsGradient(signed int arena, signed int record, signed int binding, signed int error, signed int scale, signed int first, signed int count, signed int weights, signed int chosen, HRESULT &hr);
            static signed int GradientStandardize(signed int arena, signed int record, signed int binding, signed int first, signed int count, signed int weights, signed int averages, float share, HRESULT &hr);
        };
    }
}

#endif
