using System.Text.Json.Serialization;

namespace Attune.Host.Running;

/// <summary>What an adaptation brought and cost, as <c>--json</c> prints it.</summary>
public sealed record AdaptationResult
{
    /// <summary>Whether the run reached its end.</summary>
    [JsonIgnore]
    public bool Complete { get; init; }

    /// <summary>Accuracy before, 0..1; null: not measured.</summary>
    public double? AccuracyBefore { get; init; }

    /// <summary>Accuracy after alignment, 0..1; null: not aligned, or not measured.</summary>
    public double? AccuracyAligned { get; init; }

    /// <summary>Accuracy of the result, 0..1.</summary>
    public double? AccuracyAfter { get; init; }

    /// <summary>Whether training left no more held-out samples correct and was undone.</summary>
    public bool RolledBack { get; init; }

    /// <summary>Whether alignment, too, left fewer held-out samples correct and was undone: the model is as it was.</summary>
    public bool AlignmentUndone { get; init; }

    /// <summary>The samples that the accuracies come from.</summary>
    public string AccuracySource { get; init; } = "";

    /// <summary>Samples adapted to.</summary>
    public int Samples { get; init; }

    /// <summary>Full-forward equivalents of the adaptation, by multiply-accumulates; evaluation not counted.</summary>
    public double Forwards { get; init; }

    /// <summary>Wall-clock seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Highest byte of the arena that was touched.</summary>
    public int ArenaPeakBytes { get; init; }

    /// <summary>Planned peak.</summary>
    public int ArenaPlannedBytes { get; init; }

    /// <summary>What the board has.</summary>
    public int ArenaBudgetBytes { get; init; }

    /// <summary>Board profile.</summary>
    public string Board { get; init; } = "";

    /// <summary>align, zo or align+zo.</summary>
    public string Method { get; init; } = "";

    /// <summary>Seed of the job.</summary>
    public uint Seed { get; init; }

    /// <summary>What the input filter does: off, denoise, repair or both; null: it was not tuned.</summary>
    public string? InputFilter { get; init; }

    /// <summary>The block that was trained, where there was one.</summary>
    public int? Block { get; init; }

    /// <summary>Path of the adapted model.</summary>
    public string Model { get; init; } = "";

    /// <summary>A remark after the accuracy of a training that was undone, else nothing.</summary>
    public static string Undone(AdaptationResult result) =>
        result.AlignmentUndone ? " (adaptation undone: it lost held-out samples)"
        : result.RolledBack ? " (training undone: no more held-out samples are right than by chance)"
        : "";
}
