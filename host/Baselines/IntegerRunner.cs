using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Host.Baselines;

/// <summary>
/// Runs an int8 model on one sample with the integer kernels, from any layer to the loss. Every tensor and parameter has a place
/// of its own, so that all of them can be read and changed; memory is not shared as on a device.
/// </summary>
internal sealed class IntegerRunner : IDisposable
{
    private const int BindingBytes = 4 * BindingField.BindingWords;
    private readonly AtmFile file;
    private readonly Arena arena;
    private readonly int[] tensorAt;
    private readonly int[] weightsAt;
    private readonly int[] biasAt;
    private readonly int keptAt;
    private readonly int lossAt;
    private readonly byte[] one = new byte[1];
    private readonly int[] word = new int[1];
    private int end;

    /// <summary>Lays a model out.</summary>
    /// <exception cref="KernelException">All tensors together need more than 2^30 bytes, or this machine has no memory.</exception>
    public IntegerRunner(AtmFile file, IntegerParameters parameters)
    {
        this.file = file;
        LastLayer = parameters.LastLayer;
        int layers = LastLayer + 1;
        end = 2 * BindingBytes * layers; // each layer's binding, and one that writes accumulators
        int scratchAt = Take(LargestScratch(file));
        lossAt = Take(4);
        tensorAt = [.. Enumerable.Range(0, layers + 1).Select(tensor => Take(Elements(tensor)))];
        keptAt = Take(4 * Enumerable.Range(1, layers).Max(Elements));
        weightsAt =
        [
            .. parameters.Weights.Take(layers).Select(weights => weights.Length > 0 ? Take(weights.Length) : -1),
        ];
        biasAt = [.. parameters.Biases.Take(layers).Select(biases => biases.Length > 0 ? Take(4 * biases.Length) : -1)];
        arena = new Arena(end);
        arena.LoadModel(file.Bytes);
        var binding = new int[BindingField.BindingWords];
        for (int layer = 0; layer < layers; layer++)
        {
            int second = file.Word(layer, RecordField.Input2);
            Array.Clear(binding);
            binding[BindingField.Input] = tensorAt[file.Word(layer, RecordField.Input)];
            binding[BindingField.Input2] = second < 0 ? -1 : tensorAt[second];
            binding[BindingField.Output] = layer == file.Head ? keptAt : tensorAt[layer + 1];
            binding[BindingField.Scratch] = scratchAt;
            binding[BindingField.Statistics] = -1;
            binding[BindingField.Weights] = weightsAt[layer];
            binding[BindingField.Bias] = biasAt[layer];
            binding[BindingField.Rescale] = -1;
            arena.WriteWords(BindingAt(layer), binding, 0, binding.Length);
            binding[BindingField.Output] = keptAt;
            arena.WriteWords(KeepingBindingAt(layer), binding, 0, binding.Length);
            Set(layer, parameters);
        }
    }

    /// <summary>The last layer that the loss needs.</summary>
    public int LastLayer { get; }

    /// <summary>Elements of a tensor.</summary>
    public int Elements(int tensor)
    {
        int count = 1;
        for (int axis = 0; axis < 4; axis++)
        {
            count *=
                tensor == 0
                    ? file.Header(HeaderField.InputN + axis)
                    : file.Word(tensor - 1, RecordField.OutputN + axis);
        }
        return count;
    }

    /// <summary>Takes over a layer's weights and biases.</summary>
    public void Set(int layer, IntegerParameters parameters)
    {
        if (weightsAt[layer] >= 0)
        {
            SetWeights(layer, parameters.Weights[layer]);
        }
        if (biasAt[layer] >= 0)
        {
            SetBiases(layer, parameters.Biases[layer]);
        }
    }

    /// <summary>Puts other weights into a layer.</summary>
    public void SetWeights(int layer, sbyte[] weights) =>
        arena.Write(weightsAt[layer], (byte[])(Array)weights, 0, weights.Length);

    /// <summary>Puts other biases into a layer.</summary>
    public void SetBiases(int layer, int[] biases) => arena.WriteWords(biasAt[layer], biases, 0, biases.Length);

    /// <summary>Puts one other weight into a layer.</summary>
    public void SetWeight(int layer, int weight, int value)
    {
        one[0] = (byte)value;
        arena.Write(weightsAt[layer] + weight, one, 0, 1);
    }

    /// <summary>Puts one other bias into a layer.</summary>
    public void SetBias(int layer, int channel, int value)
    {
        word[0] = value;
        arena.WriteWords(biasAt[layer] + 4 * channel, word, 0, 1);
    }

    /// <summary>Loads a sample. Returns its label.</summary>
    public int Load(MemorySamples samples, int index) => samples.Load(index, arena, tensorAt[0]);

    /// <summary>Runs the layers from one to the loss.</summary>
    public void Run(int first)
    {
        for (int layer = first; layer <= LastLayer; layer++)
        {
            RunLayer(layer);
        }
    }

    /// <summary>Runs one layer.</summary>
    public void RunLayer(int layer) =>
        Check(
            layer,
            Native.LayerRun(
                arena.Handle,
                QuantizedModel.RecordOffset(layer),
                BindingAt(layer),
                layer == file.Head ? RunMode.Accumulators : 0,
                0,
                0
            )
        );

    /// <summary>Runs one layer with weights and gives its int32 accumulators, biases included, too.</summary>
    public void RunLayer(int layer, int[] accumulators)
    {
        int record = QuantizedModel.RecordOffset(layer);
        Check(layer, Native.LayerRun(arena.Handle, record, KeepingBindingAt(layer), RunMode.Accumulators, 0, 0));
        arena.ReadWords(keptAt, accumulators, 0, Elements(layer + 1));
        if (layer != file.Head)
        {
            Check(layer, Native.NodesRun(arena.Handle, record, BindingAt(layer), keptAt, 0, 0, 0));
        }
    }

    /// <summary>A tensor of the last run, copied into the first elements.</summary>
    public void Read(int tensor, sbyte[] values) =>
        arena.Read(tensorAt[tensor], (byte[])(Array)values, 0, Elements(tensor));

    /// <summary>Softmax cross-entropy of the last run, as the kernels compute it.</summary>
    public float Loss(int label)
    {
        int scores = file.LogitsTensor;
        int status =
            file.Head >= 0
                ? Native.LossS32(
                    arena.Handle,
                    QuantizedModel.RecordOffset(LastLayer),
                    BindingAt(LastLayer),
                    label,
                    -1,
                    lossAt
                )
                : Native.LossS8(
                    arena.Handle,
                    tensorAt[scores],
                    Elements(scores),
                    file.Single(scores - 1, RecordField.OutputScale),
                    file.Word(scores - 1, RecordField.OutputZero),
                    label,
                    -1,
                    lossAt
                );
        KernelException.Check(status, "computing the loss");
        arena.ReadWords(lossAt, word, 0, 1);
        return BitConverter.Int32BitsToSingle(word[0]);
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

    private int Take(int bytes)
    {
        int at = (end + 15) & ~15;
        end = checked(at + bytes);
        return at;
    }

    private static int BindingAt(int layer) => 2 * BindingBytes * layer;

    private static int KeepingBindingAt(int layer) => 2 * BindingBytes * layer + BindingBytes;

    private void Check(int layer, int status)
    {
        if (status < 0)
        {
            string name = Operators.Name(file.Word(layer, RecordField.Operator));
            KernelException.Check(status, $"running layer {layer}, {name}");
        }
    }
}
