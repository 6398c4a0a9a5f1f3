using Attune.Execution;
using Attune.Host.Model;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Tests.Engine;

/// <summary>
/// A network with every tensor, weight and bias at a place of its own, so that anything can be looked at and changed. It
/// uses the kernels and shares no code with the engine's planner, layout and trainer.
/// </summary>
internal sealed class PlainNetwork : IDisposable
{
    private const int BindingBytes = 4 * BindingField.BindingWords;
    private readonly AtmFile file;
    private readonly Arena arena;
    private readonly int[] tensorAt;
    private readonly int[] weightsAt;
    private readonly int[] biasAt;
    private readonly int[] rescaleAt;
    private readonly int lossAt;

    public PlainNetwork(AtmFile file)
    {
        this.file = file;
        using var probe = new Arena(16);
        probe.LoadModel(file.Bytes);
        int scratch = 0;
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            scratch = Math.Max(scratch, Native.LayerScratch(probe.Handle, QuantizedModel.RecordOffset(layer)));
        }
        int end = BindingBytes * file.LayerCount + scratch;
        int Take(int bytes)
        {
            int at = (end + 15) & ~15;
            end = at + bytes;
            return at;
        }
        lossAt = Take(8);
        tensorAt = [.. Enumerable.Range(0, file.LayerCount + 1).Select(tensor => Take(4 * Elements(tensor)))];
        weightsAt = [.. Layers.Select(layer => HasWeights(layer) ? Take(WeightCount(layer)) : -1)];
        biasAt = [.. Layers.Select(layer => HasBias(layer) ? Take(4 * Channels(layer)) : -1)];
        rescaleAt = [.. Layers.Select(layer => HasWeights(layer) ? Take(4 * Channels(layer)) : -1)];
        arena = new Arena(end);
        arena.LoadModel(file.Bytes);
        foreach (int layer in Layers)
        {
            int second = file.Word(layer, RecordField.Input2);
            int[] binding =
            [
                tensorAt[file.Word(layer, RecordField.Input)],
                second < 0 ? -1 : tensorAt[second],
                tensorAt[layer + 1],
                BindingBytes * file.LayerCount,
                -1,
                weightsAt[layer],
                biasAt[layer],
                -1,
                0,
                0,
                0,
                0,
            ];
            arena.WriteWords(BindingBytes * layer, binding, 0, binding.Length);
            if (HasWeights(layer))
            {
                arena.CopyFromModel(file.Word(layer, RecordField.Weights), weightsAt[layer], WeightCount(layer));
            }
            if (HasBias(layer))
            {
                arena.CopyFromModel(file.Word(layer, RecordField.Bias), biasAt[layer], 4 * Channels(layer));
            }
        }
    }

    public AtmFile File => file;

    /// <summary>The head writes int8 class scores, as in inference, and not accumulators.</summary>
    public bool QuantizedScores { get; init; }

    public int Head => file.Head;

    /// <summary>The last layer that the loss needs.</summary>
    public int LastLayer => Head >= 0 ? Head : file.LogitsTensor - 1;

    private IEnumerable<int> Layers => Enumerable.Range(0, file.LayerCount);

    public bool HasWeights(int layer) =>
        file.Word(layer, RecordField.Operator)
            is Operators.Conv2D
                or Operators.DepthwiseConv2D
                or Operators.FullyConnected;

    public bool HasBias(int layer) => HasWeights(layer) && file.Word(layer, RecordField.Bias) >= 0;

    public int Channels(int layer) => file.Word(layer, RecordField.OutputN + 3);

    public int Positions(int layer) => Elements(layer + 1) / Channels(layer);

    public int FilterSize(int layer) =>
        file.Word(layer, RecordField.Operator) switch
        {
            Operators.FullyConnected => file.Word(layer, RecordField.InputN + 3),
            Operators.DepthwiseConv2D => file.Word(layer, RecordField.KernelH) * file.Word(layer, RecordField.KernelW),
            _ => file.Word(layer, RecordField.KernelH)
                * file.Word(layer, RecordField.KernelW)
                * file.Word(layer, RecordField.InputN + 3)
                / file.Word(layer, RecordField.Groups),
        };

    public int WeightCount(int layer) => FilterSize(layer) * Channels(layer);

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

    /// <summary>The output multiplier of a channel as a real number.</summary>
    public double Multiplier(int layer, int channel)
    {
        var words = new int[2];
        arena.ReadWords(BindingBytes * layer + 4 * BindingField.Rescale, words, 0, 1);
        if (words[0] >= 0)
        {
            arena.ReadWords(words[0] + 4 * channel, words, 0, 1);
            return BitConverter.Int32BitsToSingle(words[0]);
        }
        int mantissa = file.Int32(file.Word(layer, RecordField.Multipliers), Channels(layer))[channel];
        int shift = file.Int32(file.Word(layer, RecordField.Shifts), Channels(layer))[channel];
        return Math.ScaleB(mantissa, shift - 31);
    }

    /// <summary>The bias units that a bias probe moves: max(1, round(1 / M)).</summary>
    public int BiasStep(int layer, int channel) =>
        Math.Max(1, (int)Math.Round(1 / Multiplier(layer, channel), MidpointRounding.AwayFromZero));

    public sbyte[] Weights(int layer) => (sbyte[])(Array)Read(weightsAt[layer], WeightCount(layer));

    public void SetWeights(int layer, sbyte[] values) =>
        arena.Write(weightsAt[layer], (byte[])(Array)values, 0, values.Length);

    public int[] Biases(int layer) => ReadWords(biasAt[layer], Channels(layer));

    public void SetBiases(int layer, int[] values) => arena.WriteWords(biasAt[layer], values, 0, values.Length);

    /// <summary>Puts other output multipliers in force.</summary>
    public void SetMultipliers(int layer, float[] values)
    {
        arena.WriteWords(
            rescaleAt[layer],
            [.. values.Select(value => BitConverter.SingleToInt32Bits(value))],
            0,
            values.Length
        );
        arena.WriteWords(BindingBytes * layer + 4 * BindingField.Rescale, [rescaleAt[layer]], 0, 1);
    }

    public sbyte[] Tensor(int tensor) => (sbyte[])(Array)Read(tensorAt[tensor], Elements(tensor));

    public void SetTensor(int tensor, sbyte[] values) =>
        arena.Write(tensorAt[tensor], (byte[])(Array)values, 0, values.Length);

    public void Load(byte[] sample) => arena.Write(tensorAt[0], sample, 0, sample.Length);

    /// <summary>The int32 accumulators of the head, after a run to the loss.</summary>
    public int[] HeadAccumulators() => ReadWords(tensorAt[Head + 1], Channels(Head));

    /// <summary>Runs layers first..last; the first one in the mode given.</summary>
    public void Run(int first, int last, int mode = 0, Signs signs = default)
    {
        for (int layer = first; layer <= last; layer++)
        {
            int accumulators = layer == Head && !QuantizedScores ? RunMode.Accumulators : 0;
            KernelException.Check(
                Native.LayerRun(
                    arena.Handle,
                    QuantizedModel.RecordOffset(layer),
                    BindingBytes * layer,
                    (layer == first ? mode : 0) | accumulators,
                    signs.Low,
                    signs.High
                ),
                "running layer " + layer
            );
        }
    }

    /// <summary>The loss of what the last layer wrote, minus the clean loss unless that is null; as the kernels have it.</summary>
    public float Loss(int label, float? clean = null)
    {
        int at = clean is null ? -1 : lossAt;
        arena.WriteWords(lossAt, [BitConverter.SingleToInt32Bits(clean ?? 0)], 0, 1);
        int scores = file.LogitsTensor;
        int status =
            Head >= 0
                ? Native.LossS32(
                    arena.Handle,
                    QuantizedModel.RecordOffset(Head),
                    BindingBytes * Head,
                    label,
                    at,
                    lossAt + 4
                )
                : Native.LossS8(
                    arena.Handle,
                    tensorAt[scores],
                    Elements(scores),
                    file.Single(scores - 1, RecordField.OutputScale),
                    file.Word(scores - 1, RecordField.OutputZero),
                    label,
                    at,
                    lossAt + 4
                );
        KernelException.Check(status, "computing the loss");
        return BitConverter.Int32BitsToSingle(ReadWords(lossAt + 4, 1)[0]);
    }

    /// <summary>Derivatives of the cross-entropy by the classifier's accumulators, times the bias steps.</summary>
    public float[] HeadDerivatives(int label)
    {
        double scale = file.Single(Head, RecordField.OutputScale);
        int[] accumulators = ReadWords(tensorAt[Head + 1], Channels(Head));
        double[] units = [.. accumulators.Select((_, channel) => Multiplier(Head, channel) * scale)];
        double[] logits = [.. accumulators.Zip(units, (accumulator, unit) => accumulator * unit)];
        double sum = logits.Sum(logit => Math.Exp(logit - logits.Max()));
        return
        [
            .. logits.Select(
                (logit, channel) =>
                    (float)(
                        (Math.Exp(logit - logits.Max()) / sum - (channel == label ? 1 : 0))
                        * units[channel]
                        * BiasStep(Head, channel)
                    )
            ),
        ];
    }

    public void Dispose() => arena.Dispose();

    private byte[] Read(int at, int count)
    {
        var bytes = new byte[count];
        arena.Read(at, bytes, 0, count);
        return bytes;
    }

    private int[] ReadWords(int at, int count)
    {
        var words = new int[count];
        arena.ReadWords(at, words, 0, count);
        return words;
    }
}
