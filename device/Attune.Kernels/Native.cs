using System.Runtime.CompilerServices;

namespace Attune.Kernels
{
    /// <summary>
    /// The kernel library as static methods. Shapes, units, ranges and errors stand in
    /// interop-native/include/attune.h at the function of the same name.
    /// </summary>
    /// <remarks>
    /// The checksum of this class is part of the firmware: a change here needs a new firmware.
    /// </remarks>
    public static class Native
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Version();

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaOpen(int bytes);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaClose(int arena);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaHighWater(int arena);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaHighWaterReset(int arena);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaWrite(int arena, int offset, byte[] data, int index, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaRead(int arena, int offset, byte[] data, int index, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaWriteWords(int arena, int offset, int[] data, int index, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaReadWords(int arena, int offset, int[] data, int index, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaFill(int arena, int offset, int count, int value);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaFlip(int arena, int offset, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ModelOpen(int arena, int bytes);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ModelMap(int arena);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ModelSize(int arena);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ModelWrite(int arena, int offset, byte[] data, int index, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ModelRead(int arena, int offset, byte[] data, int index, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ModelReadWords(int arena, int offset, int[] data, int index, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ModelToArena(int arena, int modelOffset, int arenaOffset, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern uint Crc32(byte[] data, int index, int count, uint crc);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Threads(int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int LayerCheck(int arena, int record);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int LayerScratch(int arena, int record);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int LayerRun(int arena, int record, int binding, int mode, uint seedLow, uint seedHigh);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int NodesRun(
            int arena,
            int record,
            int binding,
            int accumulators,
            int mode,
            uint seedLow,
            uint seedHigh
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ChainCheck(int arena, int record, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ChainLines(int arena, int record, int count, int layer);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ChainRun(
            int arena,
            int record,
            int binding,
            int count,
            int lines,
            int progress,
            int probed,
            int mode,
            uint seedLow,
            uint seedHigh
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int LossS32(int arena, int record, int binding, int label, int clean, int result);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int LossS8(
            int arena,
            int logits,
            int count,
            float scale,
            int zeroPoint,
            int label,
            int clean,
            int result
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArgmaxS8(int arena, int offset, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int GradientProbe(
            int arena,
            int record,
            int binding,
            uint seedLow,
            uint seedHigh,
            int delta,
            int first,
            int count,
            int weights,
            int biases
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int LossesCenter(int arena, int losses, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int GradientHead(int arena, int record, int binding, int label, int nodes);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int GradientNodes(
            int arena,
            int record,
            uint seedLow,
            uint seedHigh,
            int delta,
            int first,
            int count,
            int line,
            int lines,
            int nodes
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int GradientWeights(
            int arena,
            int record,
            int binding,
            int mode,
            int nodes,
            int first,
            int count,
            int line,
            int lines,
            int weights,
            int biases
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Update(
            int arena,
            int record,
            int binding,
            int first,
            int count,
            int weights,
            int biases,
            float rate,
            int flags,
            uint seedLow,
            uint seedHigh,
            int pendingWeights,
            int pendingBiases
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateApply(int arena, int record, int binding, int pendingWeights, int pendingBiases);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int MomentsUpdate(
            int arena,
            int record,
            int binding,
            int first,
            int count,
            int weights,
            int biases,
            int moments,
            int squares,
            float share,
            float beta,
            int step,
            int flags
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int StatisticsFold(
            int arena,
            int record,
            int binding,
            int mean,
            int variance,
            int spread,
            int samples,
            float epsilon
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Align(
            int arena,
            int record,
            int mean,
            int variance,
            int spread,
            int samples,
            float guard,
            int prior,
            float epsilon,
            int rescale,
            int bias
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int PatchesAdd(int arena, int record, int binding, int sums);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int PatchesBytes(int arena, int record);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int FilterScratch(int arena, int record);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int FilterSolve(
            int arena,
            int record,
            int sums,
            int scratch,
            int weights,
            int rescale,
            int bias
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Augment(
            int arena,
            int offset,
            int height,
            int width,
            int channels,
            int zeroPoint,
            int flip,
            int shift,
            int timeShift,
            int gain,
            uint seedLow,
            uint seedHigh
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ErrorHead(int arena, int record, int binding, int label, int error, int scale);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ErrorLogits(
            int arena,
            int logits,
            int count,
            float logitScale,
            int zeroPoint,
            int label,
            int error,
            int scale
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int LayerError(
            int arena,
            int record,
            int binding,
            int number,
            int flags,
            uint seedLow,
            uint seedHigh,
            int error,
            int scale,
            int scratch,
            int result,
            int resultScale,
            int range,
            int chosen
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ErrorScratch(int arena, int record, int number, int most);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ErrorReads(int arena, int record);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ErrorFinish(
            int arena,
            int record,
            int binding,
            int error,
            int scale,
            int mask,
            int biases
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ErrorChoose(
            int arena,
            int record,
            int binding,
            int error,
            int scale,
            int count,
            int chosen,
            int biases
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ErrorMerge(
            int arena,
            int error,
            int scale,
            int other,
            int otherScale,
            int positions,
            int channels,
            int flags,
            uint seedLow,
            uint seedHigh
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int WeightsGradient(
            int arena,
            int record,
            int binding,
            int error,
            int scale,
            int first,
            int count,
            int weights,
            int chosen
        );

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int GradientStandardize(
            int arena,
            int record,
            int binding,
            int first,
            int count,
            int weights,
            int averages,
            float share
        );
    }
}
