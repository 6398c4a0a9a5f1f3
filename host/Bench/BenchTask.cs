using Attune.Host.Data;
using Attune.Host.Model;

namespace Attune.Host.Bench;

/// <summary>What a method is given.</summary>
public sealed record BenchTask
{
    /// <summary>The model, with source statistics.</summary>
    public required AtmFile Model { get; init; }

    /// <summary>The same model with an input filter in front, not yet tuned; null: there is none.</summary>
    public Lazy<AtmFile>? Filtered { get; init; }

    /// <summary>Corrupted, labelled images to adapt to.</summary>
    public required MemorySamples Training { get; init; }

    /// <summary>Seed of everything random.</summary>
    public required uint Seed { get; init; }

    /// <summary>Full-forward equivalents by multiply-accumulates that may be used.</summary>
    public required double Limit { get; init; }

    /// <summary>Bytes of arena that may be used.</summary>
    public required int ArenaBytes { get; init; }

    /// <summary>
    /// What to change about the method: "" for nothing, one of <see cref="IBenchMethod.Variants"/>, or job keys such as
    /// "learning-rate=0.01 queries=5" for methods that are made of a job.
    /// </summary>
    public string Variant { get; init; } = "";

    /// <summary>Multiply-accumulates of one inference.</summary>
    public long ForwardMacs => new ModelSummary(Model).Macs;
}
