using System.Collections.Concurrent;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference.Training;

namespace Attune.Host.Bench.Tables;

/// <summary>
/// Gradients of weights and biases by back-propagation through the integer network, averaged over samples; each computed once.
/// </summary>
internal static class TrueGradients
{
    private static readonly ConcurrentDictionary<string, Lazy<LayerGradient>> Known = new();

    /// <summary>The gradient of a layer.</summary>
    /// <param name="key">Names model and samples.</param>
    /// <param name="file">The model.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="layer">The layer.</param>
    public static LayerGradient Of(string key, AtmFile file, MemorySamples samples, int layer) =>
        Known.GetOrAdd($"{key}|{layer}", _ => new Lazy<LayerGradient>(() => Average(file, samples, layer))).Value;

    private static LayerGradient Average(AtmFile file, MemorySamples samples, int layer)
    {
        using var oracle = new GradientOracle(file);
        LayerGradient? sum = null;
        for (int n = 0; n < samples.Count; n++)
        {
            LayerGradient one = oracle.LayerGradient((sbyte[])(Array)samples.Values[n], samples.Labels[n], layer);
            sum ??= one with { Loss = 0, Weights = new float[one.Weights.Length], Bias = new float[one.Bias.Length] };
            Add(sum.Weights, one.Weights, samples.Count);
            Add(sum.Bias, one.Bias, samples.Count);
        }
        return sum! with { Nodes = [] };
    }

    private static void Add(float[] sum, float[] one, int count)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += one[i] / count;
        }
    }
}
