using System.Globalization;
using Attune.Host.Bench.Document;

namespace Attune.Tests.CortexM;

/// <summary>Instructions of a training step of back-propagation, as interop-native/bench/backward.c prints them.</summary>
internal static class BackwardCount
{
    /// <summary>The figures; layers after the class scores have none.</summary>
    public static BackwardFigures Of(IReadOnlyList<LayerFigures> layers, IReadOnlyList<string> lines) =>
        new([.. layers.Zip(Emulator.Lines(lines, "backward"), Of)], Peers.Backward);

    private static BackwardLayerFigures Of(LayerFigures layer, string[] words)
    {
        long Value(string name) => long.Parse(words[Array.IndexOf(words, name) + 1], CultureInfo.InvariantCulture);
        return new BackwardLayerFigures(
            layer.Name,
            layer.Macs,
            Value("masked"),
            Value("finish"),
            Value("error"),
            Value("merge"),
            Value("weights"),
            Value("update")
        );
    }
}
