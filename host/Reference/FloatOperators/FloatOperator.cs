namespace Attune.Host.Reference.FloatOperators;

/// <summary>Works on one sample of a layer.</summary>
internal delegate void LayerAction(FloatLayer layer, in LayerCall call);

/// <summary>How an operator computes in FP32, and how a layer of it is quantized.</summary>
/// <param name="Code">One of <see cref="Attune.Model.Operators"/>.</param>
/// <param name="Forward">Writes the output of one sample, before normalisation and clamp.</param>
/// <param name="Backward">Adds the gradients of one sample.</param>
/// <param name="Quantize">Fills the record words that are the operator's own, and attaches its arrays.</param>
internal sealed record FloatOperator(
    int Code,
    LayerAction Forward,
    LayerAction Backward,
    Action<LayerQuantization> Quantize
)
{
    /// <summary>Elements of working memory that a layer needs.</summary>
    public Func<FloatLayer, int> ScratchSize { get; init; } = _ => 0;

    /// <summary>Groups whose weights are transposed for <see cref="LayerCall.TransposedWeights"/>; null: not needed.</summary>
    public Func<FloatLayer, int>? TransposedGroups { get; init; }

    /// <summary>Whether input and output have one scale and zero point.</summary>
    public bool KeepsScale { get; init; }

    /// <summary>Scale and zero point that the output always has; null: they follow from its values.</summary>
    public TensorScale? FixedScale { get; init; }
}
