namespace Attune.Host.Reports;

/// <summary>Sections about accuracy: bars by corruption, accuracy against forwards by method, ablation.</summary>
internal static class AccuracySections
{
    /// <summary>More bars beside each other than these cannot be told apart.</summary>
    private const int MostBars = 6;

    private static readonly ChartAxis Accuracy = new("accuracy (%)", ChartUnit.Percent) { Min = 0, Max = 100 };

    /// <summary>A table of accuracies: bars, and for several methods what each cost.</summary>
    public static IEnumerable<ReportSection> Table(string table, IReadOnlyList<ResultLine> all)
    {
        string title = table.All(char.IsDigit) ? $"Table {table}" : table;
        ResultLine[] lines = [.. all.Where(line => line.Accuracy is not null)];
        if (lines.Length == 0)
        {
            yield return new ReportSection($"{title}: cost by method", "Means over all lines of a method.")
            {
                Table = CostSections.Costs(all),
            };
            yield break;
        }
        foreach (
            var severity in lines
                .GroupBy(line => line.Severity is 0 or null ? 5 : line.Severity.Value)
                .OrderByDescending(one => one.Key)
        )
        {
            yield return Bars(title, severity.Key, [.. severity]);
        }
        if (AgainstForwards(title, lines) is { } against)
        {
            yield return against;
        }
    }

    /// <summary>Variants of a method, by mean accuracy.</summary>
    public static IEnumerable<ReportSection> Ablation(IReadOnlyList<ResultLine> all)
    {
        ResultLine[] lines = [.. all.Where(line => line.Accuracy is not null)];
        string[] corruptions = Corruptions(lines);
        var rows = ResultSeries
            .Of(lines)
            .Select(series => (series.Name, Value: series.Accuracy(corruptions)))
            .Where(row => row.Value is not null)
            .OrderByDescending(row => row.Value!.Value.Mean)
            .ToList();
        if (rows.Count == 0)
        {
            yield break;
        }
        double low = 100 * rows.Min(row => row.Value!.Value.Low);
        double high = 100 * rows.Max(row => row.Value!.Value.High);
        yield return new ReportSection(
            "Ablation: what each idea brings",
            $"Mean accuracy over {List(corruptions)}; one thing changed at a time, best first. Whiskers: least and greatest seed. The axis does not begin at 0."
        )
        {
            Chart = new Chart(
                ChartKind.Bars,
                new ChartAxis("variant") { Categories = [.. rows.Select(row => row.Name)] },
                Accuracy with
                {
                    Min = Math.Max(0, 5 * Math.Floor((low - 2) / 5)),
                    Max = 5 * Math.Ceiling(high / 5),
                },
                [
                    new ChartSeries(
                        "accuracy",
                        "attune",
                        [.. rows.Select((row, place) => row.Value!.Value.At(place, 100))]
                    ),
                ]
            )
            {
                Lying = true,
            },
        };
    }

    /// <summary>The corruptions of some lines, the paper's first and in its order.</summary>
    public static string[] Corruptions(IReadOnlyList<ResultLine> lines)
    {
        string[] there = [.. lines.Select(line => line.Corruption).Distinct()];
        string[] paper = [.. PublishedResults.Table7.Select(one => one.Corruption)];
        return [.. paper.Intersect(there), .. there.Except(paper).Order(StringComparer.Ordinal)];
    }

    /// <summary>Those that means are taken over: clean images stand beside the corruptions, unless they stand alone.</summary>
    public static string[] Corrupted(string[] corruptions)
    {
        string[] corrupted = [.. corruptions.Where(name => name != Bench.BenchData.Clean)];
        return corrupted.Length > 0 ? corrupted : corruptions;
    }

    /// <summary>The paper's mean over some corruptions in percent; null: it lacks one.</summary>
    public static double? Published(IReadOnlyCollection<string> corruptions)
    {
        double[] known = [.. corruptions.Select(PublishedResults.Percent).OfType<double>()];
        return known.Length == corruptions.Count ? known.Average() : null;
    }

    private static ReportSection Bars(string title, int severity, IReadOnlyList<ResultLine> lines)
    {
        var methods = ResultSeries.Of(lines);
        string[] corruptions = Corruptions(lines);
        string[] averaged = Corrupted(corruptions);
        bool mean = averaged.Length > 1;
        string[] categories = [.. corruptions.Select(Wording.Corruption), .. mean ? (string[])["Mean"] : []];
        List<ChartSeries> series =
        [
            .. methods.Select(method =>
            {
                var points = corruptions
                    .Select((corruption, place) => (place, value: method.Accuracy(corruption)))
                    .Append((place: corruptions.Length, value: mean ? method.Accuracy(averaged) : null))
                    .Where(one => one.value is not null)
                    .Select(one => one.value!.Value.At(one.place, 100));
                return new ChartSeries(method.Name, method.Color, [.. points]);
            }),
        ];
        string paper = "";
        if (severity == 5 && title == "Table 7" && PublishedPoints(corruptions, mean) is { Length: > 0 } published)
        {
            series.Add(new ChartSeries(PublishedResults.Name, "published", published, SeriesStyle.Published));
            paper = " Dashed: the paper's own figures, of another network, after 20 million forwards.";
        }
        bool cells = series.Count > MostBars;
        string drawn = cells
            ? " in percent, mean over the seeds; bold: the best measured here for a corruption."
            : ", mean over the seeds; whiskers: least and greatest seed.";
        return new ReportSection(
            $"{title}: accuracy by corruption, severity {severity}",
            $"Accuracy on held-out images{drawn}{(cells ? paper.Replace("Dashed", "Last row") : paper + " A click on a name hides it.")}"
        )
        {
            Chart = new Chart(
                cells ? ChartKind.Matrix : ChartKind.Bars,
                new ChartAxis("corruption") { Categories = categories },
                Accuracy,
                series
            ),
            Table = CostSections.Costs(lines),
        };
    }

    private static ChartPoint[] PublishedPoints(string[] corruptions, bool mean) =>
        [
            .. corruptions
                .Select(PublishedResults.Percent)
                .Append(mean ? Published(Corrupted(corruptions)) : null)
                .Select((value, place) => (value, place))
                .Where(one => one.value is not null)
                .Select(one => new ChartPoint(one.place, one.value!.Value)),
        ];

    /// <summary>A point a method: mean accuracy over the corruptions against mean forwards.</summary>
    private static ReportSection? AgainstForwards(string title, IReadOnlyList<ResultLine> all)
    {
        ResultLine[] lines = [.. all.Where(line => line.Severity is 5 or 0 or null)];
        string[] corruptions = Corrupted(Corruptions(lines));
        var methods = ResultSeries
            .Of(lines)
            .Select(method =>
                (Method: method, Value: method.Accuracy(corruptions), Forwards: method.Figure(line => line.Forwards))
            )
            .Where(one => one.Value is not null)
            .ToList();
        var placed = methods.Where(one => one.Forwards?.Mean >= 1).ToList();
        List<ChartSeries> series =
        [
            .. placed.Select(one => new ChartSeries(
                one.Method.Name,
                one.Method.Color,
                [one.Value!.Value.At(one.Forwards!.Value.Mean, 100)],
                SeriesStyle.Star
            )),
        ];
        if ((title is "Table 5" or "Table 6" or "Table 7") && Published(corruptions) is { } percent)
        {
            ChartPoint point = new(PublishedResults.Forwards, percent);
            series.Add(new ChartSeries(PublishedResults.Name, "published", [point], SeriesStyle.Published));
        }
        if (placed.Count == 0 || series.Count < 2)
        {
            return null;
        }
        return new ReportSection(
            $"{title}: accuracy against forward passes",
            "Left is cheaper, up is better; a forward is one run of the whole network on one image, by multiply-accumulates."
        )
        {
            Chart = new Chart(
                ChartKind.Lines,
                new ChartAxis("forward passes a corruption (logarithmic)", ChartUnit.Count) { Log = true },
                Accuracy with
                {
                    Min = null,
                    Max = null,
                },
                series
            )
            {
                Guides =
                [
                    .. methods
                        .Where(one => !(one.Forwards?.Mean >= 1))
                        .Select(one => new ChartGuide(one.Method.Name, 100 * one.Value!.Value.Mean)),
                ],
            },
        };
    }

    private static string List(string[] corruptions) =>
        corruptions.Length <= 4
            ? string.Join(", ", corruptions.Select(one => Wording.Corruption(one).ToLowerInvariant()))
            : $"{corruptions.Length} corruptions";
}
