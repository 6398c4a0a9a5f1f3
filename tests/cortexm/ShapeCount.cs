using System.Globalization;
using Attune.Host.Bench.Document;

namespace Attune.Tests.CortexM;

/// <summary>Instructions of the rows of <see cref="Peers.Shapes"/>.</summary>
internal static class ShapeCount
{
    /// <summary>All rows of a program's output, in which a layer's line of training follows its own.</summary>
    public static IReadOnlyList<ShapeFigures> Read(IReadOnlyList<string> lines)
    {
        var training = Emulator.Lines(lines, "train").ToDictionary(words => words[0]);
        return [.. Peers.Shapes.Zip(Emulator.Lines(lines, "shape"), Of)];

        ShapeFigures Of((string Layer, long Operations, PeerFigures Peers) row, string[] shape)
        {
            long clean = Value(shape, "instructions");
            bool trains = training.TryGetValue(shape[0], out string[]? words);
            return new ShapeFigures(
                row.Layer,
                row.Operations,
                clean,
                row.Peers,
                trains ? Value(words!, "weights") : 0,
                trains ? Value(words!, "probed") - clean : 0,
                trains ? Value(words!, "signs") : 0,
                trains ? Value(words!, "gradient") : 0
            );
        }
    }

    private static long Value(string[] words, string name) =>
        long.Parse(words[Array.IndexOf(words, name) + 1], CultureInfo.InvariantCulture);
}
