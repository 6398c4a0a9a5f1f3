using Attune.Execution;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;

namespace Attune.Tests.Conformance;

/// <summary>
/// Runs a model layer by layer with every tensor at a place of its own, so that each can be looked at afterwards. It
/// shares no code with the product's planner and runs on any <see cref="KernelLibrary"/>.
/// </summary>
internal sealed class ModelRunner : IDisposable
{
    private const int BindingBytes = 4 * BindingField.BindingWords;
    private readonly KernelLibrary kernels;
    private readonly AtmFile file;
    private readonly int[] places;
    private readonly int scratch;
    private readonly int arena;

    public ModelRunner(AtmFile file, KernelLibrary kernels)
    {
        this.kernels = kernels;
        this.file = file;
        int at = BindingBytes;
        places = new int[file.LayerCount + 1];
        for (int tensor = 0; tensor < places.Length; tensor++)
        {
            places[tensor] = at;
            at = (at + TensorBytes(tensor) + 15) & ~15;
        }
        scratch = at;
        int scratchBytes = ScratchBytes();
        arena = Check(kernels.ArenaOpen(scratch + scratchBytes + 16), "opening the arena");
        LoadModel(arena);
    }

    /// <summary>Bytes of a tensor; 0 is the network's input.</summary>
    public int TensorBytes(int tensor) =>
        tensor == 0
            ? file.Header(HeaderField.InputN)
                * file.Header(HeaderField.InputH)
                * file.Header(HeaderField.InputW)
                * file.Header(HeaderField.InputC)
            : file.Word(tensor - 1, RecordField.OutputN)
                * file.Word(tensor - 1, RecordField.OutputN + 1)
                * file.Word(tensor - 1, RecordField.OutputN + 2)
                * file.Word(tensor - 1, RecordField.OutputN + 3);

    /// <summary>Sets a tensor.</summary>
    public void Write(int tensor, byte[] values)
    {
        Assert.HasCount(TensorBytes(tensor), values);
        Check(kernels.ArenaWrite(arena, places[tensor], values, 0, values.Length), "writing a tensor");
    }

    /// <summary>Gets a tensor.</summary>
    public byte[] Read(int tensor)
    {
        var values = new byte[TensorBytes(tensor)];
        Check(kernels.ArenaRead(arena, places[tensor], values, 0, values.Length), "reading a tensor");
        return values;
    }

    /// <summary>Runs one layer.</summary>
    public void RunLayer(int layer)
    {
        int second = file.Word(layer, RecordField.Input2);
        int[] binding =
        [
            places[file.Word(layer, RecordField.Input)],
            second < 0 ? -1 : places[second],
            places[layer + 1],
            scratch,
            -1,
            -1,
            -1,
            -1,
            0,
            0,
            0,
            -1,
        ];
        Check(kernels.ArenaWriteWords(arena, 0, binding, 0, binding.Length), "writing the binding");
        Check(kernels.LayerRun(arena, QuantizedModel.RecordOffset(layer), 0, 0, 0, 0), "running layer " + layer);
    }

    /// <summary>Runs all layers and returns the model's output.</summary>
    public byte[] Infer(byte[] input)
    {
        Write(0, input);
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            RunLayer(layer);
        }
        return Read(file.Header(HeaderField.OutputTensor));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (kernels.ArenaClose(arena) < 0)
        {
            throw new InvalidOperationException("the arena was closed before");
        }
    }

    private int ScratchBytes()
    {
        int probe = Check(kernels.ArenaOpen(16), "opening an arena");
        LoadModel(probe);
        int largest = 0;
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            int bytes = kernels.LayerScratch(probe, QuantizedModel.RecordOffset(layer));
            largest = Math.Max(largest, Check(bytes, "asking for scratch"));
        }
        Check(kernels.ArenaClose(probe), "closing an arena");
        return largest;
    }

    private void LoadModel(int handle)
    {
        Check(kernels.ModelOpen(handle, file.Bytes.Length), "opening the model");
        Check(kernels.ModelWrite(handle, 0, file.Bytes, 0, file.Bytes.Length), "loading the model");
    }

    private static int Check(int status, string what) => KernelException.Check(status, what);
}
