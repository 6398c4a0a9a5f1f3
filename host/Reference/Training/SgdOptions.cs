namespace Attune.Host.Reference.Training;

/// <summary>How <see cref="SgdTrainer"/> trains.</summary>
public sealed record SgdOptions
{
    /// <summary>Passes over the samples.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Steps, of which the last epoch may be cut short; 0: as many as the epochs have.</summary>
    public int Steps { get; init; }

    /// <summary>Samples of a step; the last step of an epoch may have fewer.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Step size at the start; it follows half a cosine to 0 over all steps.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Steps over which the step size rises linearly at the start.</summary>
    public int WarmUpSteps { get; init; }

    /// <summary>Momentum, 0..1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Added to the gradient times the parameter; weights only.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Order of the samples.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Changes of the samples, others in every epoch; null: none.</summary>
    public PictureAugmentation? Augmentation { get; init; }

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>What is trained.</summary>
    public TrainableParameters Parameters { get; init; } = TrainableParameters.All;
}
