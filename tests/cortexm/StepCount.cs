using System.Globalization;
using Attune.Host.Bench.Document;

namespace Attune.Tests.CortexM;

/// <summary>
/// Instructions of the kernels in a training step of all layers with one sample, put together from the counts of every
/// layer: each layer is probed Q times, weights or nodes as the engine chooses, and only the layers after it run again.
/// </summary>
internal static class StepCount
{
    private const int Queries = 50;

    /// <summary>The step.</summary>
    /// <param name="layers">Clean instructions of every layer.</param>
    /// <param name="lines">Words of the program's lines: layer, then names and values in turn.</param>
    public static StepFigures Of(IReadOnlyList<LayerFigures> layers, IReadOnlyList<string[]> lines)
    {
        long forward = 0;
        long other = 0;
        long gradient = 0;
        long macs = 0;
        foreach (string[] words in lines)
        {
            long Value(string name) => long.Parse(words[Array.IndexOf(words, name) + 1], CultureInfo.InvariantCulture);
            int layer = int.Parse(words[0], CultureInfo.InvariantCulture);
            bool nodes = Value("nodes") == 1;
            long prefix = layers.Take(layer).Sum(one => one.Instructions);
            long behind = layers.Skip(layer + 1).Sum(one => one.Instructions);
            // The input once, and again for the gradient from the nodes; the layer once where its accumulators are kept.
            forward += (nodes ? 2 : 1) * prefix + (nodes ? 1 : Queries) * Value("clean") + Queries * behind;
            other += Queries * (Value("probe") - (nodes ? 0 : Value("clean")) + Value("gradient"));
            other += Value("inputs") + Value("update");
            gradient += Value("inputs");
            macs += nodes ? layers[layer].Macs : 0;
        }
        return new StepFigures(Queries, forward, other, gradient, macs);
    }
}
