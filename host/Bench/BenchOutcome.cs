using Attune.Host.Data;

namespace Attune.Host.Bench;

/// <summary>What a method made of a task.</summary>
public sealed record BenchOutcome
{
    /// <summary>The adapted .atm model, or null if accuracy is measured otherwise (<see cref="CountCorrect"/>).</summary>
    public byte[]? Model { get; init; }

    /// <summary>
    /// For results that are no .atm model (FP32): counts the right answers on samples. Never called before the method has
    /// returned.
    /// </summary>
    public Func<MemorySamples, int>? CountCorrect { get; init; }

    /// <summary>The .atm model between alignment and training, or null.</summary>
    public byte[]? AlignedModel { get; init; }

    /// <summary>Multiply-accumulates of everything that the method ran, evaluation of held-out samples included.</summary>
    public required long Macs { get; init; }

    /// <summary>Highest byte of the arena that was touched, or null where there is no arena.</summary>
    public int? Peak { get; init; }

    /// <summary>Planned bytes of arena, or null where there is no plan.</summary>
    public int? Planned { get; init; }

    /// <summary>Samples that were used, each counted once.</summary>
    public required int Samples { get; init; }

    /// <summary>The block that was chosen, or null.</summary>
    public int? Block { get; init; }

    /// <summary>Steps of the training, selection not counted, or null.</summary>
    public int? Steps { get; init; }

    /// <summary>Further figures for the line of results, or null.</summary>
    public SortedDictionary<string, double>? Values { get; init; }
}
