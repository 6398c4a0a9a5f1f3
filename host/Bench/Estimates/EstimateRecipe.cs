namespace Attune.Host.Bench.Estimates;

/// <summary>A way to estimate gradients from loss differences (docs/ALGORITHM.md; the ideas are those of Figure 5's table).</summary>
/// <param name="Name">Name in results.</param>
public sealed record EstimateRecipe(string Name)
{
    /// <summary>What is probed, and whose gradient is estimated.</summary>
    public ProbedPart Part { get; init; } = ProbedPart.Adaptive;

    /// <summary>All layers are probed at once, over whole forwards.</summary>
    public bool ModelWise { get; init; }

    /// <summary>The mean of the loss differences of a sample's probes is subtracted from each.</summary>
    public bool MeanBaseline { get; init; }

    /// <summary>Probes of a sample are orthogonal to each other (biases only).</summary>
    public bool Orthogonal { get; init; }

    /// <summary>Nodes that the clamp holds get no gradient.</summary>
    public bool SaturationMask { get; init; }

    /// <summary>The classifier's gradient is computed in closed form.</summary>
    public bool ExactHead { get; init; }

    /// <summary>Probes are shared out among the layers by the size of their gradient, from a pilot within the budget.</summary>
    public bool ByLayer { get; init; }

    /// <summary>Probes are shared out among the samples by |p - y|.</summary>
    public bool BySample { get; init; }

    /// <summary>All that are measured.</summary>
    public static IReadOnlyList<EstimateRecipe> All { get; } =
    [
        new("weights") { Part = ProbedPart.Weights },
        new("nodes") { Part = ProbedPart.Nodes },
        new("adaptive"),
        new("weights-model") { Part = ProbedPart.Weights, ModelWise = true },
        new("nodes-model") { Part = ProbedPart.Nodes, ModelWise = true },
        new("adaptive-model") { ModelWise = true },
        new("adaptive+mean") { MeanBaseline = true },
        new("nodes+mask") { Part = ProbedPart.Nodes, SaturationMask = true },
        new("adaptive+mask") { SaturationMask = true },
        new("adaptive+head") { ExactHead = true },
        new("adaptive+layers") { ByLayer = true },
        new("adaptive+samples") { BySample = true },
        new("adaptive+mean+mask+head")
        {
            MeanBaseline = true,
            SaturationMask = true,
            ExactHead = true,
        },
        new("biases") { Part = ProbedPart.Biases },
        new("biases+mean") { Part = ProbedPart.Biases, MeanBaseline = true },
        new("biases+orthogonal") { Part = ProbedPart.Biases, Orthogonal = true },
        new("biases+orthogonal+mean")
        {
            Part = ProbedPart.Biases,
            Orthogonal = true,
            MeanBaseline = true,
        },
        new("biases+layers") { Part = ProbedPart.Biases, ByLayer = true },
        new("biases+samples") { Part = ProbedPart.Biases, BySample = true },
    ];
}

/// <summary>What a probe moves.</summary>
public enum ProbedPart
{
    /// <summary>Weights; the gradient of the weights is estimated.</summary>
    Weights,

    /// <summary>Pre-activations; the gradient of the weights is estimated.</summary>
    Nodes,

    /// <summary>Weights where they are fewer than the outputs, else pre-activations.</summary>
    Adaptive,

    /// <summary>Biases by about one unit of the pre-activation; the gradient of the biases is estimated.</summary>
    Biases,
}
