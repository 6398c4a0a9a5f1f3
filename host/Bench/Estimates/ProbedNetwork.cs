using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;
using Attune.Training;

namespace Attune.Host.Bench.Estimates;

/// <summary>
/// The integer network laid out so that any layer can be probed, or all at once, and gradients be formed from loss differences by
/// the engine's kernels. For measuring estimates on the host; not for the board.
/// </summary>
public sealed class ProbedNetwork : IDisposable
{
    private readonly Arena arena;
    private readonly QuantizedModel model;
    private readonly MemoryPlan plan;
    private readonly Network network;
    private readonly int last;
    private readonly int lossAt;
    private readonly int nodesAt;
    private readonly int weightsAt;
    private readonly int[] word = new int[1];

    /// <summary>Loads a model.</summary>
    public ProbedNetwork(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        File = file;
        TrainingJob job = TrainingJob.Parse(
            "method = zo\nlayers = all\nbatch = 1\nqueries = 1\nperturbation = weights\narena = 1073741824"
        );
        using var probe = new Arena(16);
        probe.LoadModel(file.Bytes);
        var view = new QuantizedModel(probe);
        int peak = MemoryPlan.ForTraining(view, probe, job, TrainingSession.LayersOf(view, job, job.Block)).Peak;
        int nodes = Enumerable.Range(0, view.LayerCount).Max(view.OutputCount);
        int weights = Enumerable.Range(0, view.LayerCount).Where(view.HasWeights).Max(view.WeightCount);
        lossAt = (peak + 15) & ~15;
        nodesAt = lossAt + 16;
        weightsAt = nodesAt + 4 * nodes;
        arena = new Arena(weightsAt + 4 * weights + 16);
        arena.LoadModel(file.Bytes);
        model = new QuantizedModel(arena);
        plan = MemoryPlan.ForTraining(model, arena, job, TrainingSession.LayersOf(model, job, job.Block));
        network = new Network(arena, model, plan);
        network.ResetParameters();
        last = MemoryPlan.LastLayer(model);
        Layers = [.. Enumerable.Range(0, last + 1).Where(view.HasWeights)];
    }

    /// <summary>The model.</summary>
    public AtmFile File { get; }

    /// <summary>Numbers of the layers with weights.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>The classifier, a layer without clamp whose accumulators give the loss; -1: there is none.</summary>
    public int Head => model.Head;

    /// <summary>Multiply-accumulates so far.</summary>
    public long MacsRun => network.MacsRun;

    /// <summary>Weights of a layer.</summary>
    public int Weights(int layer) => model.WeightCount(layer);

    /// <summary>Outputs of a layer.</summary>
    public int Nodes(int layer) => model.OutputCount(layer);

    /// <summary>Output channels of a layer.</summary>
    public int Channels(int layer) => model.Channels(layer);

    /// <summary>Multiply-accumulates of a layer's partial forward, in whole forwards.</summary>
    public double Share(int layer)
    {
        long all = 0;
        long part = 0;
        for (int index = 0; index < model.LayerCount; index++)
        {
            all += model.Macs(index);
            part += index >= layer ? model.Macs(index) : 0;
        }
        return (double)part / all;
    }

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
        network.Use(plan.ProbeLayout(layer));
        int label = network.Load(samples, index);
        network.Run(0, layer - 1);
        return label;
    }

    /// <summary>Loss of the partial forward of a layer.</summary>
    /// <param name="layer">The layer of <see cref="Begin"/>.</param>
    /// <param name="label">The sample's label.</param>
    /// <param name="mode">0, or <see cref="Network.ProbeWeights"/> or <see cref="Network.ProbeNodes"/> with the seed.</param>
    /// <param name="low">Seed.</param>
    /// <param name="high">Seed.</param>
    public double Loss(int layer, int label, int mode = 0, uint low = 0, uint high = 0)
    {
        network.Run(layer, last, layer, mode | Network.Accumulators, low, high);
        return ReadLoss(label);
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
        network.UseInference();
        int label = network.Load(samples, index);
        for (int layer = 0; layer <= last; layer++)
        {
            int probe = model.HasWeights(layer) ? mode(layer) : 0;
            (uint low, uint high) = probe != 0 ? seed(layer) : default;
            network.RunLayer(layer, probe | (layer == Head ? Network.Accumulators : 0), low, high);
        }
        network.CountMacs(0, last);
        return ReadLoss(label);
    }

    /// <summary>Class probabilities after <see cref="Loss(int, int, int, uint, uint)"/> of the classifier's accumulators.</summary>
    public double[] Probabilities()
    {
        var accumulators = new int[Channels(Head)];
        arena.ReadWords(network.TensorAt(Head + 1), accumulators, 0, accumulators.Length);
        double scale = File.Single(Head, RecordField.OutputScale);
        double[] logits = [.. accumulators.Select((value, channel) => value * Multiplier(Head, channel) * scale)];
        double most = logits.Max();
        double[] exponentials = [.. logits.Select(logit => Math.Exp(logit - most))];
        double sum = exponentials.Sum();
        return [.. exponentials.Select(value => value / sum)];
    }

    /// <summary>The biases of a layer as they are now.</summary>
    public int[] Biases(int layer)
    {
        var biases = new int[Channels(layer)];
        arena.ReadWords(plan.BiasAt[layer], biases, 0, biases.Length);
        return biases;
    }

    /// <summary>Puts other biases in force.</summary>
    public void SetBiases(int layer, int[] biases)
    {
        ArgumentNullException.ThrowIfNull(biases);
        arena.WriteWords(plan.BiasAt[layer], biases, 0, biases.Length);
    }

    /// <summary>
    /// Outputs of a layer, at the sample of <see cref="Begin"/>, that the clamp holds at a bound before and after a step of one:
    /// true where the gradient is zero.
    /// </summary>
    public bool[] Saturated(int layer)
    {
        int channels = Channels(layer);
        var accumulators = new int[Nodes(layer)];
        word[0] = nodesAt;
        arena.WriteWords(Network.BindingAt(layer) + 4 * BindingField.Output, word, 0, 1);
        network.RunLayer(layer, Network.Accumulators, 0, 0);
        network.Bind(layer);
        arena.ReadWords(nodesAt, accumulators, 0, accumulators.Length);
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
        arena.WriteWords(nodesAt, Array.ConvertAll(nodes, BitConverter.SingleToInt32Bits), 0, nodes.Length);
        arena.Fill(weightsAt, 4 * gradient.Length, 0);
        int status = Native.GradientWeights(
            arena.Handle,
            QuantizedModel.RecordOffset(layer),
            Network.BindingAt(layer),
            layer == Head && !exact ? Network.Accumulators : 0,
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
        arena.ReadWords(weightsAt, words, 0, words.Length);
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] += BitConverter.Int32BitsToSingle(words[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();

    private double ReadLoss(int label)
    {
        int status =
            Head >= 0
                ? Native.LossS32(
                    arena.Handle,
                    QuantizedModel.RecordOffset(last),
                    Network.BindingAt(Head),
                    label,
                    -1,
                    lossAt
                )
                : Native.LossS8(
                    arena.Handle,
                    network.TensorAt(model.LogitsTensor),
                    model.TensorBytes(model.LogitsTensor),
                    model.Single(last, RecordField.OutputScale),
                    model.Word(last, RecordField.OutputZero),
                    label,
                    -1,
                    lossAt
                );
        KernelException.Check(status, "computing a loss");
        arena.ReadWords(lossAt, word, 0, 1);
        return BitConverter.Int32BitsToSingle(word[0]);
    }
}
