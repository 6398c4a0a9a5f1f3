using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Running;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Host.Bench.Estimates;

/// <summary>
/// The integer network laid out so that any layer can be probed, or all at once, and gradients be formed from loss differences by
/// the engine's kernels. For measuring estimates on the host; not for the board.
/// </summary>
public sealed class ProbedNetwork : IDisposable
{
    private readonly IntegerRunner runner;
    private readonly QuantizedModel model;
    private readonly long[] macsUpTo;
    private readonly int last;
    private readonly int nodesAt;
    private readonly int weightsAt;

    /// <summary>Loads a model.</summary>
    public ProbedNetwork(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        File = file;
        last = file.LastLayer;
        Layers = [.. Enumerable.Range(0, last + 1).Where(layer => Weights(layer) > 0)];
        int nodes = (4 * Enumerable.Range(0, last + 1).Max(Nodes) + 15) & ~15;
        runner = new IntegerRunner(file, ownParameters: true, nodes + 4 * Layers.Max(Weights));
        nodesAt = runner.ExtraAt;
        weightsAt = nodesAt + nodes;
        model = new QuantizedModel(runner.Arena);
        macsUpTo = new long[file.LayerCount + 1];
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            macsUpTo[layer + 1] = macsUpTo[layer] + model.Macs(layer);
        }
    }

    /// <summary>The model.</summary>
    public AtmFile File { get; }

    /// <summary>Numbers of the layers with weights.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>The classifier, a layer without clamp whose accumulators give the loss; -1: there is none.</summary>
    public int Head => File.Head;

    /// <summary>Multiply-accumulates so far.</summary>
    public long MacsRun { get; private set; }

    /// <summary>Weights of a layer.</summary>
    public int Weights(int layer) => LayerRecord.WeightCount(File.Record(layer));

    /// <summary>Outputs of a layer.</summary>
    public int Nodes(int layer) => LayerRecord.OutputCount(File.Record(layer));

    /// <summary>Output channels of a layer.</summary>
    public int Channels(int layer) => LayerRecord.Channels(File.Record(layer));

    /// <summary>Multiply-accumulates of a layer's partial forward, in whole forwards.</summary>
    public double Share(int layer) => (double)(macsUpTo[^1] - macsUpTo[layer]) / macsUpTo[^1];

    /// <summary>M of a channel.</summary>
    public double Multiplier(int layer, int channel)
    {
        int channels = Channels(layer);
        int mantissa = File.Int32(File.Word(layer, RecordField.Multipliers), channels)[channel];
        int shift = File.Int32(File.Word(layer, RecordField.Shifts), channels)[channel];
        return Math.ScaleB(mantissa, shift - 31);
    }

    /// <summary>Bias units that move the pre-activation of a channel by about one: max(1, round(1 / M)).</summary>
    public int BiasStep(int layer, int channel) =>
        Math.Max(1, (int)Math.Round(1 / Multiplier(layer, channel), MidpointRounding.AwayFromZero));

    /// <summary>Loads a sample and runs it up to a layer, whose partial forwards then begin there.</summary>
    /// <returns>The sample's label.</returns>
    public int Begin(MemorySamples samples, int index, int layer)
    {
        int label = runner.Load(samples, index);
        for (int before = 0; before < layer; before++)
        {
            runner.RunLayer(before);
        }
        CountMacs(0, layer - 1);
        return label;
    }

    /// <summary>Loss of the partial forward of a layer.</summary>
    /// <param name="layer">The layer of <see cref="Begin"/>.</param>
    /// <param name="label">The sample's label.</param>
    /// <param name="mode">0, or <see cref="RunMode.ProbeWeights"/> or <see cref="RunMode.ProbeNodes"/> with the seed.</param>
    /// <param name="low">Seed.</param>
    /// <param name="high">Seed.</param>
    public double Loss(int layer, int label, int mode = 0, uint low = 0, uint high = 0)
    {
        runner.RunForLoss(layer, mode, low, high);
        runner.RunToLoss(layer + 1);
        CountMacs(layer, last);
        return runner.Loss(label);
    }

    /// <summary>Loss of a whole forward with every layer probed.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="index">Which.</param>
    /// <param name="mode">Mode of each layer with weights; 0: not probed.</param>
    /// <param name="seed">Seed of each layer's probe.</param>
    public double Loss(MemorySamples samples, int index, Func<int, int> mode, Func<int, (uint Low, uint High)> seed)
    {
        ArgumentNullException.ThrowIfNull(mode);
        ArgumentNullException.ThrowIfNull(seed);
        int label = runner.Load(samples, index);
        for (int layer = 0; layer <= last; layer++)
        {
            int probe = Weights(layer) > 0 ? mode(layer) : 0;
            (uint low, uint high) = probe != 0 ? seed(layer) : default;
            runner.RunForLoss(layer, probe, low, high);
        }
        CountMacs(0, last);
        return runner.Loss(label);
    }

    /// <summary>Class probabilities after <see cref="Loss(int, int, int, uint, uint)"/> of the classifier's accumulators.</summary>
    public double[] Probabilities()
    {
        var accumulators = new int[Channels(Head)];
        runner.ReadKept(Head, accumulators);
        double scale = File.Single(Head, RecordField.OutputScale);
        double[] logits = [.. accumulators.Select((value, channel) => value * Multiplier(Head, channel) * scale)];
        double most = logits.Max();
        double[] exponentials = [.. logits.Select(logit => Math.Exp(logit - most))];
        double sum = exponentials.Sum();
        return [.. exponentials.Select(value => value / sum)];
    }

    /// <summary>The biases of a layer as they are now.</summary>
    public int[] Biases(int layer) => runner.Biases(layer);

    /// <summary>Puts other biases in force.</summary>
    public void SetBiases(int layer, int[] biases) => runner.SetBiases(layer, biases);

    /// <summary>
    /// Outputs of a layer, at the sample of <see cref="Begin"/>, that the clamp holds at a bound before and after a step of one:
    /// true where the gradient is zero.
    /// </summary>
    public bool[] Saturated(int layer)
    {
        int channels = Channels(layer);
        var accumulators = new int[Nodes(layer)];
        runner.Accumulate(layer, accumulators);
        int zero = File.Word(layer, RecordField.OutputZero);
        int low = Math.Max(-128, File.Word(layer, RecordField.ActMin));
        int high = Math.Min(127, File.Word(layer, RecordField.ActMax));
        double[] multipliers = [.. Enumerable.Range(0, channels).Select(channel => Multiplier(layer, channel))];
        var saturated = new bool[accumulators.Length];
        for (int i = 0; i < saturated.Length && layer != Head; i++)
        {
            double z = Math.Round(accumulators[i] * multipliers[i % channels]) + zero;
            saturated[i] = z + 1 <= low || z - 1 >= high;
        }
        return saturated;
    }

    /// <summary>Adds the gradient of a layer's weights that belongs to a gradient of its outputs, at the sample of
    /// <see cref="Begin"/> (eq. 13); loss per unit of the int8 weight.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="nodes">d loss / d z_q; of the classifier in units of the bias step, unless exact.</param>
    /// <param name="exact">Of the classifier: nodes are d loss / d z_q all the same.</param>
    /// <param name="gradient">Added to.</param>
    public void AddWeights(int layer, float[] nodes, bool exact, float[] gradient)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(gradient);
        int lines = model.Dimension(layer + 1, 0) * model.Dimension(layer + 1, 1);
        runner.Arena.WriteWords(nodesAt, Array.ConvertAll(nodes, BitConverter.SingleToInt32Bits), 0, nodes.Length);
        runner.Arena.Fill(weightsAt, 4 * gradient.Length, 0);
        int status = Native.GradientWeights(
            runner.Arena.Handle,
            QuantizedModel.RecordOffset(layer),
            IntegerRunner.BindingAt(layer),
            layer == Head && !exact ? RunMode.Accumulators : 0,
            nodesAt,
            0,
            Channels(layer),
            0,
            lines,
            weightsAt,
            -1
        );
        KernelException.Check(status, "forming a gradient");
        var words = new int[gradient.Length];
        runner.Arena.ReadWords(weightsAt, words, 0, words.Length);
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] += BitConverter.Int32BitsToSingle(words[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => runner.Dispose();

    /// <summary>Counts the multiply-accumulates of layers that have run.</summary>
    private void CountMacs(int first, int end) => MacsRun += macsUpTo[end + 1] - macsUpTo[first];
}
