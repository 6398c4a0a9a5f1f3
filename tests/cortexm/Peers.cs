namespace Attune.Tests.CortexM;

/// <summary>
/// Instructions per multiply-accumulate (or per element) of other libraries, counted on the same emulator with the same
/// compiler and options. The order of the rows is that of interop-native/bench/shapes.c.
/// </summary>
/// <param name="Layer">What was measured.</param>
/// <param name="Operations">Multiply-accumulates, or elements.</param>
/// <param name="Cmsis">CMSIS-NN 99f736a6.</param>
/// <param name="CmsisAssembly">CMSIS-NN 99f736a6 with its assembly.</param>
/// <param name="TinyEngine">TinyEngine 47bb283 with integer requantization.</param>
internal sealed record Peers(string Layer, long Operations, double Cmsis, double CmsisAssembly, double TinyEngine)
{
    /// <summary>The whole network: millions of instructions.</summary>
    public static Peers Network { get; } = new("whole mcunet-cifar10, 128x128", 1, 87.7, 82.2, 79.5);

    /// <summary>Single layers.</summary>
    public static IReadOnlyList<Peers> Shapes { get; } =
    [
        new("conv 128x128x3 -> 16, k3 s2", 64 * 64 * 27 * 16, 4.86, 4.59, 2.79),
        new("pointwise 64x64, 16 -> 8", 64 * 64 * 16 * 8, 3.91, 3.67, 4.54),
        new("pointwise 64x64, 8 -> 24", 64 * 64 * 8 * 24, 6.69, 6.13, 7.00),
        new("pointwise 16x16, 24 -> 144", 16 * 16 * 24 * 144, 3.28, 3.14, 3.10),
        new("pointwise 16x16, 144 -> 24", 16 * 16 * 144 * 24, 1.68, 1.66, 1.97),
        new("pointwise 8x8, 48 -> 240", 8 * 8 * 48 * 240, 2.29, 2.21, 2.17),
        new("pointwise 8x8, 240 -> 48", 8 * 8 * 240 * 48, 1.61, 1.59, 1.79),
        new("pointwise 4x4, 96 -> 480", 4 * 4 * 96 * 480, 2.02, 1.98, 2.01),
        new("pointwise 4x4, 480 -> 160", 4 * 4 * 480 * 160, 1.67, 1.66, 1.67),
        new("depthwise 32x32x48, k3 s1", 32 * 32 * 48 * 9, 8.66, 7.65, 8.14),
        new("depthwise 64x64x48, k3 s2", 32 * 32 * 48 * 9, 8.72, 7.72, 9.56),
        new("depthwise 16x16x144, k5", 16 * 16 * 144 * 25, 8.79, 8.53, 4.74),
        new("depthwise 16x16x144, k7", 16 * 16 * 144 * 49, 7.84, 7.71, 3.69),
        new("depthwise 4x4x480, k7", 4 * 4 * 480 * 49, 6.77, 6.63, 4.08),
        new("fully connected 160 -> 1000", 160 * 1000, 2.19, 2.15, 3.02),
        new("average pool 4x4x160, per element", 4 * 4 * 160, 6.99, 6.99, 11.4),
        new("add 16x16x24, per element", 16 * 16 * 24, 80.9, 55.8, 111.6),
    ];

    /// <summary>The best of them.</summary>
    public double Best => Math.Min(Cmsis, Math.Min(CmsisAssembly, TinyEngine));
}
