using System.Runtime.InteropServices;
using Attune.Kernels;

namespace Attune.Tests.Conformance;

/// <summary>
/// The functions that running a layer needs, from the product's kernel library or from another build of it. They are
/// attune.h's functions of the same names.
/// </summary>
internal sealed class KernelLibrary
{
    public delegate int Open(int bytes);
    public delegate int Close(int arena);
    public delegate int OpenModel(int arena, int bytes);
    public delegate int Transfer(int arena, int offset, byte[] data, int index, int count);
    public delegate int TransferWords(int arena, int offset, int[] data, int index, int count);
    public delegate int Scratch(int arena, int record);
    public delegate int Run(int arena, int record, int binding, int mode, uint seedLow, uint seedHigh);

    /// <summary>The product's library.</summary>
    public static KernelLibrary Product { get; } =
        new()
        {
            ArenaOpen = Native.ArenaOpen,
            ArenaClose = Native.ArenaClose,
            ArenaWrite = Native.ArenaWrite,
            ArenaRead = Native.ArenaRead,
            ArenaWriteWords = Native.ArenaWriteWords,
            ModelOpen = Native.ModelOpen,
            ModelWrite = Native.ModelWrite,
            LayerScratch = Native.LayerScratch,
            LayerRun = Native.LayerRun,
        };

    public required Open ArenaOpen { get; init; }

    public required Close ArenaClose { get; init; }

    public required Transfer ArenaWrite { get; init; }

    public required Transfer ArenaRead { get; init; }

    public required TransferWords ArenaWriteWords { get; init; }

    public required OpenModel ModelOpen { get; init; }

    public required Transfer ModelWrite { get; init; }

    public required Scratch LayerScratch { get; init; }

    public required Run LayerRun { get; init; }

    /// <summary>Another build, by the path of its file.</summary>
    public static KernelLibrary Load(string path)
    {
        nint library = NativeLibrary.Load(path);
        T Function<T>(string name)
            where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));
        return new KernelLibrary
        {
            ArenaOpen = Function<Open>("attune_arena_open"),
            ArenaClose = Function<Close>("attune_arena_close"),
            ArenaWrite = Function<Transfer>("attune_arena_write"),
            ArenaRead = Function<Transfer>("attune_arena_read"),
            ArenaWriteWords = Function<TransferWords>("attune_arena_write_words"),
            ModelOpen = Function<OpenModel>("attune_model_open"),
            ModelWrite = Function<Transfer>("attune_model_write"),
            LayerScratch = Function<Scratch>("attune_layer_scratch"),
            LayerRun = Function<Run>("attune_layer_run"),
        };
    }
}
