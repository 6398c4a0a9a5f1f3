using System.Globalization;

namespace Attune.Host.Bench;

/// <summary>A cell to be measured: what identifies it in the file of results, and how to measure it.</summary>
/// <param name="Head">The line of results without results.</param>
/// <param name="Weight">Expected work in full-forward equivalents, for the progress bar.</param>
/// <param name="Measure">Completes the line.</param>
public sealed record BenchCell(BenchLine Head, double Weight, Func<BenchContext, BenchLine> Measure)
{
    /// <summary>For people.</summary>
    public string Title =>
        string.Join(
            ' ',
            new[]
            {
                Head.Corruption,
                Head.Method,
                Head.Variant is { } variant ? $"[{variant}]" : null,
                Head.Seed is { } seed ? "seed " + seed.ToString(CultureInfo.InvariantCulture) : null,
            }.Where(part => part is not null)
        );
}

/// <summary>What a cell may use while it is measured.</summary>
/// <param name="Data">Model and images.</param>
/// <param name="Progress">Told the forwards done so far.</param>
/// <param name="Cancellation">Ends the cell by <see cref="OperationCanceledException"/>.</param>
public sealed record BenchContext(BenchData Data, Action<double> Progress, CancellationToken Cancellation);
