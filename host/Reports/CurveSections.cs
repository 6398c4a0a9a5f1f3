namespace Attune.Host.Reports;

/// <summary>Sections of curves: accuracy against forwards, and training loss.</summary>
internal static class CurveSections
{
    private const string Rate = "learning-rate=";

    /// <summary>Accuracy along the runs, a chart a corruption, with the paper's point on it.</summary>
    public static IEnumerable<ReportSection> Accuracy(IReadOnlyList<ResultLine> all)
    {
        foreach (var corruption in all.Where(line => line.Points.Count > 0).GroupBy(line => line.Corruption))
        {
            var methods = ResultSeries.Of(corruption);
            List<ChartSeries> series = [.. methods.SelectMany(method => Lines(method, 100, from: 1))];
            double? published = PublishedResults.Percent(corruption.Key);
            if (published is { } percent)
            {
                ChartPoint point = new(PublishedResults.Forwards, percent);
                series.Add(new ChartSeries(PublishedResults.Name, "published", [point], SeriesStyle.Published));
            }
            var starts = corruption
                .SelectMany(line => line.Points)
                .Where(point => point.X < 1)
                .Select(point => point.Y);
            List<ChartGuide> guides = [];
            if (Spread.Of(starts) is { } start)
            {
                guides.Add(new ChartGuide($"no adaptation, {Wording.Percent(start.Mean)}", 100 * start.Mean));
            }
            if (published is { } target)
            {
                // Its point has the name.
                guides.Add(new ChartGuide("", target));
            }
            yield return new ReportSection(
                $"Accuracy against forward passes: {Wording.Corruption(corruption.Key).ToLowerInvariant()}",
                "Held-out accuracy along the run, on a logarithmic axis. Where a line crosses the paper's dashed one, it has reached the paper's accuracy."
            )
            {
                Chart = new Chart(
                    ChartKind.Lines,
                    new ChartAxis("forward passes (logarithmic)", ChartUnit.Count) { Log = true },
                    new ChartAxis("accuracy (%)", ChartUnit.Percent),
                    series
                )
                {
                    Guides = guides,
                },
            };
        }
    }

    /// <summary>
    /// Training loss, a chart for each set of layers; of several learning rates the one that ends lowest stands for its method.
    /// </summary>
    public static IEnumerable<ReportSection> Loss(IReadOnlyList<ResultLine> all)
    {
        var sets = all.Where(line => line.Points.Count > 0).GroupBy(line => SetOf(line.Variant));
        foreach (var set in sets)
        {
            var best = set.GroupBy(line => line.Method)
                .Select(method => method.GroupBy(line => line.Variant).MinBy(rate => rate.Average(End))!)
                .SelectMany(rate => rate)
                .Select(line => line with { Variant = line.Variant[set.Key.Length..].Trim() });
            List<ChartSeries> series = [.. ResultSeries.Of(best).SelectMany(method => Lines(method, 1, from: null))];
            string layers = set.Key.Length > 0 ? $", {set.Key}" : "";
            yield return new ReportSection(
                $"Figure 7: training loss{layers}",
                "Mean loss along the run. Of each method the learning rate that ends lowest is shown."
            )
            {
                Chart = new Chart(
                    ChartKind.Lines,
                    new ChartAxis("forward passes", ChartUnit.Count),
                    new ChartAxis("training loss (nats)"),
                    series
                ),
            };
        }
    }

    /// <summary>When the cheapest run reached the paper's accuracy on gaussian noise; null: none did, or none was measured.</summary>
    public static ReportTile? Reaching(IReadOnlyList<ResultLine> curve)
    {
        const string Corruption = "gaussian_noise";
        double target = PublishedResults.Percent(Corruption)!.Value / 100;
        var reached = ResultSeries
            .Of(curve.Where(line => line.Corruption == Corruption))
            .Select(series =>
            {
                var firsts = series.Lines.Select(line => First(line, target)).ToList();
                return (series.Name, Forwards: firsts.All(one => one is not null) ? firsts.Max() : null);
            })
            .Where(one => one.Forwards is not null)
            .OrderBy(one => one.Forwards)
            .ToList();
        return reached.Count == 0
            ? null
            : new ReportTile(
                "The paper's accuracy",
                $"after {Wording.Short(reached[0].Forwards!.Value)} forwards",
                $"{100 * target:0.00} % on gaussian noise, reached by {reached[0].Name} at the latest seed; the paper takes {PublishedResults.Forwards:N0}.",
                reached[0].Forwards < PublishedResults.Forwards ? Tone.Good : Tone.Bad
            );
    }

    private static double? First(ResultLine line, double target) =>
        line.Points.Where(point => point.Y >= target).Select(point => (double?)point.X).Min();

    /// <summary>
    /// The curves of a series: one with means and ranges where the seeds have the same places, else one a seed.
    /// </summary>
    private static IEnumerable<ChartSeries> Lines(ResultSeries series, double factor, double? from)
    {
        var curves = series
            .Lines.Select(line => (line.Seed, Points: line.Points.Where(point => !(point.X < from)).ToList()))
            .Where(curve => curve.Points.Count > 0)
            .ToList();
        bool same = curves.TrueForAll(curve =>
            curve.Points.Count == curves[0].Points.Count
            && curve
                .Points.Zip(curves[0].Points)
                .All(pair => Math.Abs(pair.First.X - pair.Second.X) <= 0.05 * pair.Second.X)
        );
        if (same && curves.Count > 0)
        {
            var points = Enumerable
                .Range(0, curves[0].Points.Count)
                .Select(place =>
                    Spread
                        .Of(curves.Select(curve => curve.Points[place].Y))!
                        .Value.At(curves.Average(curve => curve.Points[place].X), factor)
                );
            yield return new ChartSeries(series.Name, series.Color, [.. points]);
            yield break;
        }
        foreach (var (seed, points) in curves)
        {
            string name = seed is { } number ? $"{series.Name}, seed {number}" : series.Name;
            yield return new ChartSeries(
                name,
                series.Color,
                [.. points.Select(point => new ChartPoint(point.X, factor * point.Y))]
            );
        }
    }

    private static double End(ResultLine line) =>
        line.Points.TakeLast(Math.Max(1, line.Points.Count / 10)).Average(point => point.Y);

    private static string SetOf(string variant)
    {
        int at = variant.IndexOf(Rate, StringComparison.Ordinal);
        return at < 0 ? "" : variant[..at].Trim();
    }
}
