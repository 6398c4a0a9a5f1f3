using Attune.Host.Bench.Document;

namespace Attune.Tests.CortexM;

/// <summary>
/// Instructions of other libraries, counted on the same emulator with the same compiler and options: CMSIS-NN 99f736a6,
/// the same with its assembly, TinyEngine 47bb283 with integer requantization.
/// </summary>
internal static class Peers
{
    /// <summary>The whole network: millions of instructions.</summary>
    public static PeerFigures Network { get; } = new(87.7, 82.2, 79.5);

    /// <summary>Back-propagation through the whole network by TinyEngine.</summary>
    public static BackwardPeerFigures Backward { get; } = new(117.5, 4.19);

    /// <summary>
    /// Single layers: what was measured, its multiply-accumulates (or elements), instructions for each. The order is that of
    /// interop-native/bench/shapes.c.
    /// </summary>
    public static IReadOnlyList<(string Layer, long Operations, PeerFigures Peers)> Shapes { get; } =
    [
        ("conv 128x128x3 -> 16, k3 s2", 64 * 64 * 27 * 16, new(4.86, 4.59, 2.79)),
        ("pointwise 64x64, 16 -> 8", 64 * 64 * 16 * 8, new(3.91, 3.67, 4.54)),
        ("pointwise 64x64, 8 -> 24", 64 * 64 * 8 * 24, new(6.69, 6.13, 7.00)),
        ("pointwise 16x16, 24 -> 144", 16 * 16 * 24 * 144, new(3.28, 3.14, 3.10)),
        ("pointwise 16x16, 144 -> 24", 16 * 16 * 144 * 24, new(1.68, 1.66, 1.97)),
        ("pointwise 8x8, 48 -> 240", 8 * 8 * 48 * 240, new(2.29, 2.21, 2.17)),
        ("pointwise 8x8, 240 -> 48", 8 * 8 * 240 * 48, new(1.61, 1.59, 1.79)),
        ("pointwise 4x4, 96 -> 480", 4 * 4 * 96 * 480, new(2.02, 1.98, 2.01)),
        ("pointwise 4x4, 480 -> 160", 4 * 4 * 480 * 160, new(1.67, 1.66, 1.67)),
        ("depthwise 32x32x48, k3 s1", 32 * 32 * 48 * 9, new(8.66, 7.65, 8.14)),
        ("depthwise 64x64x48, k3 s2", 32 * 32 * 48 * 9, new(8.72, 7.72, 9.56)),
        ("depthwise 16x16x144, k5", 16 * 16 * 144 * 25, new(8.79, 8.53, 4.74)),
        ("depthwise 16x16x144, k7", 16 * 16 * 144 * 49, new(7.84, 7.71, 3.69)),
        ("depthwise 4x4x480, k7", 4 * 4 * 480 * 49, new(6.77, 6.63, 4.08)),
        ("fully connected 160 -> 1000", 160 * 1000, new(2.19, 2.15, 3.02)),
        ("average pool 4x4x160, per element", 4 * 4 * 160, new(6.99, 6.99, 11.4)),
        ("add 16x16x24, per element", 16 * 16 * 24, new(80.9, 55.8, 111.6)),
    ];
}
