using System.Globalization;

namespace Attune.Host.Bench.Document;

/// <summary>Accuracy against forwards in numbers.</summary>
internal static class CurveTables
{
    private static readonly double[] Places = [16, 1e3, 1e4, 3e4, 1e5, 2e5, 1e6, 2e6];

    /// <summary>
    /// A row a run: accuracy after so many forwards (the last point before), and forwards to the paper's accuracy on gaussian noise.
    /// </summary>
    public static string Reaching(IReadOnlyList<BenchLine> all)
    {
        List<BenchLine> lines = [.. all.Where(line => line.Points is { Length: > 0 })];
        double[] places = [.. Places.Where(place => lines.Any(line => line.Points![^1][0] >= place))];
        var table = new MarkdownTable([
            "method",
            "corruption",
            "seed",
            "start",
            .. places.Select(place => MarkdownTable.Count(place)),
            "end",
            $"forwards to {PaperFigures.GaussianNoise.ToString(CultureInfo.InvariantCulture)} %",
        ]);
        foreach (BenchLine line in lines)
        {
            double[][] points = line.Points!;
            double[]? reached = Array.Find(points, point => 100 * point[1] >= PaperFigures.GaussianNoise);
            table.Row([
                line.Variant is { } variant ? $"{line.Method} ({variant})" : line.Method,
                MarkdownTable.Words(line.Corruption ?? ""),
                (line.Seed ?? 0).ToString(CultureInfo.InvariantCulture),
                Percent(points[0][1]),
                .. places.Select(place =>
                    points[^1][0] >= place ? Percent(points.Last(point => point[0] <= place)[1]) : ""
                ),
                Percent(points[^1][1]),
                line.Corruption != "gaussian_noise" ? ""
                : reached is null ? "not reached"
                : MarkdownTable.Count(reached[0]),
            ]);
        }
        return $"{Origin.Of(lines)} The paper's method took {MarkdownTable.Count(PaperFigures.Forwards)} forwards.\n\n{table}";
    }

    /// <summary>In short: a method a row, its mean forwards to the paper's accuracy on gaussian noise.</summary>
    public static string Summary(IReadOnlyList<BenchLine> all)
    {
        var table = new MarkdownTable([
            "method",
            "runs",
            "start",
            "end",
            $"forwards to {PaperFigures.GaussianNoise.ToString(CultureInfo.InvariantCulture)} %",
        ]);
        var methods = all.Where(line => line.Corruption == "gaussian_noise" && line.Points is { Length: > 0 })
            .GroupBy(line => line.Method)
            .OrderBy(group => group.Key, StringComparer.Ordinal);
        foreach (var method in methods)
        {
            double?[] forwards =
            [
                .. method.Select(line =>
                    Array.Find(line.Points!, point => 100 * point[1] >= PaperFigures.GaussianNoise)?[0]
                ),
            ];
            table.Row([
                method.Key,
                MarkdownTable.Count(forwards.Length),
                MarkdownTable.Percent([.. method.Select(line => line.Points![0][1])]),
                MarkdownTable.Percent([.. method.Select(line => line.Points![^1][1])]),
                forwards.All(one => one is not null)
                    ? MarkdownTable.Count(forwards.Average() ?? 0)
                    : $"not reached by {MarkdownTable.Count(forwards.Count(one => one is null))}",
            ]);
        }
        table.Row([
            "the paper's",
            "",
            "",
            PaperFigures.GaussianNoise.ToString("F1", CultureInfo.InvariantCulture),
            MarkdownTable.Count(PaperFigures.Forwards),
        ]);
        return table.ToString();
    }

    private static string Percent(double ratio) => (100 * ratio).ToString("F1", CultureInfo.InvariantCulture);
}
