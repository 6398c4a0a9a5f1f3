using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Model;
using Attune.Runs;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>
/// One step of the engine's trainer on one layer: the parameters before and after, and mean and standard error of every
/// parameter's gradient over the probes, from the loss differences that the trainer itself measured.
/// </summary>
internal sealed class ProbeExperiment
{
    private readonly TrainingJob job;
    private readonly MemorySamples samples;
    private readonly int layer;
    private readonly float[] deltas;
    private readonly Signs[] signs;
    private readonly int[] batch;
    private readonly (int Weight, int Element, int Output)[] chain;
    private readonly double[] factors;

    public ProbeExperiment(AtmFile file, TrainingJob job, MemorySamples samples, int layer)
    {
        this.job = job;
        this.samples = samples;
        this.layer = layer;
        File = file;
        using var engine = new EngineRun(file, job, samples);
        Before = engine.State();
        Assert.IsTrue(engine.Trainer.Step(0, 1, null));
        After = engine.State();
        using var plain = new PlainNetwork(file);
        var trainer = new PlainTrainer(plain, job, samples, [layer]);
        batch = trainer.Batch(0);
        Nodes = trainer.UsesNodes(layer);
        Dimension = trainer.Dimension(layer);
        deltas = engine.Deltas(layer, batch.Length * job.Training.Queries);
        signs =
        [
            .. from n in Enumerable.Range(0, batch.Length)
            from q in Enumerable.Range(0, job.Training.Queries)
            select trainer.ProbeSigns(0, n, layer, q),
        ];
        chain = FindChain(plain);
        factors = FindFactors(plain);
        Estimate();
    }

    public AtmFile File { get; }

    /// <summary>The learning rate of the job.</summary>
    public required double Rate { get; init; }

    /// <summary>Weights, then biases, before the step; those that the job moves.</summary>
    public int[] Before { get; }

    public int[] After { get; }

    public bool Nodes { get; }

    /// <summary>d of the equations.</summary>
    public int Dimension { get; }

    /// <summary>Mean gradient of each parameter over all probes and samples.</summary>
    public double[] Mean { get; private set; } = [];

    /// <summary>Standard error of <see cref="Mean"/>.</summary>
    public double[] StandardError { get; private set; } = [];

    /// <summary>
    /// eta' / s^2 of each parameter by equation 11, in double; it takes the unit of a gradient to that of an update.
    /// </summary>
    public double[] Rates()
    {
        using var network = new PlainNetwork(File);
        double total = deltas.Length;
        double rate = job.Training.LearningRate * (job.Training.NormScaling ? total / (total + Dimension - 1) : 1);
        double inputScale = File.Single(layer, RecordField.InputScale);
        double outputScale = File.Single(layer, RecordField.OutputScale);
        bool first = layer == SampleModels.WeightedLayers(File)[0];
        double span = job.Training.QuantizationScaling && first ? Math.Max(1, 128 * inputScale) : 1;
        var rates = new double[Mean.Length];
        for (int i = 0; i < rates.Length; i++)
        {
            var (bias, channel) = Parameter(network, i);
            double scale = network.Multiplier(layer, channel) * outputScale / (bias ? 1 : inputScale);
            scale *= bias ? 1 : span;
            rates[i] = job.Training.QuantizationScaling ? rate / (scale * scale) : rate;
        }
        return rates;
    }

    /// <summary>The true gradient by back-propagation in double, averaged over the samples.</summary>
    public double[] Oracle()
    {
        using var network = new PlainNetwork(File);
        return Average(sample =>
        {
            var oracle = new OracleNetwork(network, samples.Values[sample], samples.Labels[sample]);
            double[] parameters = oracle.Parameters(layer);
            int weights = network.WeightCount(layer);
            return job.Training.Parts == Parts.Biases ? parameters[weights..]
                : job.Training.Parts == Parts.Weights ? parameters[..weights]
                : parameters;
        });
    }

    /// <summary>
    /// Central differences of the integer network's own loss, averaged over the samples: parameters plus and minus one
    /// unit, biases plus and minus the probe's step.
    /// </summary>
    public double[] FiniteDifference()
    {
        using var network = new PlainNetwork(File);
        sbyte[] weights = network.Weights(layer);
        int[] biases = network.HasBias(layer) ? network.Biases(layer) : [];
        return Average(sample =>
        {
            network.Load(samples.Values[sample]);
            network.Run(0, network.LastLayer);
            double Loss(int i, int step)
            {
                var (bias, channel) = Parameter(network, i);
                var movedWeights = (sbyte[])weights.Clone();
                var movedBiases = (int[])biases.Clone();
                if (bias)
                {
                    movedBiases[channel] += step;
                }
                else
                {
                    movedWeights[i] = (sbyte)(movedWeights[i] + step);
                }
                network.SetWeights(layer, movedWeights);
                network.SetBiases(layer, movedBiases);
                return LossFrom(network, layer, samples.Labels[sample]);
            }
            return
            [
                .. Enumerable
                    .Range(0, Mean.Length)
                    .Select(i =>
                    {
                        var (bias, channel) = Parameter(network, i);
                        int step = bias ? network.BiasStep(layer, channel) : 1;
                        return (Loss(i, step) - Loss(i, -step)) / (2.0 * step);
                    }),
            ];
        });
    }

    /// <summary>
    /// The same for node perturbation of a layer that is not the head: central differences of every output z, carried to
    /// the parameters by the chain rule.
    /// </summary>
    public double[] FiniteDifferenceOfNodes()
    {
        using var network = new PlainNetwork(File);
        return Average(sample =>
        {
            network.Load(samples.Values[sample]);
            network.Run(0, network.LastLayer);
            double[] nodes = NodeDifferences(network, samples.Labels[sample]);
            return Chain(network, network.Tensor(layer), node => nodes[node]);
        });
    }

    /// <summary>Central differences of the outputs z of the present sample.</summary>
    public double[] NodeDifferences(PlainNetwork network, int label)
    {
        sbyte[] outputs = network.Tensor(layer + 1);
        double Loss(int element, int step)
        {
            var moved = (sbyte[])outputs.Clone();
            moved[element] = (sbyte)(moved[element] + step);
            network.SetTensor(layer + 1, moved);
            return LossFrom(network, layer + 1, label);
        }
        return [.. Enumerable.Range(0, outputs.Length).Select(e => (Loss(e, 1) - Loss(e, -1)) / 2)];
    }

    /// <summary>
    /// Mean square error of gradient estimates from groups of probes against a true gradient, in units of the probe
    /// (nodes under node perturbation).
    /// </summary>
    public double MeanSquareError(double[] exact, int probes)
    {
        double sum = 0;
        int groups = deltas.Length / probes;
        for (int group = 0; group < groups; group++)
        {
            var estimate = new double[exact.Length];
            for (int q = group * probes; q < (group + 1) * probes; q++)
            {
                for (int i = 0; i < exact.Length; i++)
                {
                    estimate[i] += (double)deltas[q] / probes * signs[q][i];
                }
            }
            sum += estimate.Zip(exact, (a, b) => (a - b) * (a - b)).Sum();
        }
        return sum / groups;
    }

    /// <summary>Loss of the network from a layer on, in double, from the head's accumulators.</summary>
    private static double LossFrom(PlainNetwork network, int first, int label)
    {
        network.Run(first, network.LastLayer);
        int[] accumulators = network.HeadAccumulators();
        double[] logits = [.. accumulators.Select((value, c) => value * network.Multiplier(network.Head, c))];
        return OracleNetwork.LossOf(logits, network.File.Single(network.Head, RecordField.OutputScale), label, out _);
    }

    private (bool Bias, int Channel) Parameter(PlainNetwork network, int i)
    {
        int weights = job.Training.Parts == Parts.Biases ? 0 : network.WeightCount(layer);
        bool depthwise = File.Word(layer, RecordField.Operator) == Operators.DepthwiseConv2D;
        return i >= weights ? (true, i - weights)
            : depthwise ? (false, i % network.Channels(layer))
            : (false, i / network.FilterSize(layer));
    }

    private double[] Average(Func<int, double[]> gradient)
    {
        var sum = new double[Mean.Length];
        foreach (int sample in batch)
        {
            double[] one = gradient(sample);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += one[i] / batch.Length;
            }
        }
        return sum;
    }

    /// <summary>Standard error of the mean gradient's component along a direction.</summary>
    public double StandardErrorAlong(double[] direction)
    {
        double sum = 0;
        double squares = 0;
        foreach (double[] one in Single())
        {
            double along = one.Zip(direction, (a, b) => a * b).Sum();
            sum += along;
            squares += along * along;
        }
        double n = deltas.Length;
        return Math.Sqrt((squares / n - sum / n * (sum / n)) / (n - 1));
    }

    private void Estimate()
    {
        var sum = new double[Before.Length];
        var squares = new double[Before.Length];
        foreach (double[] one in Single())
        {
            for (int i = 0; i < one.Length; i++)
            {
                sum[i] += one[i];
                squares[i] += one[i] * one[i];
            }
        }
        double n = deltas.Length;
        Mean = [.. sum.Select(value => value / n)];
        StandardError = [.. squares.Select((square, i) => Math.Sqrt((square / n - Mean[i] * Mean[i]) / (n - 1)))];
    }

    /// <summary>The estimate of every single probe.</summary>
    private IEnumerable<double[]> Single()
    {
        using var network = new PlainNetwork(File);
        sbyte[] input = [];
        for (int probe = 0; probe < deltas.Length; probe++)
        {
            if (Nodes && probe % job.Training.Queries == 0)
            {
                network.Load(samples.Values[batch[probe / job.Training.Queries]]);
                network.Run(0, network.LastLayer);
                input = network.Tensor(layer);
            }
            Signs xi = signs[probe];
            double delta = deltas[probe];
            yield return Nodes ? Chain(network, input, node => delta * xi[node]) : Direct(network, xi, delta);
        }
    }

    private double[] Direct(PlainNetwork network, Signs xi, double delta)
    {
        int weights = network.WeightCount(layer);
        var one = new double[Before.Length];
        for (int i = 0; i < one.Length; i++)
        {
            var (bias, channel) = Parameter(network, i);
            one[i] = bias ? delta * xi[weights + channel] / network.BiasStep(layer, channel) : delta * xi[i];
        }
        return one;
    }

    private (int Weight, int Element, int Output)[] FindChain(PlainNetwork network)
    {
        int channels = network.Channels(layer);
        var taps = new LayerTaps(File, layer);
        return job.Training.Parts == Parts.Biases
            ? []
            :
            [
                .. from output in Enumerable.Range(0, network.Elements(layer + 1))
                from tap in taps.Of(output / channels, output % channels)
                select (tap.Weight, tap.Element, output),
            ];
    }

    /// <summary>d z / d accumulator of each channel; for the head, whose nodes are probed by k units, 1 / k.</summary>
    private double[] FindFactors(PlainNetwork network) =>
        [
            .. Enumerable
                .Range(0, network.Channels(layer))
                .Select(c => layer == network.Head ? 1.0 / network.BiasStep(layer, c) : network.Multiplier(layer, c)),
        ];

    /// <summary>From d loss / d z_q to the parameters that move.</summary>
    private double[] Chain(PlainNetwork network, sbyte[] inputs, Func<int, double> node)
    {
        int zero = File.Word(layer, RecordField.InputZero);
        int weights = job.Training.Parts == Parts.Biases ? 0 : network.WeightCount(layer);
        var one = new double[Before.Length];
        var nodes = new double[network.Elements(layer + 1)];
        for (int e = 0; e < nodes.Length; e++)
        {
            int channel = e % factors.Length;
            nodes[e] = factors[channel] * node(e);
            if (one.Length > weights)
            {
                one[weights + channel] += nodes[e];
            }
        }
        foreach (var (weight, element, output) in chain)
        {
            one[weight] += nodes[output] * (inputs[element] - zero);
        }
        return one;
    }
}
