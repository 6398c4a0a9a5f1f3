using Attune.Host.Bench;

namespace Attune.Tests.Bench;

/// <summary>A table whose cells need no data: cell i has accuracy i / 100. Counts what is measured.</summary>
internal sealed class FakeTable(int cells) : IBenchTable
{
    private int measured;

    public string Name => "table7";

    public string Description => "numbers";

    /// <summary>Cells measured so far.</summary>
    public int Measured => measured;

    /// <summary>Called before a cell is measured.</summary>
    public Action<int> Before { get; init; } = _ => { };

    public IReadOnlyList<BenchCell> Cells(BenchSettings settings) =>
        [.. Enumerable.Range(0, cells).Select(number => new BenchCell(Head(number), 1, _ => Measure(number)))];

    /// <summary>The line of a cell, measured.</summary>
    public static BenchLine Line(int number) =>
        Head(number) with
        {
            Accuracy = number / 100.0,
            Correct = number,
            Forwards = 10,
        };

    private static BenchLine Head(int number) =>
        new()
        {
            Table = "7",
            Corruption = "fog",
            Severity = 5,
            Method = "attune",
            Seed = number,
            Test = 100,
        };

    private BenchLine Measure(int number)
    {
        Before(number);
        Interlocked.Increment(ref measured);
        return Line(number);
    }
}
