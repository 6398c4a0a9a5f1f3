using System.Runtime.InteropServices;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Host.Running;

/// <summary>
/// Runs an int8 model with the integer kernels, layer by layer. Every tensor has a place of its own in the arena, and parameters
/// too if asked for, so that all of them can be read and changed; memory is not shared as on a device.
/// </summary>
public sealed class IntegerRunner : IDisposable
{
    private const int BindingBytes = 4 * BindingField.BindingWords;
    private readonly AtmFile file;
    private readonly int[] tensorAt;
    private readonly int[] weightsAt;
    private readonly int[] biasAt;
    private readonly int keptAt;
    private readonly int sumsAt;
    private readonly int lossAt;
    private readonly byte[] one = new byte[1];
    private readonly int[] word = new int[1];
    private readonly byte[] buffer;
    private long end;

    /// <summary>Lays a model out.</summary>
    /// <param name="file">The model.</param>
    /// <param name="ownParameters">Whether weights and biases can be changed; they begin as the model's.</param>
    /// <param name="extraBytes">Room for the caller's own use, at <see cref="ExtraAt"/>.</param>
    /// <exception cref="KernelException">All tensors together need more than 2^30 bytes, or this machine has no memory.</exception>
    public IntegerRunner(AtmFile file, bool ownParameters = false, int extraBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(file);
        this.file = file;
        int layers = file.LayerCount;
        int[] weighted = ownParameters ? [.. Enumerable.Range(0, layers).Where(HasWeights)] : [];
        int channels = Enumerable.Range(0, layers).Max(layer => LayerRecord.Channels(file.Record(layer)));
        end = 2L * BindingBytes * layers; // each layer's binding, and one that keeps accumulators
        int scratchAt = Take(LargestScratch(file));
        sumsAt = Take(16 * channels);
        lossAt = Take(4);
        tensorAt = [.. Enumerable.Range(0, layers + 1).Select(tensor => Take(file.Elements(tensor)))];
        keptAt = Take(4 * Enumerable.Range(1, layers).Max(file.Elements));
        weightsAt = Places(weighted, layer => LayerRecord.WeightCount(file.Record(layer)));
        biasAt = Places(
            weighted.Where(layer => file.Word(layer, RecordField.Bias) >= 0),
            layer => 4 * LayerRecord.Channels(file.Record(layer))
        );
        ExtraAt = Take(extraBytes);
        Arena = new Arena((int)Math.Min(end, int.MaxValue));
        Arena.LoadModel(file.Bytes);
        buffer = new byte[Math.Max(16 * channels, Enumerable.Range(0, layers + 1).Max(file.Elements))];
        for (int layer = 0; layer < layers; layer++)
        {
            Bind(layer, scratchAt);
            ResetParameters(layer);
        }
    }

    /// <summary>The arena of model and tensors.</summary>
    public Arena Arena { get; }

    /// <summary>Arena offset of the caller's room, a multiple of 16.</summary>
    public int ExtraAt { get; }

    /// <summary>Arena offset of a layer's binding.</summary>
    public static int BindingAt(int layer) => 2 * BindingBytes * layer;

    /// <summary>Elements of a tensor.</summary>
    public int Size(int tensor) => file.Elements(tensor);

    /// <summary>Puts other weights into a layer.</summary>
    public void SetWeights(int layer, sbyte[] weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Arena.Write(weightsAt[layer], (byte[])(Array)weights, 0, weights.Length);
    }

    /// <summary>Puts other biases into a layer.</summary>
    public void SetBiases(int layer, int[] biases)
    {
        ArgumentNullException.ThrowIfNull(biases);
        Arena.WriteWords(biasAt[layer], biases, 0, biases.Length);
    }

    /// <summary>Puts one other weight into a layer.</summary>
    public void SetWeight(int layer, int weight, int value)
    {
        one[0] = (byte)value;
        Arena.Write(weightsAt[layer] + weight, one, 0, 1);
    }

    /// <summary>Puts one other bias into a layer.</summary>
    public void SetBias(int layer, int channel, int value)
    {
        word[0] = value;
        Arena.WriteWords(biasAt[layer] + 4 * channel, word, 0, 1);
    }

    /// <summary>The biases of a layer as they are now.</summary>
    public int[] Biases(int layer)
    {
        var biases = new int[LayerRecord.Channels(file.Record(layer))];
        Arena.ReadWords(biasAt[layer], biases, 0, biases.Length);
        return biases;
    }

    /// <summary>Loads a sample. Returns its label.</summary>
    public int Load(MemorySamples samples, int index)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return samples.Load(index, Arena, tensorAt[0]);
    }

    /// <summary>Loads an int8 input.</summary>
    public void Load(ReadOnlySpan<sbyte> input)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, Size(0));
        MemoryMarshal.Cast<sbyte, byte>(input).CopyTo(buffer);
        Arena.Write(tensorAt[0], buffer, 0, input.Length);
    }

    /// <summary>Runs all layers on an int8 input.</summary>
    public void Run(ReadOnlySpan<sbyte> input)
    {
        Load(input);
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            RunLayer(layer);
        }
    }

    /// <summary>Runs the layers from one to the loss; the classifier keeps its accumulators instead of its output.</summary>
    public void RunToLoss(int first)
    {
        for (int layer = first; layer <= file.LastLayer; layer++)
        {
            RunForLoss(layer, 0, 0, 0);
        }
    }

    /// <summary>Runs one layer as <see cref="RunToLoss"/> does.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="mode">0, or <see cref="RunMode.ProbeWeights"/> or <see cref="RunMode.ProbeNodes"/> with the seed.</param>
    /// <param name="low">Seed.</param>
    /// <param name="high">Seed.</param>
    public void RunForLoss(int layer, int mode, uint low, uint high)
    {
        bool head = layer == file.Head;
        Run(
            layer,
            head ? KeepingBindingAt(layer) : BindingAt(layer),
            mode | (head ? RunMode.Accumulators : 0),
            low,
            high
        );
    }

    /// <summary>Runs one layer.</summary>
    public void RunLayer(int layer) => Run(layer, BindingAt(layer), 0, 0, 0);

    /// <summary>Runs one layer with weights and gives its int32 accumulators, biases included, too.</summary>
    public void RunLayer(int layer, int[] accumulators)
    {
        Accumulate(layer, accumulators);
        int record = QuantizedModel.RecordOffset(layer);
        Check(layer, Native.NodesRun(Arena.Handle, record, BindingAt(layer), keptAt, 0, 0, 0));
    }

    /// <summary>Gives a layer's int32 accumulators, biases included; its output stays as it was.</summary>
    public void Accumulate(int layer, int[] accumulators)
    {
        ArgumentNullException.ThrowIfNull(accumulators);
        Run(layer, KeepingBindingAt(layer), RunMode.Accumulators, 0, 0);
        ReadKept(layer, accumulators);
    }

    /// <summary>The accumulators of the last run that kept them, copied into the first elements.</summary>
    public void ReadKept(int layer, int[] accumulators) => Arena.ReadWords(keptAt, accumulators, 0, Size(layer + 1));

    /// <summary>Runs all layers and gives, for each with weights, sums of its accumulators without their biases.</summary>
    /// <param name="input">The sample.</param>
    /// <param name="receive">Called with the layer, the sums by channel, and the sums of squares by channel.</param>
    public void Measure(ReadOnlySpan<sbyte> input, Action<int, long[], long[]> receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        Load(input);
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            if (!HasWeights(layer))
            {
                RunLayer(layer);
                continue;
            }
            int channels = LayerRecord.Channels(file.Record(layer));
            Arena.Fill(sumsAt, 16 * channels, 0);
            Run(layer, BindingAt(layer), RunMode.Statistics, 0, 0);
            Arena.Read(sumsAt, buffer, 0, 16 * channels);
            var sums = MemoryMarshal.Cast<byte, long>(buffer.AsSpan(0, 16 * channels));
            receive(layer, sums[..channels].ToArray(), sums[channels..].ToArray());
        }
    }

    /// <summary>A tensor of the last run, copied into the first elements.</summary>
    public void Read(int tensor, Span<sbyte> values)
    {
        int size = Size(tensor);
        Arena.Read(tensorAt[tensor], buffer, 0, size);
        MemoryMarshal.Cast<byte, sbyte>(buffer.AsSpan(0, size)).CopyTo(values);
    }

    /// <summary>Softmax cross-entropy of the last <see cref="RunToLoss"/>, as the kernels compute it.</summary>
    public float Loss(int label)
    {
        int last = file.LastLayer;
        int status =
            file.Head >= 0
                ? Native.LossS32(
                    Arena.Handle,
                    QuantizedModel.RecordOffset(last),
                    KeepingBindingAt(last),
                    label,
                    -1,
                    lossAt
                )
                : Native.LossS8(
                    Arena.Handle,
                    tensorAt[last + 1],
                    Size(last + 1),
                    file.Single(last, RecordField.OutputScale),
                    file.Word(last, RecordField.OutputZero),
                    label,
                    -1,
                    lossAt
                );
        KernelException.Check(status, "computing the loss");
        Arena.ReadWords(lossAt, word, 0, 1);
        return BitConverter.Int32BitsToSingle(word[0]);
    }

    /// <inheritdoc/>
    public void Dispose() => Arena.Dispose();

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

    private static int KeepingBindingAt(int layer) => BindingAt(layer) + BindingBytes;

    private bool HasWeights(int layer) => LayerRecord.FilterSize(file.Record(layer)) > 0;

    private int Take(int bytes)
    {
        long at = (end + 15) & ~15;
        end = at + bytes;
        return (int)Math.Min(at, int.MaxValue);
    }

    private int[] Places(IEnumerable<int> layers, Func<int, int> bytes)
    {
        var places = new int[file.LayerCount];
        Array.Fill(places, -1);
        foreach (int layer in layers)
        {
            places[layer] = Take(bytes(layer));
        }
        return places;
    }

    private void Bind(int layer, int scratchAt)
    {
        int second = file.Word(layer, RecordField.Input2);
        var binding = new int[BindingField.BindingWords];
        binding[BindingField.Input] = tensorAt[file.Word(layer, RecordField.Input)];
        binding[BindingField.Input2] = second < 0 ? -1 : tensorAt[second];
        binding[BindingField.Output] = tensorAt[layer + 1];
        binding[BindingField.Scratch] = scratchAt;
        binding[BindingField.Statistics] = sumsAt;
        binding[BindingField.Weights] = weightsAt[layer];
        binding[BindingField.Bias] = biasAt[layer];
        binding[BindingField.Rescale] = -1;
        binding[BindingField.Threshold] = -1; // the model's
        Arena.WriteWords(BindingAt(layer), binding, 0, binding.Length);
        binding[BindingField.Output] = keptAt;
        Arena.WriteWords(KeepingBindingAt(layer), binding, 0, binding.Length);
    }

    private void ResetParameters(int layer)
    {
        if (weightsAt[layer] >= 0)
        {
            int count = LayerRecord.WeightCount(file.Record(layer));
            Arena.CopyFromModel(file.Word(layer, RecordField.Weights), weightsAt[layer], count);
        }
        if (biasAt[layer] >= 0)
        {
            int bytes = 4 * LayerRecord.Channels(file.Record(layer));
            Arena.CopyFromModel(file.Word(layer, RecordField.Bias), biasAt[layer], bytes);
        }
    }

    private void Run(int layer, int binding, int mode, uint low, uint high) =>
        Check(layer, Native.LayerRun(Arena.Handle, QuantizedModel.RecordOffset(layer), binding, mode, low, high));

    private void Check(int layer, int status)
    {
        if (status < 0)
        {
            string name = Operators.Name(file.Word(layer, RecordField.Operator));
            KernelException.Check(status, $"running layer {layer}, {name}");
        }
    }
}
