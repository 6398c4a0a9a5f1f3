using Attune.Data;
using Attune.Execution;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Numbers;
using Attune.Runs;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>A deliberate error in <see cref="PlainTrainer"/>, to show that a check notices it.</summary>
internal enum Fault
{
    None,

    /// <summary>The step goes uphill.</summary>
    Sign,

    /// <summary>No gradient-norm scaling.</summary>
    NoNormScaling,

    /// <summary>The dimension of the other kind of perturbation.</summary>
    OtherDimension,

    /// <summary>Q in the place of NQ.</summary>
    QueriesWithoutBatch,

    /// <summary>Steps divided by the scale instead of its square.</summary>
    ScaleNotSquared,

    /// <summary>The first layer's weights step as if the network's input spanned -1..1 already.</summary>
    NoInputSpan,
}

/// <summary>
/// A training step written from the equations (docs/ALGORITHM.md, A training step) in the simplest way: all losses, all gradients as whole
/// arrays, all updates. Float32 operations stand in the order that attune.h documents, so that results can be compared
/// bit by bit.
/// </summary>
internal sealed class PlainTrainer(PlainNetwork network, TrainingJob job, ISampleSource samples, int[] layers)
{
    private const int PurposeProbe = 1;
    private const int PurposeRounding = 2;
    private const int PurposeOrder = 3;
    private readonly SeedSequence seeds = new(job.Training.Seed);
    private readonly PlainOptimizer optimizer = new(job.Training);
    private int current;

    public Fault Fault { get; init; }

    public bool MovesWeights => job.Training.Parts is Parts.Both or Parts.Weights;

    public bool MovesScales => job.Training.Parts == Parts.Multipliers;

    /// <summary>Loss differences of the last step by layer: [n * Q + q].</summary>
    public Dictionary<int, float[]> Deltas { get; } = [];

    public bool MovesBiases(int layer) => job.Training.Parts is Parts.Both or Parts.Biases && network.HasBias(layer);

    /// <summary>Whether a layer is the classifier and its gradient is taken in closed form.</summary>
    public bool IsExact(int layer) => job.Training.ExactHead && layer == network.Head && !MovesScales;

    public bool UsesNodes(int layer) =>
        IsExact(layer)
        || (
            !MovesScales
            && (
                job.Training.Perturbation == Perturbation.Nodes
                || (
                    job.Training.Perturbation == Perturbation.Adaptive
                    && WeightEntries(layer) >= network.Elements(layer + 1)
                )
            )
        );

    /// <summary>Entries that a probe of a layer perturbs.</summary>
    public int Dimension(int layer) => UsesNodes(layer) ? network.Elements(layer + 1) : WeightEntries(layer);

    /// <summary>Numbers of the samples of a step.</summary>
    public int[] Batch(int step)
    {
        int steps = (samples.Count + job.Training.Batch - 1) / job.Training.Batch;
        int first = step % steps * job.Training.Batch;
        seeds.Next(PurposeOrder, step / steps, 0, 0);
        var order = new Permutation(samples.Count, seeds.Low);
        return [.. Enumerable.Range(first, Math.Min(job.Training.Batch, samples.Count - first)).Select(order.At)];
    }

    public Signs ProbeSigns(int step, int n, int layer, int q)
    {
        seeds.Next(PurposeProbe, step, n, (layer << 16) | q);
        return new Signs(seeds.Low, seeds.High);
    }

    public void Step(int step, int steps)
    {
        float rate = job.Training.LearningRate * (CosineDecay.Factor(step, steps) / 1073741824f);
        int[] batch = Batch(step);
        current = step;
        foreach (int layer in MovesScales ? layers : [])
        {
            // Trained multipliers are float32.
            network.SetMultipliers(layer, Scales(layer));
        }
        var backwards = layers.OrderDescending().ToArray();
        if (job.Training.Sequential)
        {
            foreach (int layer in backwards)
            {
                Deltas[layer] = Measure(layer, step, batch);
                Apply(layer, Gradient(layer, step, batch), step, batch.Length, rate);
            }
            return;
        }
        foreach (int layer in backwards)
        {
            Deltas[layer] = Measure(layer, step, batch);
        }
        var gradients = backwards.ToDictionary(layer => layer, layer => Gradient(layer, step, batch));
        foreach (int layer in backwards)
        {
            Apply(layer, gradients[layer], step, batch.Length, rate);
        }
    }

    /// <summary>Loss differences of all probes of a layer with the present weights.</summary>
    private float[] Measure(int layer, int step, int[] batch)
    {
        int queries = Values(layer);
        var deltas = new float[batch.Length * queries];
        int mode = UsesNodes(layer)
            ? RunMode.ProbeNodes
            : (MovesWeights ? RunMode.ProbeWeights : 0) | (MovesBiases(layer) ? RunMode.ProbeBiases : 0);
        for (int n = 0; n < batch.Length; n++)
        {
            int label = Load(batch[n]);
            network.Run(0, network.LastLayer);
            label =
                job.Training.Objective == Objective.Labels
                    ? label
                    : Enumerable.Range(0, network.Channels(network.LastLayer)).MinBy(one => network.Loss(one));
            float clean = network.Loss(label);
            if (clean < job.Training.MinimumLoss)
            {
                continue;
            }
            if (IsExact(layer))
            {
                network.HeadDerivatives(label).CopyTo(deltas, n * queries);
                continue;
            }
            float[] scales = Scales(layer);
            for (int q = 0; q < queries; q++)
            {
                Signs signs = ProbeSigns(step, n, layer, q);
                if (MovesScales)
                {
                    network.SetMultipliers(layer, [.. scales.Select((scale, c) => scale * (1 + signs[c] / 32f))]);
                }
                network.Run(layer, network.LastLayer, mode, signs);
                deltas[n * queries + q] = network.Loss(label, clean);
            }
            if (MovesScales)
            {
                network.SetMultipliers(layer, scales);
            }
        }
        if (job.Training.Centering && !IsExact(layer) && deltas.Length > 1)
        {
            double mean = deltas.Aggregate(0.0, (sum, delta) => sum + delta) / deltas.Length;
            double factor = (double)deltas.Length / (deltas.Length - 1);
            deltas = [.. deltas.Select(delta => (float)((delta - mean) * factor))];
        }
        return deltas;
    }

    /// <summary>Values that a sample leaves for a layer.</summary>
    private int Values(int layer) => IsExact(layer) ? network.Channels(layer) : job.Training.QueriesOf(layer);

    private float[] Scales(int layer) =>
        [.. Enumerable.Range(0, network.Channels(layer)).Select(c => (float)network.Multiplier(layer, c))];

    /// <summary>d loss / d w_q in the weights' own layout and d loss / d b_q (d loss / d ln M in its place, where scales move),
    /// summed over samples and probes.</summary>
    private (float[] Weights, float[] Biases) Gradient(int layer, int step, int[] batch)
    {
        var weights = new float[network.WeightCount(layer)];
        var biases = new float[network.Channels(layer)];
        int queries = job.Training.QueriesOf(layer);
        for (int n = 0; n < batch.Length; n++)
        {
            if (UsesNodes(layer))
            {
                Load(batch[n]);
                network.Run(0, network.LastLayer);
                var nodes = new float[network.Elements(layer + 1)];
                if (IsExact(layer))
                {
                    nodes = Deltas[layer][(n * nodes.Length)..((n + 1) * nodes.Length)];
                }
                for (int q = 0; q < queries && !IsExact(layer); q++)
                {
                    Signs signs = ProbeSigns(step, n, layer, q);
                    float delta = Deltas[layer][n * queries + q];
                    for (int e = 0; e < nodes.Length; e++)
                    {
                        nodes[e] += delta * signs[e];
                    }
                }
                AddNodes(layer, nodes, weights, biases);
                continue;
            }
            for (int q = 0; q < queries; q++)
            {
                Signs signs = ProbeSigns(step, n, layer, q);
                float delta = Deltas[layer][n * queries + q];
                if (MovesScales)
                {
                    for (int c = 0; c < biases.Length; c++)
                    {
                        biases[c] += delta * 32 * signs[c];
                    }
                    continue;
                }
                for (int j = 0; j < weights.Length; j++)
                {
                    weights[j] += delta * signs[j];
                }
                for (int c = 0; c < biases.Length; c++)
                {
                    biases[c] += delta / network.BiasStep(layer, c) * signs[weights.Length + c];
                }
            }
        }
        return (weights, biases);
    }

    private void AddNodes(int layer, float[] nodes, float[] weights, float[] biases)
    {
        var taps = new LayerTaps(network.File, layer);
        sbyte[] input = network.Tensor(network.File.Word(layer, RecordField.Input));
        int zero = network.File.Word(layer, RecordField.InputZero);
        int channels = network.Channels(layer);
        for (int p = 0; p < network.Positions(layer); p++)
        {
            for (int c = 0; c < channels; c++)
            {
                float factor =
                    layer == network.Head ? 1f / network.BiasStep(layer, c) : (float)network.Multiplier(layer, c);
                float scaled = factor * nodes[p * channels + c];
                foreach (var (weight, element) in taps.Of(p, c))
                {
                    weights[weight] += scaled * (input[element] - zero);
                }
                biases[c] += scaled;
            }
        }
    }

    /// <summary>Equation 11 with its scalings, rounding and bounds.</summary>
    private void Apply(int layer, (float[] Weights, float[] Biases) gradient, int step, int batch, float rate)
    {
        int total = IsExact(layer) ? batch : batch * job.Training.QueriesOf(layer);
        float whole = rate;
        rate /= total;
        if (job.Training.NormScaling && !IsExact(layer) && Fault != Fault.NoNormScaling)
        {
            int dimension = Fault == Fault.OtherDimension ? OtherDimension(layer) : Dimension(layer);
            int count = Fault == Fault.QueriesWithoutBatch ? job.Training.QueriesOf(layer) : total;
            rate *= (float)count / (count + dimension - 1);
        }
        rate = Fault == Fault.Sign ? -rate : rate;
        if (MovesScales)
        {
            float[] scales = Scales(layer);
            network.SetMultipliers(
                layer,
                [.. scales.Select((scale, c) => scale * (1 - Math.Clamp(rate * gradient.Biases[c], -0.5f, 0.5f)))]
            );
            return;
        }
        bool descends = job.Training.Optimizer == Optimizer.Sgd;
        Move(layer, gradient, step, descends ? rate : whole, rate / whole);
    }

    /// <summary>Moves weights and biases by a rate along the optimizer's directions of the mean gradient, the sum times share.</summary>
    private void Move(int layer, (float[] Weights, float[] Biases) gradient, int step, float rate, float share)
    {
        seeds.Next(PurposeRounding, step, layer, 0);
        var uniform = new Signs(seeds.Low, seeds.High);
        int channels = network.Channels(layer);
        int filter = network.FilterSize(layer);
        bool depthwise = network.File.Word(layer, RecordField.Operator) == Operators.DepthwiseConv2D;
        double inputScale = network.File.Single(layer, RecordField.InputScale);
        double outputScale = network.File.Single(layer, RecordField.OutputScale);
        float Factor(double scale, float of) =>
            !job.Training.QuantizationScaling ? of
            : Fault == Fault.ScaleNotSquared ? (float)(of / scale)
            : (float)(of / (scale * scale));
        float Direction(float of, int entry, double scale) =>
            optimizer.Direction((layer, entry), of, share, scale, step);
        if (MovesWeights)
        {
            sbyte[] weights = network.Weights(layer);
            float span = 128 * (float)inputScale;
            bool normalize = job.Training.QuantizationScaling && Fault != Fault.NoInputSpan && span > 1;
            bool first = layer == SampleModels.WeightedLayers(network.File)[0];
            float divisor = job.Training.Optimizer == Optimizer.Adam ? span : span * span;
            float weightRate = normalize && first ? rate / divisor : rate;
            for (int j = 0; j < weights.Length; j++)
            {
                int channel = depthwise ? j % channels : j / filter;
                double scale = network.Multiplier(layer, channel) * outputScale / inputScale;
                float direction = Direction(gradient.Weights[j], j, scale);
                long moved = weights[j] - Round(Factor(scale, weightRate) * direction, j, uniform);
                weights[j] = (sbyte)Math.Clamp(moved, -127, 127);
            }
            network.SetWeights(layer, weights);
        }
        if (MovesBiases(layer))
        {
            int[] biases = network.Biases(layer);
            for (int c = 0; c < channels; c++)
            {
                double scale = network.Multiplier(layer, c) * outputScale;
                int entry = network.WeightCount(layer) + c;
                float direction = Direction(gradient.Biases[c], entry, scale);
                biases[c] -= (int)Round(Factor(scale, rate) * direction, entry, uniform);
            }
            network.SetBiases(layer, biases);
        }
    }

    private long Round(float step, int element, Signs uniform)
    {
        double magnitude = Math.Abs((double)step);
        double whole = Math.Floor(magnitude);
        double threshold = job.Training.Stochastic ? (uniform.Word((uint)element) + 0.5) / 4294967296.0 : 0.5;
        long rounded = (long)whole + (magnitude - whole >= threshold ? 1 : 0);
        return step < 0 ? -rounded : rounded;
    }

    private int WeightEntries(int layer) =>
        (MovesWeights ? network.WeightCount(layer) : 0)
        + (MovesBiases(layer) || MovesScales ? network.Channels(layer) : 0);

    private int OtherDimension(int layer) => UsesNodes(layer) ? WeightEntries(layer) : network.Elements(layer + 1);

    private int Load(int sample)
    {
        using var arena = new Arena(samples.SampleBytes);
        int label = samples.Load(sample, arena, 0);
        var bytes = new byte[samples.SampleBytes];
        arena.Read(0, bytes, 0, bytes.Length);
        AtmFile file = network.File;
        var input = (
            file.Header(HeaderField.InputN + 1),
            file.Header(HeaderField.InputN + 2),
            file.Header(HeaderField.InputN + 3),
            file.Header(HeaderField.InputZero)
        );
        sbyte[] seen = PlainAugmentation.Of((sbyte[])(Array)bytes, input, job.Training, current, sample);
        network.Load((byte[])(Array)seen);
        return label;
    }
}
