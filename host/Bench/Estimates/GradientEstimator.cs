using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Reference;
using Attune.Model;
using Attune.Numbers;

namespace Attune.Host.Bench.Estimates;

/// <summary>
/// Gradients of layers, averaged over samples, estimated from loss differences by a recipe, within a budget of forwards.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="samples">The samples.</param>
/// <param name="recipe">How.</param>
/// <param name="seed">Seed of the probes.</param>
public sealed class GradientEstimator(ProbedNetwork network, MemorySamples samples, EstimateRecipe recipe, uint seed)
{
    private const int PilotSamples = 2;
    private const int PilotQueries = 4;
    private readonly SeedSequence seeds = new(seed);
    private readonly SeededRandom random = new(seed);

    /// <summary>Estimates the gradient of each layer, as the recipe's part has it: by weight, or by bias.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="forwards">Full-forward equivalents of probes a sample; running up to a layer comes on top.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>A gradient a layer.</returns>
    public Dictionary<int, float[]> Estimate(IReadOnlyList<int> layers, double forwards, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(layers);
        var result = layers.ToDictionary(layer => layer, layer => new float[Length(layer)]);
        double[] weights = SampleWeights();
        Dictionary<int, double> queries = Queries(layers, forwards);
        for (int n = 0; n < samples.Count; n++)
        {
            cancellation.ThrowIfCancellationRequested();
            int number = Math.Max(1, (int)Math.Round(forwards * weights[n]));
            double[]? model = recipe.ModelWise ? MeasureModel(n, number, layers) : null;
            foreach (int layer in layers)
            {
                int label = network.Begin(samples, n, layer);
                if (recipe.ExactHead && layer == network.Head)
                {
                    AddExactHead(layer, label, result[layer]);
                    continue;
                }
                int count = model is null ? Math.Max(1, (int)Math.Round(queries[layer] * weights[n])) : number;
                float[][] signs = recipe.Orthogonal ? ProbeSigns.Orthogonal(Entries(layer), count, random) : [];
                double[] deltas = model ?? Measure(layer, n, label, count, signs);
                Add(layer, n, Centred(deltas), signs, result[layer]);
            }
        }
        foreach (float[] gradient in result.Values)
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                gradient[i] /= samples.Count;
            }
        }
        return result;
    }

    private bool UsesNodes(int layer) =>
        recipe.Part == ProbedPart.Nodes
        || (recipe.Part == ProbedPart.Adaptive && network.Weights(layer) >= network.Nodes(layer));

    /// <summary>Entries of a layer's gradient.</summary>
    private int Length(int layer) =>
        recipe.Part == ProbedPart.Biases ? network.Channels(layer) : network.Weights(layer);

    /// <summary>Entries of a layer's probe.</summary>
    private int Entries(int layer) => UsesNodes(layer) ? network.Nodes(layer) : Length(layer);

    private void Seed(int layer, int n, int query) => seeds.Next(1, 0, n, (layer << 16) | query);

    /// <summary>Probes of each layer: equally many, or as many as its gradient is worth.</summary>
    private Dictionary<int, double> Queries(IReadOnlyList<int> layers, double forwards)
    {
        double spent = 0;
        var worth = layers.ToDictionary(layer => layer, _ => 1.0);
        if (recipe.ByLayer)
        {
            foreach (int layer in layers)
            {
                // Least square error of the real gradient: Q ~ |g| sqrt(d / c), and delta^2 has the mean |g_q|^2.
                double squares = 0;
                for (int n = 0; n < PilotSamples; n++)
                {
                    int label = network.Begin(samples, n, layer);
                    squares += Measure(layer, n, label, PilotQueries, []).Sum(delta => delta * delta);
                }
                double norm = Math.Sqrt(squares / (PilotSamples * PilotQueries));
                worth[layer] = norm * RealUnit(layer) * Math.Sqrt(Entries(layer) / network.Share(layer));
                spent += PilotSamples * (PilotQueries + 1) * network.Share(layer);
            }
        }
        double left = forwards - spent / samples.Count;
        double total = layers.Sum(layer => worth[layer] * network.Share(layer));
        return layers.ToDictionary(layer => layer, layer => left * worth[layer] / total);
    }

    /// <summary>Root mean square of what a quantized gradient is multiplied with for a real one.</summary>
    private double RealUnit(int layer)
    {
        double scale = recipe.Part == ProbedPart.Biases ? network.File.Single(layer, RecordField.InputScale) : 1;
        return Math.Sqrt(
            Enumerable
                .Range(0, network.Channels(layer))
                .Average(channel =>
                {
                    double step = recipe.Part == ProbedPart.Biases ? network.BiasStep(layer, channel) : 1;
                    return Math.Pow(step * scale * FloatLayer.WeightScale(network.File, layer, channel), -2);
                })
        );
    }

    /// <summary>Share of each sample in the probes, mean 1.</summary>
    private double[] SampleWeights()
    {
        var weights = new double[samples.Count];
        Array.Fill(weights, 1);
        if (recipe.BySample && network.Head >= 0)
        {
            for (int n = 0; n < weights.Length; n++)
            {
                int label = network.Begin(samples, n, network.Head);
                network.Loss(network.Head, label);
                double[] errors = network.Probabilities();
                errors[label] -= 1;
                weights[n] = Math.Sqrt(errors.Sum(error => error * error));
            }
            double mean = weights.Average();
            weights = [.. weights.Select(weight => weight / mean)];
        }
        return weights;
    }

    /// <summary>Loss differences of a layer's probes at the sample of the last Begin.</summary>
    private double[] Measure(int layer, int n, int label, int count, float[][] signs)
    {
        double clean = network.Loss(layer, label);
        var deltas = new double[count];
        if (recipe.Part == ProbedPart.Biases)
        {
            int[] biases = network.Biases(layer);
            for (int q = 0; q < count; q++)
            {
                float[] xi = SignsOf(layer, n, q, signs);
                network.SetBiases(
                    layer,
                    [.. biases.Select((bias, channel) => bias + (int)xi[channel] * network.BiasStep(layer, channel))]
                );
                deltas[q] = network.Loss(layer, label) - clean;
            }
            network.SetBiases(layer, biases);
            return deltas;
        }
        int mode = UsesNodes(layer) ? RunMode.ProbeNodes : RunMode.ProbeWeights;
        for (int q = 0; q < count; q++)
        {
            Seed(layer, n, q);
            deltas[q] = network.Loss(layer, label, mode, seeds.Low, seeds.High) - clean;
        }
        return deltas;
    }

    private float[] SignsOf(int layer, int n, int q, float[][] signs)
    {
        if (signs.Length > 0)
        {
            return signs[q];
        }
        var xi = new float[Entries(layer)];
        Seed(layer, n, q);
        ProbeSigns.Add(seeds.Low, seeds.High, 1, xi);
        return xi;
    }

    private double[] Centred(double[] deltas)
    {
        // With one probe there is nothing to compare it with.
        double mean = recipe.MeanBaseline && deltas.Length > 1 ? deltas.Average() : 0;
        return [.. deltas.Select(delta => delta - mean)];
    }

    /// <summary>Adds a sample's estimate.</summary>
    private void Add(int layer, int n, double[] deltas, float[][] signs, float[] gradient)
    {
        bool nodes = UsesNodes(layer);
        float[] target = nodes ? new float[network.Nodes(layer)] : gradient;
        if (recipe.Part == ProbedPart.Biases)
        {
            target = new float[gradient.Length];
        }
        for (int q = 0; q < deltas.Length; q++)
        {
            float factor = (float)(deltas[q] / deltas.Length);
            if (signs.Length > 0)
            {
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] += factor * signs[q][i];
                }
                continue;
            }
            Seed(layer, n, q);
            ProbeSigns.Add(seeds.Low, seeds.High, factor, target);
        }
        if (recipe.Part == ProbedPart.Biases)
        {
            for (int channel = 0; channel < gradient.Length; channel++)
            {
                gradient[channel] += target[channel] / network.BiasStep(layer, channel);
            }
        }
        else if (nodes)
        {
            bool[] saturated = recipe.SaturationMask ? network.Saturated(layer) : [];
            for (int i = 0; i < saturated.Length; i++)
            {
                target[i] = saturated[i] ? 0 : target[i];
            }
            network.AddWeights(layer, target, false, gradient);
        }
    }

    /// <summary>(p - y) a^T.</summary>
    private void AddExactHead(int layer, int label, float[] gradient)
    {
        network.Loss(layer, label);
        double scale = network.File.Single(layer, RecordField.OutputScale);
        double[] errors = network.Probabilities();
        errors[label] -= 1;
        network.AddWeights(layer, [.. errors.Select(error => (float)(error * scale))], true, gradient);
    }

    /// <summary>Loss differences of probes of all layers at once.</summary>
    private double[] MeasureModel(int n, int count, IReadOnlyList<int> layers)
    {
        (uint Low, uint High) SeedOf(int layer, int q)
        {
            Seed(layer, n, q);
            return (seeds.Low, seeds.High);
        }
        int Mode(int layer) =>
            !layers.Contains(layer) ? 0
            : UsesNodes(layer) ? RunMode.ProbeNodes
            : RunMode.ProbeWeights;
        double clean = network.Loss(samples, n, _ => 0, _ => default);
        var deltas = new double[count];
        for (int q = 0; q < count; q++)
        {
            deltas[q] = network.Loss(samples, n, Mode, layer => SeedOf(layer, q)) - clean;
        }
        return deltas;
    }
}
