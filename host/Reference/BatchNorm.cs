namespace Attune.Host.Reference;

/// <summary>
/// Batch normalisation between a convolution and its activation: y = gamma * (z - mean) / sqrt(variance + epsilon) + beta,
/// with the batch's own mean and population variance in training. Every array has one entry an output channel.
/// </summary>
public sealed class BatchNorm
{
    /// <summary>Added to variances.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>Identity for so many channels.</summary>
    public BatchNorm(int channels)
    {
        Gamma = new float[channels];
        Array.Fill(Gamma, 1);
        Beta = new float[channels];
        RunningMean = new double[channels];
        RunningVariance = new double[channels];
        Array.Fill(RunningVariance, 1);
    }

    /// <summary>Trained scale.</summary>
    public float[] Gamma { get; }

    /// <summary>Trained offset.</summary>
    public float[] Beta { get; }

    /// <summary>Moving mean of the batches seen, for inference.</summary>
    public double[] RunningMean { get; }

    /// <summary>Moving population variance of the batches seen.</summary>
    public double[] RunningVariance { get; }
}
