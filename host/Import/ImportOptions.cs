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
}
