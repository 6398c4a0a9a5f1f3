namespace Attune.Host.Import;

/// <summary>What the user may choose when a model is imported.</summary>
public sealed record ImportOptions
{
    /// <summary>The block table as text (see <see cref="BlockRanges.Parse"/>), or null for four blocks of equal depth.</summary>
    public string? Blocks { get; init; }

    /// <summary>
    /// 1, or the factor by which the model enlarges its input itself: it then takes images of height and width divided by
    /// the factor, and its first layer is an UPSAMPLE.
    /// </summary>
    public int InputUpsample { get; init; } = 1;

    /// <summary>What the outputs are, one of <see cref="Attune.Model.OutputKind"/>; null: what the network looks like.</summary>
    public int? OutputKind { get; init; }

    /// <summary>
    /// Whether a RELU6 that is an operator of its own rescales where its input and output differ in scale, as TensorFlow
    /// Lite defines it; else it only clamps, as TensorFlow Lite Micro does.
    /// </summary>
    public bool RescalesRelu6 { get; init; }
}
