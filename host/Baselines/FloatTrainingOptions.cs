using Attune.Host.Model;
using Attune.Host.Reference.Training;

namespace Attune.Host.Baselines;

/// <summary>What <see cref="FloatBackPropagation"/> trains, and how.</summary>
public sealed record FloatTrainingOptions
{
    /// <summary>The parameters that are trained, of a model.</summary>
    public Func<AtmFile, TrainedParts> Parts { get; init; } = TrainedParts.All;

    /// <summary>Momentum of the descent, 0..1.</summary>
    public double Momentum { get; init; }

    /// <summary>Added to the gradient times the weight.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Changes of the pictures, others in every epoch; null: none.</summary>
    public PictureAugmentation? Augmentation { get; init; }
}
