namespace Attune.Host.Bench.Document;

/// <summary>Figures of the paper (arXiv 2411.05873) that stand beside ours; per cent.</summary>
internal static class PaperFigures
{
    /// <summary>Table 7: no adaptation, by corruption in the order of <see cref="BenchData.Paper12"/>.</summary>
    public static readonly double[] NoAdaptation = [17, 21, 25, 27, 72, 76, 67, 80, 73, 83, 36, 71];

    /// <summary>Table 7: all layers, FP32 back-propagation.</summary>
    public static readonly double[] FloatFull =
    [
        73.89,
        72.44,
        76.78,
        78.44,
        77.89,
        81.00,
        78.44,
        80.78,
        82.67,
        86.67,
        86.33,
        76.44,
    ];

    /// <summary>Table 7: all layers, INT8 back-propagation.</summary>
    public static readonly double[] IntegerFull =
    [
        44.33,
        37.78,
        41.55,
        54.00,
        44.11,
        65.11,
        42.78,
        55.57,
        34.22,
        73.00,
        20.27,
        77.78,
    ];

    /// <summary>Table 7: MCUTrain, sparse INT8 back-propagation.</summary>
    public static readonly double[] Sparse =
    [
        61.77,
        63.66,
        55.55,
        65.33,
        81.55,
        83.44,
        82.44,
        87.33,
        76.22,
        89.22,
        71.77,
        81.11,
    ];

    /// <summary>Table 7: the paper's method, 2e7 forwards.</summary>
    public static readonly double[] BackPropagationFree =
    [
        66.78,
        66.22,
        61.00,
        67.33,
        80.11,
        83.66,
        81.00,
        86.33,
        78.33,
        88.22,
        69.78,
        79.56,
    ];

    /// <summary>Gaussian noise, the paper's method: what a curve is to reach.</summary>
    public const double GaussianNoise = 66.78;

    /// <summary>Forwards that the paper's method took for it.</summary>
    public const double Forwards = 2e7;

    /// <summary>Table 4: rows blocks 0..3 and the chosen one, columns noise, blur, weather, digital.</summary>
    public static readonly double[][] Blocks =
    [
        [55.17, 78.91, 79.25, 75.76],
        [65.33, 80.31, 81.33, 77.45],
        [59.75, 79.51, 81.33, 79.32],
        [57.11, 78.56, 79.31, 77.11],
        [65.33, 80.91, 82.00, 80.56],
    ];

    /// <summary>Tables 5 and 6: accuracy and forwards by method.</summary>
    public static readonly Dictionary<
        (string Table, string Method),
        (double Accuracy, double Forwards)
    > BackPropagationFreeMethods = new()
    {
        [("5", "mezo")] = (18.33, 2e7),
        [("5", "deepzero")] = (52.78, 2.47e9),
        [("5", "paper")] = (66.78, 2e7),
        [("6", "mezo")] = (40.56, 2e7),
        [("6", "deepzero")] = (60.67, 9.28e8),
        [("6", "deepzero-0.9")] = (54.33, 9.28e7),
        [("6", "paper")] = (66.78, 2e7),
    };

    /// <summary>Tables 8 and 9: kilobytes and millions of multiply-accumulates of a step by method.</summary>
    public static readonly Dictionary<(string Table, string Method), (double Kilobytes, double Macs)> Costs = new()
    {
        [("8", "inference")] = (190, 22.5),
        [("8", "bp")] = (3650, 76.2),
        [("8", "bp-free")] = (668, 7857.5),
        [("9", "inference")] = (190, 22.5),
        [("9", "bp")] = (3650, 40.4),
        [("9", "bp-free")] = (209, 1162.5),
    };
}
