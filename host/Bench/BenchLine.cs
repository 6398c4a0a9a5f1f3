using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Attune.Host.Data;

namespace Attune.Host.Bench;

/// <summary>
/// One measured cell of a table or figure, as a line of JSON: what identifies it, then what came out, then how it was
/// made. Absent properties do not apply to the cell. Nothing of the result depends on the machine.
/// </summary>
public sealed record BenchLine
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The paper's table by its number ("7"), or "figure4", "curve", "ablation"...</summary>
    public required string Table { get; init; }

    /// <summary>"held-out" where the test images are of the training file; else absent: the test file.</summary>
    public string? Split { get; init; }

    /// <summary>The corruption, or "clean"; absent where no images matter.</summary>
    public string? Corruption { get; init; }

    /// <summary>Its severity, 1..5; 0 for clean images.</summary>
    public int? Severity { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>What is changed about the method; absent: nothing.</summary>
    public string? Variant { get; init; }

    /// <summary>Seed of corruption and method.</summary>
    public int? Seed { get; init; }

    /// <summary>Ratio of test images with the right class at the end, 0..1.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Their number.</summary>
    public int? Correct { get; init; }

    /// <summary>Test images.</summary>
    public int? Test { get; init; }

    /// <summary>Images to adapt to.</summary>
    public int? Train { get; init; }

    /// <summary>
    /// Full-forward equivalents by multiply-accumulates that the adaptation took, selection and held-out evaluation included.
    /// </summary>
    public double? Forwards { get; init; }

    /// <summary>Full-forward equivalents that the method was allowed; absent for methods that need no limit.</summary>
    public double? Limit { get; init; }

    /// <summary>Multiply-accumulates of the adaptation.</summary>
    public long? Macs { get; init; }

    /// <summary>Highest byte of the arena that was touched.</summary>
    public int? Peak { get; init; }

    /// <summary>Planned bytes of arena.</summary>
    public int? Planned { get; init; }

    /// <summary>Bytes of arena that were allowed.</summary>
    public int? Budget { get; init; }

    /// <summary>Images that were used, each counted once.</summary>
    public int? Samples { get; init; }

    /// <summary>The block of layers that the method chose, 0..3.</summary>
    public int? Block { get; init; }

    /// <summary>Steps of the training, selection not counted.</summary>
    public int? Steps { get; init; }

    /// <summary>Ratio of test images with the right class before anything.</summary>
    public double? Start { get; init; }

    /// <summary>The same after alignment, for methods that train an aligned network.</summary>
    public double? Aligned { get; init; }

    /// <summary>Points of a curve: [x, y] each.</summary>
    public double[][]? Points { get; init; }

    /// <summary>Further figures by name.</summary>
    public SortedDictionary<string, double>? Values { get; init; }

    /// <summary>Wall-clock seconds of the cell.</summary>
    public double? Seconds { get; init; }

    /// <summary>Day on which it was measured, as 2026-01-31.</summary>
    public string? Date { get; init; }

    /// <summary>The command that computes this cell again.</summary>
    public string? Command { get; init; }

    /// <summary>Short commit, with + where the sources differ from it.</summary>
    public string? Git { get; init; }

    /// <summary>Version of the program.</summary>
    public string? Version { get; init; }

    /// <summary>What identifies the cell: lines of equal keys measure the same.</summary>
    [JsonIgnore]
    public string Key =>
        string.Join(
            '|',
            FormattableString.Invariant($"{Table}|{Split}|{Corruption}|{Severity}|{Method}|{Variant}|{Seed}"),
            FormattableString.Invariant($"{Limit}|{Train}|{Test}|{Budget}")
        );

    /// <summary>Reads a line.</summary>
    /// <param name="text">One JSON object.</param>
    /// <param name="place">File and line number, for the message.</param>
    /// <exception cref="DataException">It is no such line; names the place.</exception>
    public static BenchLine Parse(string text, string place)
    {
        try
        {
            return JsonSerializer.Deserialize<BenchLine>(text, Options)
                ?? throw new DataException($"{place}: is null; remove the line");
        }
        catch (JsonException error)
        {
            throw new DataException(
                $"{place}: is no line of results ({error.Message.Split('.')[0]}); remove it, it will be measured again"
            );
        }
    }

    /// <summary>The line without its end.</summary>
    public string Write() => JsonSerializer.Serialize(this, Options);

    /// <summary>Whether two lines of the same cell have the same result, apart from time and origin.</summary>
    public bool HasResultOf(BenchLine other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Bare().Write() == other.Bare().Write();
    }

    private BenchLine Bare() => this with { Seconds = null, Command = null, Git = null, Version = null };
}
