using System.Globalization;

namespace Attune.Host.Bench.Document;

/// <summary>Tasks that are learnt from the start: a row for each task, what moves, and method.</summary>
internal static class LearningTables
{
    /// <summary>The table.</summary>
    public static string Render(IReadOnlyList<BenchLine> lines)
    {
        var table = new MarkdownTable([
            "task, what moves",
            "method",
            "images",
            "accuracy",
            "seeds",
            "forwards",
            "bytes of arena, planned",
            "touched",
        ]);
        foreach (
            var group in lines
                .GroupBy(line => (line.Variant, line.Method, line.Split))
                .OrderBy(group => group.Key.Variant, StringComparer.Ordinal)
        )
        {
            BenchLine first = group.First();
            table.Row([
                group.Key.Variant + (group.Key.Split is { } split ? $" ({split})" : ""),
                group.Key.Method,
                MarkdownTable.Count(first.Samples ?? 0),
                MarkdownTable.Percent([.. group.Select(line => line.Accuracy ?? 0)]),
                string.Join(
                    ", ",
                    group
                        .Select(line => line.Seed?.ToString(CultureInfo.InvariantCulture))
                        .Order(StringComparer.Ordinal)
                ),
                MarkdownTable.Count(group.Average(line => line.Forwards ?? 0)),
                Bytes(group.Max(line => line.Planned)),
                Bytes(group.Max(line => line.Peak)),
            ]);
        }
        return $"{Origin.Of(lines)}\n{table}";
    }

    private static string Bytes(int? bytes) => bytes is { } count ? MarkdownTable.Count(count) : "";
}
