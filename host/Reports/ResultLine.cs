namespace Attune.Host.Reports;

/// <summary>A measured result: a line of docs/results/*.jsonl. What a line does not have is empty or null.</summary>
/// <param name="Table">What it belongs to: "7", "curve", "ablation", "figure5"...</param>
public sealed record ResultLine(string Table)
{
    /// <summary>The corruption's name.</summary>
    public string Corruption { get; init; } = "";

    /// <summary>1..5; 0 for clean images.</summary>
    public int? Severity { get; init; }

    /// <summary>How the network was adapted.</summary>
    public string Method { get; init; } = "";

    /// <summary>What is different from the method's usual setting.</summary>
    public string Variant { get; init; } = "";

    /// <summary>Seed of the run.</summary>
    public long? Seed { get; init; }

    /// <summary>Held-out accuracy, 0..1.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Full-forward equivalents.</summary>
    public double? Forwards { get; init; }

    /// <summary>Full-forward equivalents that were allowed.</summary>
    public double? Limit { get; init; }

    /// <summary>Multiply-accumulates.</summary>
    public double? Macs { get; init; }

    /// <summary>Measured peak of the arena, bytes.</summary>
    public double? Peak { get; init; }

    /// <summary>Planned peak of the arena, bytes.</summary>
    public double? Planned { get; init; }

    /// <summary>The board's arena, bytes.</summary>
    public double? Budget { get; init; }

    /// <summary>Wall-clock seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>Samples adapted to.</summary>
    public int? Samples { get; init; }

    /// <summary>Which images the accuracy is of, where not of the test file.</summary>
    public string Split { get; init; } = "";

    /// <summary>Number of a layer.</summary>
    public int? Layer { get; init; }

    /// <summary>Cosine similarity of an estimated gradient and the true one, -1..1.</summary>
    public double? Cosine { get; init; }

    /// <summary>A curve: forwards and accuracy, or step and loss.</summary>
    public IReadOnlyList<(double X, double Y)> Points { get; init; } = [];

    /// <summary>Further figures by name.</summary>
    public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

    /// <summary>State of the sources that measured it.</summary>
    public string Git { get; init; } = "";

    /// <summary>The command that measured it.</summary>
    public string Command { get; init; } = "";
}
