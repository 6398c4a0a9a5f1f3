using System.Globalization;

namespace Attune.Tests.CortexM;

/// <summary>
/// Instructions of the kernels in a training step of all layers with one sample, put together from the counts of every
/// layer: each layer is probed Q times, weights or nodes as the engine chooses, and only what lies behind it runs again.
/// </summary>
/// <param name="Forward">Forward passes: prefixes, clean layers, and the layers behind the probed ones.</param>
/// <param name="Other">What the probes add to their layer, gradients and updates.</param>
/// <param name="NodeGradient">Of the other: weight gradients from the nodes, once a sample.</param>
/// <param name="NodeMacs">Multiply-accumulates of these gradients.</param>
internal sealed record StepCount(long Forward, long Other, long NodeGradient, long NodeMacs)
{
    /// <summary>Probes of each layer.</summary>
    public const int Queries = 50;

    /// <param name="layers">Clean instructions of every layer.</param>
    /// <param name="lines">Words of the program's lines: layer, then names and values in turn.</param>
    public static StepCount Of(IReadOnlyList<LayerCount> layers, IReadOnlyList<string[]> lines)
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
        return new StepCount(forward, other, gradient, macs);
    }
}
