using System.Runtime.InteropServices;
using Attune.Execution;
using Attune.Host.Model;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Host.Reference.Training;

/// <summary>
/// Runs a model with the integer kernels, one layer after the other, with a place of its own for every tensor, so that all of
/// them can be read afterwards. Memory is not shared as on a device: it is for comparison and measurement.
/// </summary>
public sealed class IntegerTrace : IDisposable
{
    private const int BindingBytes = 4 * BindingField.BindingWords;
    private readonly AtmFile file;
    private readonly Arena arena;
    private readonly int[] places;
    private readonly int[] sizes;
    private readonly int scratchAt;
    private readonly int sumsAt;
    private readonly int[] binding = new int[BindingField.BindingWords];
    private readonly byte[] buffer;

    /// <summary>Lays a model out.</summary>
    /// <exception cref="KernelException">All tensors together need more than 2^30 bytes, or this machine has no memory.</exception>
    public IntegerTrace(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        this.file = file;
        places = new int[file.LayerCount + 1];
        sizes = new int[places.Length];
        long at = BindingBytes;
        int channels = 1;
        for (int tensor = 0; tensor < places.Length; tensor++)
        {
            sizes[tensor] = TensorSize(tensor);
            places[tensor] = (int)Math.Min(at, int.MaxValue);
            at = (at + sizes[tensor] + 15) & ~15;
            channels = Math.Max(channels, tensor == 0 ? 1 : file.Word(tensor - 1, RecordField.OutputN + 3));
        }
        sumsAt = (int)Math.Min(at, int.MaxValue);
        at += (16L * channels + 15) & ~15;
        scratchAt = (int)Math.Min(at, int.MaxValue);
        at += LargestScratch(file) + 16;
        arena = new Arena((int)Math.Min(at, int.MaxValue));
        arena.LoadModel(file.Bytes);
        buffer = new byte[Math.Max(sizes.Max(), 16 * channels)];
    }

    /// <summary>Runs all layers on an int8 input.</summary>
    public void Run(ReadOnlySpan<sbyte> input)
    {
        Load(input);
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            RunLayer(layer, 0);
        }
    }

    /// <summary>A tensor of the last run, copied.</summary>
    public void Read(int tensor, Span<sbyte> values)
    {
        arena.Read(places[tensor], buffer, 0, sizes[tensor]);
        MemoryMarshal.Cast<byte, sbyte>(buffer.AsSpan(0, sizes[tensor])).CopyTo(values);
    }

    /// <summary>Elements of a tensor.</summary>
    public int Size(int tensor) => sizes[tensor];

    /// <summary>Runs all layers and gives, for each with weights, sums of its accumulators without their biases.</summary>
    /// <param name="input">The sample.</param>
    /// <param name="receive">Called with the layer, the sums by channel, and the sums of squares by channel.</param>
    public void Measure(ReadOnlySpan<sbyte> input, Action<int, long[], long[]> receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        Load(input);
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            if (file.Word(layer, RecordField.Operator) > Operators.FullyConnected)
            {
                RunLayer(layer, 0);
                continue;
            }
            int channels = file.Word(layer, RecordField.OutputN + 3);
            arena.Fill(sumsAt, 16 * channels, 0);
            RunLayer(layer, RunMode.Statistics);
            arena.Read(sumsAt, buffer, 0, 16 * channels);
            var sums = MemoryMarshal.Cast<byte, long>(buffer.AsSpan(0, 16 * channels));
            receive(layer, sums[..channels].ToArray(), sums[channels..].ToArray());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();

    private static int LargestScratch(AtmFile file)
    {
        using var probe = new Arena(16);
        probe.LoadModel(file.Bytes);
        int largest = 0;
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            int bytes = Native.LayerScratch(probe.Handle, QuantizedModel.RecordOffset(layer));
            largest = Math.Max(largest, KernelException.Check(bytes, "asking for scratch memory"));
        }
        return largest;
    }

    private int TensorSize(int tensor)
    {
        int size = 1;
        for (int axis = 0; axis < 4; axis++)
        {
            size *=
                tensor == 0
                    ? file.Header(HeaderField.InputN + axis)
                    : file.Word(tensor - 1, RecordField.OutputN + axis);
        }
        return size;
    }

    private void Load(ReadOnlySpan<sbyte> input)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, sizes[0]);
        MemoryMarshal.Cast<sbyte, byte>(input).CopyTo(buffer);
        arena.Write(places[0], buffer, 0, sizes[0]);
    }

    private void RunLayer(int layer, int mode)
    {
        int second = file.Word(layer, RecordField.Input2);
        Array.Fill(binding, -1, BindingField.Weights, 3);
        binding[BindingField.Threshold] = -1;
        binding[BindingField.Input] = places[file.Word(layer, RecordField.Input)];
        binding[BindingField.Input2] = second < 0 ? -1 : places[second];
        binding[BindingField.Output] = places[layer + 1];
        binding[BindingField.Scratch] = scratchAt;
        binding[BindingField.Statistics] = sumsAt;
        arena.WriteWords(0, binding, 0, binding.Length);
        KernelException.Check(
            Native.LayerRun(arena.Handle, QuantizedModel.RecordOffset(layer), 0, mode, 0, 0),
            $"running layer {layer}, {Operators.Name(file.Word(layer, RecordField.Operator))}"
        );
    }
}
