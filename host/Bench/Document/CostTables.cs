using System.Globalization;

namespace Attune.Host.Bench.Document;

/// <summary>Tables 8 and 9: bytes and multiply-accumulates of a step.</summary>
internal static class CostTables
{
    /// <summary>A row a method and arena.</summary>
    public static string Render(IReadOnlyList<BenchLine> lines)
    {
        var table = new MarkdownTable([
            "method",
            "arena",
            "bytes, planned",
            "bytes, touched",
            "million MACs",
            "forwards",
            "paper: KB",
            "paper: million MACs",
        ]);
        foreach (BenchLine line in lines)
        {
            PaperFigures.Costs.TryGetValue((line.Table, line.Method), out var paper);
            table.Row([
                line.Method == "bp" ? "back-propagation (analytic)" : line.Method,
                line.Budget is { } budget ? MarkdownTable.Count(budget) : line.Variant ?? "",
                MarkdownTable.Count(line.Planned ?? 0),
                line.Peak is { } peak ? MarkdownTable.Count(peak) : "",
                ((line.Macs ?? 0) / 1e6).ToString("N1", CultureInfo.InvariantCulture),
                (line.Forwards ?? 0).ToString("N1", CultureInfo.InvariantCulture),
                paper.Kilobytes > 0 ? MarkdownTable.Count(paper.Kilobytes) : "",
                paper.Macs > 0 ? paper.Macs.ToString("N1", CultureInfo.InvariantCulture) : "",
            ]);
        }
        string parts = string.Concat(
            lines
                .Where(line => line.Values is not null)
                .Select(line =>
                    $"\nBack-propagation: {string.Join(" + ", line.Values!.Select(part => $"{MarkdownTable.Count(part.Value)} {part.Key}"))} bytes.\n"
                )
        );
        return $"{Origin.Of(lines)}\n{table}{parts}";
    }
}
