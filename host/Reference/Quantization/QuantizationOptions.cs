namespace Attune.Host.Reference.Quantization;

/// <summary>How <see cref="PostTrainingQuantizer"/> quantizes.</summary>
public sealed record QuantizationOptions
{
    /// <summary>Scale of the network's input; 0: from the calibration samples, like other tensors.</summary>
    public float InputScale { get; init; }

    /// <summary>Zero point of the network's input, where its scale is given.</summary>
    public int InputZero { get; init; }

    /// <summary>
    /// Share of a tensor's values, in percent, that its int8 range must hold; the rest saturates, half at each end. 100 takes
    /// the smallest and largest value.
    /// </summary>
    public double Percentile { get; init; } = 100;

    /// <summary>
    /// Room for weights that will grow in training: of a layer, how often the largest weight of a channel fits into the int8
    /// range. At least 1; null: none.
    /// </summary>
    public Func<FloatLayer, double>? WeightHeadroom { get; init; }

    /// <summary>
    /// Room for activations that will grow in training: the range of a tensor without bounds is this often that of the samples.
    /// Above 1, a tensor with bounds on both sides gets exactly these. At least 1.
    /// </summary>
    public double ActivationHeadroom { get; init; } = 1;

    /// <summary>The range of the class scores holds at least minus this to this; 0: what the samples need.</summary>
    public float LeastLogit { get; init; }

    /// <summary>Whether source statistics are measured, which alignment needs.</summary>
    public bool Statistics { get; init; } = true;

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = 1;
}
