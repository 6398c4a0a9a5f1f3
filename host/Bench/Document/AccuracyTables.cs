using System.Globalization;
using Attune.Host.Bench.Methods;

namespace Attune.Host.Bench.Document;

/// <summary>Tables of accuracies: mean over the seeds and, in parentheses, the range; per cent.</summary>
internal static class AccuracyTables
{
    private static readonly (string Title, string[] Corruptions)[] Kinds =
    [
        ("noise", ["gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise"]),
        ("blur", ["gaussian_blur", "defocus_blur", "motion_blur", "zoom_blur"]),
        ("weather", ["fog", "brightness"]),
        ("digital", ["contrast", "elastic_transform"]),
    ];

    /// <summary>Table 7: corruptions by methods, the paper's columns behind.</summary>
    public static string ByCorruption(IReadOnlyList<BenchLine> all)
    {
        List<BenchLine> lines = [.. all.Where(line => line.Split is null && line.Accuracy is not null)];
        if (lines.Count == 0)
        {
            return MarkdownTable.Origin(all);
        }
        var columns = Columns(lines);
        (string Title, double[] Values)[] paper =
        [
            ("paper: none", PaperFigures.NoAdaptation),
            ("paper: FP32 full", PaperFigures.FloatFull),
            ("paper: INT8 full", PaperFigures.IntegerFull),
            ("paper: MCUTrain", PaperFigures.Sparse),
            ("paper: BP-free, 2e7", PaperFigures.BackPropagationFree),
        ];
        var table = new MarkdownTable([
            "corruption",
            .. columns.Select(column => column.Title),
            .. paper.Select(column => column.Title),
        ]);
        IEnumerable<string> others = lines.Select(line => line.Corruption!).Distinct().Except(BenchData.Paper12);
        foreach (string corruption in BenchData.Paper12.Concat(others.Order(StringComparer.Ordinal)))
        {
            int row = BenchData.Paper12.ToList().IndexOf(corruption);
            table.Row([
                MarkdownTable.Words(corruption),
                .. columns.Select(column =>
                    MarkdownTable.Percent([
                        .. column
                            .Lines.Where(line => line.Corruption == corruption)
                            .Select(line => line.Accuracy!.Value),
                    ])
                ),
                .. paper.Select(column => row < 0 ? "" : Number(column.Values[row])),
            ]);
        }
        table.Row([
            "**mean of the 12**",
            .. columns.Select(column => Bold(MarkdownTable.Percent(Means(column.Lines, BenchData.Paper12)))),
            .. paper.Select(column => Bold(Number(column.Values.Average()))),
        ]);
        table.Row([
            "forwards",
            .. columns.Select(column => MarkdownTable.Count(column.Lines.Average(line => line.Forwards ?? 0))),
            .. paper.Select(_ => ""),
        ]);
        table.Row([
            "arena, peak",
            .. columns.Select(column =>
                column.Lines.Max(line => line.Peak) is { } peak ? MarkdownTable.Count(peak) : ""
            ),
            .. paper.Select(_ => ""),
        ]);
        return $"{MarkdownTable.Origin(lines)}\n{table}";
    }

    /// <summary>Table 4: blocks by kinds of corruption, the paper's columns behind.</summary>
    public static string Blocks(IReadOnlyList<BenchLine> all)
    {
        List<BenchLine> lines = [.. all.Where(line => line.Split is null && line.Accuracy is not null)];
        var table = new MarkdownTable([
            "trained",
            "method",
            "limit",
            .. Kinds.Select(kind => kind.Title),
            .. Kinds.Select(kind => "paper: " + kind.Title),
        ]);
        foreach (var group in lines.GroupBy(line => (line.Method, line.Limit, Block: line.Variant ?? "chosen")))
        {
            int row = group.Key.Block == "chosen" ? 4 : "0123".IndexOf(group.Key.Block[^1], StringComparison.Ordinal);
            table.Row([
                group.Key.Block.Replace('-', ' '),
                group.Key.Method,
                group.Key.Limit is { } limit ? MarkdownTable.Count(limit) : "",
                .. Kinds.Select(kind => MarkdownTable.Percent(Means([.. group], kind.Corruptions))),
                .. PaperFigures.Blocks[Math.Max(0, row)].Select(value => row < 0 ? "" : Number(value)),
            ]);
        }
        return $"{MarkdownTable.Origin(lines)}\n{table}";
    }

    /// <summary>Tables 5 and 6: a method a row.</summary>
    public static string ByMethod(IReadOnlyList<BenchLine> all)
    {
        List<BenchLine> lines = [.. all.Where(line => line.Split is null && line.Accuracy is not null)];
        var table = new MarkdownTable(["method", "forwards", "accuracy", "paper: forwards", "paper: accuracy"]);
        foreach (var (title, column) in Columns(lines))
        {
            bool known = PaperFigures.BackPropagationFreeMethods.TryGetValue(
                (column[0].Table, column[0].Method),
                out var paper
            );
            table.Row([
                title,
                MarkdownTable.Count(column.Average(line => line.Forwards ?? 0)),
                MarkdownTable.Percent([.. column.Select(line => line.Accuracy!.Value)]),
                known ? MarkdownTable.Count(paper.Forwards) : "",
                known ? Number(paper.Accuracy) : "",
            ]);
        }
        return $"{MarkdownTable.Origin(lines)}\n{table}";
    }

    /// <summary>Ablation: a variant a row, its mean over the corruptions by seed and the difference to the method itself.</summary>
    public static string Ablation(IReadOnlyList<BenchLine> all)
    {
        List<BenchLine> lines = [.. all.Where(line => line.Accuracy is not null)];
        var table = new MarkdownTable(["method", "changed", "images", "limit", "forwards", "accuracy", "difference"]);
        foreach (var series in lines.GroupBy(line => (line.Method, line.Limit, line.Split)))
        {
            string[] corruptions = [.. series.Select(line => line.Corruption!).Distinct()];
            List<BenchLine> plain = [.. series.Where(line => line.Variant is null)];
            foreach (var group in series.GroupBy(line => line.Variant ?? ""))
            {
                double[] means = Means([.. group], corruptions);
                // The difference counts only cells that both have.
                var pairs = group
                    .Join(plain, Place, Place, (one, other) => one.Accuracy!.Value - other.Accuracy!.Value)
                    .ToList();
                table.Row([
                    group.Key.Length > 0 ? "" : series.Key.Method,
                    group.Key.Length > 0 ? group.Key : "nothing",
                    series.Key.Split ?? "test",
                    series.Key.Limit is { } limit ? MarkdownTable.Count(limit) : "",
                    MarkdownTable.Count(group.Average(line => line.Forwards ?? 0)),
                    MarkdownTable.Percent(means),
                    group.Key.Length > 0 && pairs.Count > 0
                        ? (100 * pairs.Average()).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture)
                        : "",
                ]);
            }
        }
        return $"{MarkdownTable.Origin(lines)}\n{table}";
    }

    private static (string? Corruption, int? Severity, int? Seed) Place(BenchLine line) =>
        (line.Corruption, line.Severity, line.Seed);

    /// <summary>Lines by method, variant and limit, in the order of the methods.</summary>
    private static List<(string Title, List<BenchLine> Lines)> Columns(IEnumerable<BenchLine> lines)
    {
        var order = BenchMethods.All.Select(method => method.Name).ToList();
        return
        [
            .. lines
                .GroupBy(line => (line.Method, Variant: line.Variant ?? "", line.Limit))
                .OrderBy(group => (uint)order.IndexOf(group.Key.Method))
                .ThenBy(group => group.Key.Variant, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Limit ?? 0)
                .Select(group =>
                {
                    string variant = group.Key.Variant.Length > 0 ? $" ({group.Key.Variant})" : "";
                    string limit = group.Key.Limit is { } value ? $", {Short(value)}" : "";
                    return (group.Key.Method + variant + limit, group.ToList());
                }),
        ];
    }

    /// <summary>
    /// For each seed the mean over corruptions, for seeds that have all of them; so that a mean never mixes seeds that cover
    /// different corruptions.
    /// </summary>
    private static double[] Means(IReadOnlyList<BenchLine> lines, IReadOnlyList<string> corruptions) =>
        [
            .. lines
                .Where(line => corruptions.Contains(line.Corruption!))
                .GroupBy(line => line.Seed)
                .Where(seed => seed.Select(line => line.Corruption).Distinct().Count() == corruptions.Count)
                .Select(seed => seed.Average(line => line.Accuracy!.Value)),
        ];

    private static string Bold(string text) => text.Length > 0 ? $"**{text}**" : "";

    private static string Number(double percent) => percent.ToString("F1", CultureInfo.InvariantCulture);

    private static string Short(double value)
    {
        double exponent = Math.Floor(Math.Log10(value));
        string mantissa = (value / Math.Pow(10, exponent)).ToString("0.##", CultureInfo.InvariantCulture);
        return value < 1000 ? MarkdownTable.Count(value) : FormattableString.Invariant($"{mantissa}e{exponent}");
    }
}
