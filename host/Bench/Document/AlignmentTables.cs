using System.Globalization;

namespace Attune.Host.Bench.Document;

/// <summary>Alignment by number of samples.</summary>
internal static class AlignmentTables
{
    private const string Classes = "classes";
    private static readonly string[] Summarised = ["", "classes=2", "classes=2 align-depth=100"];

    /// <summary>
    /// A row a corruption and variant, a column a number of samples; then the same for streams of few classes, first on
    /// images of all classes, then on images of the stream's classes.
    /// </summary>
    public static string BySamples(IReadOnlyList<BenchLine> all)
    {
        (List<BenchLine> mixed, List<BenchLine> few) = Split(all);
        string text = $"{Origin.Of(all)}\n{Table(mixed, line => line.Accuracy!.Value, line => line.Start)}";
        return few.Count == 0
            ? text
            : $"{text}\nA stream of few classes; first on test images of all classes, then on those of the stream's classes:\n\n"
                + $"{Table(few, line => line.Accuracy!.Value, line => line.Start)}\n"
                + Table(few, line => line.Values!["seen-accuracy"], line => line.Values!["seen-start"]);
    }

    /// <summary>In short: the default and no adaptation, then few classes on images of all classes.</summary>
    public static string Summary(IReadOnlyList<BenchLine> all)
    {
        (List<BenchLine> mixed, List<BenchLine> few) = Split([
            .. all.Where(line => Summarised.Contains(line.Variant ?? "")),
        ]);
        return $"{Table(mixed, line => line.Accuracy!.Value, line => line.Start)}\n"
            + Table(few, line => line.Accuracy!.Value, line => line.Start);
    }

    /// <summary>Lines of streams of all classes, and of streams of few.</summary>
    private static (List<BenchLine> Mixed, List<BenchLine> Few) Split(IReadOnlyList<BenchLine> all)
    {
        List<BenchLine> lines = [.. all.Where(line => line.Accuracy is not null)];
        double most = lines.Max(line => line.Values?.GetValueOrDefault(Classes) ?? 0);
        List<BenchLine> mixed = [.. lines.Where(line => line.Values?.GetValueOrDefault(Classes) == most)];
        return (mixed, [.. lines.Except(mixed)]);
    }

    private static MarkdownTable Table(
        IReadOnlyList<BenchLine> lines,
        Func<BenchLine, double> accuracy,
        Func<BenchLine, double?> start
    )
    {
        int[] counts = [.. lines.Select(line => line.Samples ?? 0).Distinct().Order()];
        var table = new MarkdownTable([
            "corruption",
            "alignment",
            .. counts.Select(count => $"{count.ToString(CultureInfo.InvariantCulture)} samples"),
        ]);
        foreach (var corruption in lines.GroupBy(line => line.Corruption!))
        {
            double[] none = [.. corruption.GroupBy(line => line.Seed).Select(seed => start(seed.First()) ?? 0)];
            table.Row([
                MarkdownTable.Words(corruption.Key),
                "none",
                .. counts.Select(_ => MarkdownTable.Percent(none)),
            ]);
            foreach (
                var variant in corruption
                    .GroupBy(line => line.Variant ?? "")
                    .OrderBy(variant => variant.Key, StringComparer.Ordinal)
            )
            {
                table.Row([
                    "",
                    variant.Key.Length > 0
                        ? variant
                            .Key.Replace("align-groups", "passes", StringComparison.Ordinal)
                            .Replace("align-", "", StringComparison.Ordinal)
                        : "**default**",
                    .. counts.Select(count =>
                        MarkdownTable.Percent([.. variant.Where(line => line.Samples == count).Select(accuracy)])
                    ),
                ]);
            }
        }
        string[] forwards =
        [
            .. counts.Select(count =>
                lines.FirstOrDefault(line => line.Variant is null && line.Samples == count)?.Forwards is { } number
                    ? MarkdownTable.Count(number)
                    : ""
            ),
        ];
        if (forwards.Any(text => text.Length > 0))
        {
            table.Row(["forwards", "default", .. forwards]);
        }
        return table;
    }
}
