using System.Globalization;
using Attune.Host.Bench.Methods;

namespace Attune.Host.Bench.Document;

/// <summary>Tables of accuracies: mean over the seeds and, in parentheses, the range; per cent.</summary>
internal static class AccuracyTables
{
    /// <summary>Most columns of figures of a table.</summary>
    private const int WidestTable = 7;

    /// <summary>Changes that move the mean by so many points stand in the ablation in short.</summary>
    private const double Notable = 0.6;

    private static readonly (string Title, string[] Corruptions)[] Kinds =
    [
        ("noise", ["gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise"]),
        ("blur", ["gaussian_blur", "defocus_blur", "motion_blur", "zoom_blur"]),
        ("weather", ["fog", "brightness"]),
        ("digital", ["contrast", "elastic_transform"]),
    ];

    /// <summary>Table 7: corruptions by methods, the paper's columns after.</summary>
    public static string ByCorruption(IReadOnlyList<BenchLine> all)
    {
        List<BenchLine> lines = [.. all.Where(line => line.Split is null && line.Accuracy is not null)];
        if (lines.Count == 0)
        {
            return Origin.Of(all);
        }
        IReadOnlyList<string> others =
        [
            .. lines
                .Select(line => line.Corruption!)
                .Distinct()
                .Except(BenchData.Paper12)
                .Order(StringComparer.Ordinal),
        ];
        List<string[]> ours = [.. Columns(lines).Select(column => Cells(column.Title, column.Lines, others))];
        List<string[]> paper =
        [
            Cells("paper: none", PaperFigures.NoAdaptation, others),
            Cells("paper: FP32 full", PaperFigures.FloatFull, others),
            Cells("paper: INT8 full", PaperFigures.IntegerFull, others),
            Cells("paper: MCUTrain", PaperFigures.Sparse, others),
            Cells("paper: BP-free, 2e7", PaperFigures.BackPropagationFree, others),
        ];
        string[] titles =
        [
            "corruption",
            .. BenchData.Paper12.Concat(others).Select(MarkdownTable.Words),
            "**mean of the 12**",
            "forwards",
            "arena, peak",
        ];
        // Our columns in tables that fit a page, the paper's beside the last if there is room.
        IEnumerable<string[][]> parts =
            ours.Count + paper.Count <= WidestTable
                ?
                [
                    [.. ours, .. paper],
                ]
                : [.. ours.Chunk(WidestTable), [.. paper]];
        return $"{Origin.Of(lines)}\n{string.Join('\n', parts.Select(part => Transposed([titles, .. part])))}";
    }

    /// <summary>Table 7 in short: a method a row, means only; then the paper's.</summary>
    public static string MethodMeans(IReadOnlyList<BenchLine> all)
    {
        List<BenchLine> lines = [.. all.Where(line => line.Split is null && line.Accuracy is not null)];
        var table = new MarkdownTable(["method", "forwards", "arena, peak", "mean of the 12", "clean"]);
        foreach (var (title, column) in Columns(lines))
        {
            table.Row([
                title,
                MarkdownTable.Count(column.Average(line => line.Forwards ?? 0)),
                Peak(column),
                MarkdownTable.Percent(Means(column, BenchData.Paper12)),
                MarkdownTable.Percent(Means(column, [BenchData.Clean])),
            ]);
        }
        table.Row(["paper: none", "", "", Number(PaperFigures.NoAdaptation.Average()), ""]);
        table.Row(["paper: FP32 full", "", "", Number(PaperFigures.FloatFull.Average()), ""]);
        table.Row(["paper: INT8 full", "", "", Number(PaperFigures.IntegerFull.Average()), ""]);
        table.Row(["paper: MCUTrain", "", "", Number(PaperFigures.Sparse.Average()), ""]);
        table.Row([
            "paper: BP-free",
            MarkdownTable.Count(PaperFigures.Forwards),
            "",
            Number(PaperFigures.BackPropagationFree.Average()),
            "",
        ]);
        return table.ToString();
    }

    private static string[] Cells(string title, List<BenchLine> lines, IReadOnlyList<string> others) =>
        [
            title,
            .. BenchData
                .Paper12.Concat(others)
                .Select(corruption =>
                    MarkdownTable.Percent([
                        .. lines.Where(line => line.Corruption == corruption).Select(line => line.Accuracy!.Value),
                    ])
                ),
            Bold(MarkdownTable.Percent(Means(lines, BenchData.Paper12))),
            MarkdownTable.Count(lines.Average(line => line.Forwards ?? 0)),
            Peak(lines),
        ];

    private static string[] Cells(string title, double[] values, IReadOnlyList<string> others) =>
        [title, .. values.Select(Number), .. others.Select(_ => ""), Bold(Number(values.Average())), "", ""];

    private static string Peak(List<BenchLine> lines) =>
        lines.Max(line => line.Peak) is { } peak ? MarkdownTable.Count(peak) : "";

    private static MarkdownTable Transposed(string[][] columns)
    {
        var table = new MarkdownTable([.. columns.Select(column => column[0])]);
        for (int row = 1; row < columns[0].Length; row++)
        {
            table.Row(columns.Select(column => column[row]));
        }
        return table;
    }

    /// <summary>Table 4: blocks by kinds of corruption, the paper's columns after.</summary>
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
        return $"{Origin.Of(lines)}\n{table}";
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
        return $"{Origin.Of(lines)}\n{table}";
    }

    /// <summary>
    /// Ablation: a variant a row, its mean over the corruptions by seed and the difference to the method itself. Variants that
    /// this version no longer has are marked.
    /// </summary>
    public static string Ablation(IReadOnlyList<BenchLine> all)
    {
        bool old = all.Any(line => line.Variant is not null && !Origin.CanMeasure(line));
        string note = old
            ? "\n\\* Measured with an option that has since been removed; the command above leaves it out.\n"
            : "";
        return $"{Origin.Of(all)}\n{Ablation(all, _ => true)}{note}";
    }

    /// <summary>The same in short: only changes that this version has and that move the mean notably.</summary>
    public static string NotableChanges(IReadOnlyList<BenchLine> all) =>
        Ablation([.. all.Where(Origin.CanMeasure)], points => Math.Abs(Math.Round(points, 1)) >= Notable).ToString();

    private static MarkdownTable Ablation(IReadOnlyList<BenchLine> all, Func<double, bool> wanted)
    {
        List<BenchLine> lines = [.. all.Where(line => line.Accuracy is not null)];
        var table = new MarkdownTable(["method", "changed", "images", "limit", "forwards", "accuracy", "difference"]);
        foreach (var series in lines.GroupBy(line => (line.Method, line.Limit, line.Split)))
        {
            string[] corruptions = [.. series.Select(line => line.Corruption!).Distinct()];
            List<BenchLine> plain = [.. series.Where(line => line.Variant is null)];
            foreach (var group in series.GroupBy(line => line.Variant ?? ""))
            {
                // The difference counts only cells that both have.
                double[] pairs =
                [
                    .. group.Join(plain, Place, Place, (one, other) => one.Accuracy!.Value - other.Accuracy!.Value),
                ];
                double? points = group.Key.Length > 0 && pairs.Length > 0 ? 100 * pairs.Average() : null;
                if (group.Key.Length > 0 && !wanted(points ?? 0))
                {
                    continue;
                }
                table.Row([
                    group.Key.Length > 0 ? "" : series.Key.Method,
                    group.Key.Length == 0 ? "nothing"
                    : Origin.CanMeasure(group.First()) ? group.Key
                    : group.Key + " \\*",
                    series.Key.Split ?? "test",
                    series.Key.Limit is { } limit ? MarkdownTable.Count(limit) : "",
                    MarkdownTable.Count(group.Average(line => line.Forwards ?? 0)),
                    MarkdownTable.Percent(Means([.. group], corruptions)),
                    points?.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) ?? "",
                ]);
            }
        }
        return table;
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
