using System.Runtime.InteropServices;

namespace Attune.Kernels;

/// <summary>
/// The kernel library as static methods; the desktop's twin of device/Attune.Kernels/Native.cs, member by member.
/// Shapes, units, ranges and errors stand in interop-native/include/attune.h at the function of the same name.
/// </summary>
public static partial class Native
{
    private const string Library = "attune";

    [LibraryImport(Library, EntryPoint = "attune_version")]
    public static partial int Version();

    [LibraryImport(Library, EntryPoint = "attune_arena_open")]
    public static partial int ArenaOpen(int bytes);

    [LibraryImport(Library, EntryPoint = "attune_arena_close")]
    public static partial int ArenaClose(int arena);

    [LibraryImport(Library, EntryPoint = "attune_arena_high_water")]
    public static partial int ArenaHighWater(int arena);

    [LibraryImport(Library, EntryPoint = "attune_arena_high_water_reset")]
    public static partial int ArenaHighWaterReset(int arena);

    [LibraryImport(Library, EntryPoint = "attune_arena_write")]
    public static partial int ArenaWrite(int arena, int offset, byte[] data, int index, int count);

    [LibraryImport(Library, EntryPoint = "attune_arena_read")]
    public static partial int ArenaRead(int arena, int offset, byte[] data, int index, int count);

    [LibraryImport(Library, EntryPoint = "attune_arena_write_words")]
    public static partial int ArenaWriteWords(int arena, int offset, int[] data, int index, int count);

    [LibraryImport(Library, EntryPoint = "attune_arena_read_words")]
    public static partial int ArenaReadWords(int arena, int offset, int[] data, int index, int count);

    [LibraryImport(Library, EntryPoint = "attune_arena_fill")]
    public static partial int ArenaFill(int arena, int offset, int count, int value);

    [LibraryImport(Library, EntryPoint = "attune_arena_flip")]
    public static partial int ArenaFlip(int arena, int offset, int count);

    [LibraryImport(Library, EntryPoint = "attune_model_open")]
    public static partial int ModelOpen(int arena, int bytes);

    [LibraryImport(Library, EntryPoint = "attune_model_map")]
    public static partial int ModelMap(int arena);

    [LibraryImport(Library, EntryPoint = "attune_model_size")]
    public static partial int ModelSize(int arena);

    [LibraryImport(Library, EntryPoint = "attune_model_write")]
    public static partial int ModelWrite(int arena, int offset, byte[] data, int index, int count);

    [LibraryImport(Library, EntryPoint = "attune_model_read")]
    public static partial int ModelRead(int arena, int offset, byte[] data, int index, int count);

    [LibraryImport(Library, EntryPoint = "attune_model_read_words")]
    public static partial int ModelReadWords(int arena, int offset, int[] data, int index, int count);

    [LibraryImport(Library, EntryPoint = "attune_model_to_arena")]
    public static partial int ModelToArena(int arena, int modelOffset, int arenaOffset, int count);

    [LibraryImport(Library, EntryPoint = "attune_crc32")]
    public static partial uint Crc32(byte[] data, int index, int count, uint crc);

    [LibraryImport(Library, EntryPoint = "attune_threads")]
    public static partial int Threads(int count);

    [LibraryImport(Library, EntryPoint = "attune_layer_check")]
    public static partial int LayerCheck(int arena, int record);

    [LibraryImport(Library, EntryPoint = "attune_layer_scratch")]
    public static partial int LayerScratch(int arena, int record);

    [LibraryImport(Library, EntryPoint = "attune_layer_run")]
    public static partial int LayerRun(int arena, int record, int binding, int mode, uint seedLow, uint seedHigh);

    [LibraryImport(Library, EntryPoint = "attune_nodes_run")]
    public static partial int NodesRun(
        int arena,
        int record,
        int binding,
        int accumulators,
        int mode,
        uint seedLow,
        uint seedHigh
    );

    [LibraryImport(Library, EntryPoint = "attune_chain_check")]
    public static partial int ChainCheck(int arena, int record, int count);

    [LibraryImport(Library, EntryPoint = "attune_chain_lines")]
    public static partial int ChainLines(int arena, int record, int count, int layer);

    [LibraryImport(Library, EntryPoint = "attune_chain_run")]
    public static partial int ChainRun(
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

    [LibraryImport(Library, EntryPoint = "attune_loss_s32")]
    public static partial int LossS32(int arena, int record, int binding, int label, int clean, int result);

    [LibraryImport(Library, EntryPoint = "attune_loss_s8")]
    public static partial int LossS8(
        int arena,
        int logits,
        int count,
        float scale,
        int zeroPoint,
        int label,
        int clean,
        int result
    );

    [LibraryImport(Library, EntryPoint = "attune_argmax_s8")]
    public static partial int ArgmaxS8(int arena, int offset, int count);

    [LibraryImport(Library, EntryPoint = "attune_gradient_probe")]
    public static partial int GradientProbe(
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

    [LibraryImport(Library, EntryPoint = "attune_losses_center")]
    public static partial int LossesCenter(int arena, int losses, int count);

    [LibraryImport(Library, EntryPoint = "attune_gradient_head")]
    public static partial int GradientHead(int arena, int record, int binding, int label, int nodes);

    [LibraryImport(Library, EntryPoint = "attune_gradient_nodes")]
    public static partial int GradientNodes(
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

    [LibraryImport(Library, EntryPoint = "attune_gradient_weights")]
    public static partial int GradientWeights(
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

    [LibraryImport(Library, EntryPoint = "attune_update")]
    public static partial int Update(
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

    [LibraryImport(Library, EntryPoint = "attune_update_apply")]
    public static partial int UpdateApply(int arena, int record, int binding, int pendingWeights, int pendingBiases);

    [LibraryImport(Library, EntryPoint = "attune_moments_update")]
    public static partial int MomentsUpdate(
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

    [LibraryImport(Library, EntryPoint = "attune_statistics_fold")]
    public static partial int StatisticsFold(
        int arena,
        int record,
        int binding,
        int mean,
        int variance,
        int spread,
        int samples,
        float epsilon
    );

    [LibraryImport(Library, EntryPoint = "attune_align")]
    public static partial int Align(
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

    [LibraryImport(Library, EntryPoint = "attune_patches_add")]
    public static partial int PatchesAdd(int arena, int record, int binding, int sums);

    [LibraryImport(Library, EntryPoint = "attune_patches_bytes")]
    public static partial int PatchesBytes(int arena, int record);

    [LibraryImport(Library, EntryPoint = "attune_filter_scratch")]
    public static partial int FilterScratch(int arena, int record);

    [LibraryImport(Library, EntryPoint = "attune_filter_solve")]
    public static partial int FilterSolve(
        int arena,
        int record,
        int sums,
        int scratch,
        int weights,
        int rescale,
        int bias
    );

    [LibraryImport(Library, EntryPoint = "attune_augment")]
    public static partial int Augment(
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

    [LibraryImport(Library, EntryPoint = "attune_error_head")]
    public static partial int ErrorHead(int arena, int record, int binding, int label, int error, int scale);

    [LibraryImport(Library, EntryPoint = "attune_error_logits")]
    public static partial int ErrorLogits(
        int arena,
        int logits,
        int count,
        float logitScale,
        int zeroPoint,
        int label,
        int error,
        int scale
    );

    [LibraryImport(Library, EntryPoint = "attune_layer_error")]
    public static partial int LayerError(
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

    [LibraryImport(Library, EntryPoint = "attune_error_scratch")]
    public static partial int ErrorScratch(int arena, int record, int number, int most);

    [LibraryImport(Library, EntryPoint = "attune_error_reads")]
    public static partial int ErrorReads(int arena, int record);

    [LibraryImport(Library, EntryPoint = "attune_error_finish")]
    public static partial int ErrorFinish(
        int arena,
        int record,
        int binding,
        int error,
        int scale,
        int mask,
        int biases
    );

    [LibraryImport(Library, EntryPoint = "attune_error_choose")]
    public static partial int ErrorChoose(
        int arena,
        int record,
        int binding,
        int error,
        int scale,
        int count,
        int chosen,
        int biases
    );

    [LibraryImport(Library, EntryPoint = "attune_error_merge")]
    public static partial int ErrorMerge(
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

    [LibraryImport(Library, EntryPoint = "attune_weights_gradient")]
    public static partial int WeightsGradient(
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

    [LibraryImport(Library, EntryPoint = "attune_gradient_standardize")]
    public static partial int GradientStandardize(
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
