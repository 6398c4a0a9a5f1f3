namespace Attune.Host.Bench;

/// <summary>What the options of the command say about which cells to measure and how.</summary>
public sealed record BenchSettings
{
    /// <summary>Methods by name; empty: those of the table.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Variants of the methods; empty: those of the table.</summary>
    public IReadOnlyList<string> Variants { get; init; } = [];

    /// <summary>Corruptions by name; empty: those of the table.</summary>
    public IReadOnlyList<string> Corruptions { get; init; } = [];

    /// <summary>Severity, 1..5.</summary>
    public int Severity { get; init; } = 5;

    /// <summary>Seeds.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1, 2, 3];

    /// <summary>Full-forward equivalents a task; null: the table's.</summary>
    public double? Limit { get; init; }

    /// <summary>Images to adapt to: the first so many of data_batch_1.</summary>
    public int TrainCount { get; init; } = 1000;

    /// <summary>Images to test on.</summary>
    public int TestCount { get; init; } = 2000;

    /// <summary>Test on images of data_batch_1 after the adaptation's, for choosing settings.</summary>
    public bool HeldOut { get; init; }

    /// <summary>Bytes of arena; null: the table's.</summary>
    public int? ArenaBytes { get; init; }
}
