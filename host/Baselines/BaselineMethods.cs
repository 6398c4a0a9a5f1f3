namespace Attune.Host.Baselines;

/// <summary>The baselines of the comparison (tables 5 to 7 of the paper) by name.</summary>
/// <remarks>
/// Learning rates were chosen for mcunet-cifar10 on snow, pixelate and JPEG compression at severity 5, which are not among the
/// paper's twelve corruptions: 1000 images of data_batch_1, batch 100, accuracy on images 1000..1499 of it. Means of the three,
/// without adaptation 67.9 %:
/// <list type="bullet">
/// <item>fp32-full, 9000 forwards: 0.0003 83.5, 0.001 84.3, 0.003 84.3; 0.01, the paper's, destroys (8.6 on snow).</item>
/// <item>fp32-biases, 9000 forwards: 0.01 83.3.</item>
/// <item>int8-full, 9000 forwards: 0.0003 71.6, 0.001 79.1, 0.003 79.7 (but JPEG only 74.4); 0.01 destroys (10.6 on snow).</item>
/// <item>int8-sparse, 9818 forwards: 0.01 83.9, 0.02 85.3, 0.04 85.3; 5891 forwards: 0.003 79.9, 0.01 83.3.</item>
/// <item>mezo, 20000 forwards: 0.000001 68.9; 10000 forwards: 0.00001 61.1, 0.0001 10.7, 0.001 10.7. On layers 16, 18, 20 and
/// 21 alone, 19890 forwards: 0.00001 68.5.</item>
/// <item>deepzero-0.9 on these layers, batch 10, 39996 forwards, which are 5 steps: 0.0003 68.7. With half as many on snow (77.8
/// without adaptation): 0.0001 77.2, 0.0003 78.8, 0.001 78.8, 0.003 48.8, 0.01 13.2. The dense form takes the same rate.</item>
/// </list>
/// </remarks>
public static class BaselineMethods
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IBaseline> All { get; } =
    [
        new FloatBackPropagation("fp32-full", 0.001),
        new FloatBackPropagation("fp32-biases", 0.01, new() { Parts = TrainedParts.AllBiases }),
        new IntegerBackPropagation("int8-full", 0.001),
        new IntegerBackPropagation("int8-sparse", 0.02, file => SparseSelection.Choose(file).Parameters()),
        new Mezo("mezo", 1e-6),
        new DeepZero("deepzero", 0.0003, 0),
        new DeepZero("deepzero-0.9", 0.0003, 0.9),
    ];

    /// <summary>The method of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static IBaseline Find(string name) =>
        All.FirstOrDefault(method => method.Name == name)
        ?? throw new ArgumentException(
            $"there is no baseline {name}; choose one of {string.Join(", ", All.Select(method => method.Name))}"
        );
}
