using System.Globalization;

namespace Attune.Tests.CortexM;

/// <summary>Instructions of one row of <see cref="Peers.Shapes"/>.</summary>
/// <param name="Instructions">The layer.</param>
/// <param name="Weights">Number of its weights; 0 if it has none, and then the rest is 0 too.</param>
/// <param name="Probe">What probed weights add to it.</param>
/// <param name="Signs">Adding a number times the signs of all its weights.</param>
/// <param name="Gradient">The gradient of its weights from its nodes.</param>
internal sealed record ShapeCount(long Instructions, long Weights, long Probe, long Signs, long Gradient)
{
    /// <summary>All rows of a program's output, in which a layer's line of training follows its own.</summary>
    public static IReadOnlyList<ShapeCount> Read(IReadOnlyList<string> lines)
    {
        var training = Emulator.Lines(lines, "train").ToDictionary(words => words[0]);
        return
        [
            .. Emulator
                .Lines(lines, "shape")
                .Select(shape =>
                {
                    long clean = Value(shape, "instructions");
                    return training.TryGetValue(shape[0], out string[]? words)
                        ? new ShapeCount(
                            clean,
                            Value(words, "weights"),
                            Value(words, "probed") - clean,
                            Value(words, "signs"),
                            Value(words, "gradient")
                        )
                        : new ShapeCount(clean, 0, 0, 0, 0);
                }),
        ];
    }

    private static long Value(string[] words, string name) =>
        long.Parse(words[Array.IndexOf(words, name) + 1], CultureInfo.InvariantCulture);
}
