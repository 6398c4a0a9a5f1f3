using Attune.Storage;

namespace Attune.Host.Reports;

/// <summary>Learning curves of a run on a card.</summary>
internal static class LearningSections
{
    private const int MostPoints = 400;

    /// <summary>Loss by step and accuracy by stage, as far as the run measured them.</summary>
    /// <param name="log">The run's log.</param>
    /// <param name="held">Validation samples on the card; 0: none.</param>
    public static IEnumerable<ReportSection> Of(IReadOnlyList<RunLogLine> log, int held)
    {
        var steps = log.Where(line => line is { Loss: not null, Stage: "trial" or "train" }).ToList();
        bool trials = steps.Exists(line => line.Stage == "trial");
        if (steps.Count > 1)
        {
            yield return new ReportSection(
                "Learning curve: loss",
                "Mean loss of each training step on the samples of that step (dots) and its running mean (line)."
                    + (trials ? " Trials of single blocks come first, the best one is trained." : "")
            )
            {
                Chart = new Chart(
                    ChartKind.Lines,
                    new ChartAxis("training step", ChartUnit.Count) { Min = 0, Max = steps.Count },
                    new ChartAxis("loss (nats)") { Min = 0 },
                    [.. LossSeries(steps)]
                ),
            };
        }
        var measured = log.Where(line => line is { Correct: not null, Forwards: not null }).ToList();
        if (held > 0 && measured.Count > 1)
        {
            yield return new ReportSection(
                "Learning curve: accuracy on the card",
                $"Measured by the run itself on the {held:N0} samples of {CardFiles.Validation}, which decide over blocks and roll-back."
            )
            {
                Chart = AccuracyCurve(measured, held),
            };
        }
    }

    private static IEnumerable<ChartSeries> LossSeries(List<RunLogLine> steps)
    {
        int window = Math.Max(1, steps.Count / 30);
        int thin = (steps.Count + MostPoints - 1) / MostPoints;
        int free = 0;
        foreach (
            var part in steps.Select((line, step) => (line, step)).GroupBy(one => (one.line.Stage, one.line.Block))
        )
        {
            var points = part.Select(one => new ChartPoint(one.step + 1, one.line.Loss!.Value)).ToList();
            string block = part.Key.Block is { } number ? $" block {number}" : "";
            string color = part.Key.Stage == "train" ? "attune" : ChartColors.At(free++);
            string name = part.Key.Stage == "train" ? $"training{block}" : $"trial of{block}";
            var means = points.Select(
                (point, index) =>
                    point with
                    {
                        Y = points
                            .Skip(Math.Max(0, index + 1 - window))
                            .Take(Math.Min(window, index + 1))
                            .Average(one => one.Y),
                    }
            );
            ChartPoint[] dots = [.. points.Where((_, index) => index % thin == 0)];
            yield return new ChartSeries(name, color, dots, SeriesStyle.Dots);
            yield return new ChartSeries(name, color, [.. means.Where((_, index) => index % thin == 0)]);
        }
    }

    private static Chart AccuracyCurve(List<RunLogLine> measured, int held)
    {
        ChartPoint Point(RunLogLine line) => new(line.Forwards!.Value, 100.0 * line.Correct!.Value / held);
        RunLogLine[] path = [.. measured.Where(line => line.Stage != "trial-result")];
        RunLogLine[] trials = [.. measured.Where(line => line.Stage == "trial-result")];
        List<ChartSeries> series = [new("before, aligned, after", "attune", [.. path.Select(Point)])];
        series.AddRange(
            trials.Select(
                (trial, place) =>
                    new ChartSeries(
                        $"trial of block {trial.Block}",
                        ChartColors.At(place),
                        [Point(trial)],
                        SeriesStyle.Star
                    )
            )
        );
        return new Chart(
            ChartKind.Lines,
            new ChartAxis("forward passes", ChartUnit.Count),
            new ChartAxis("accuracy (%)", ChartUnit.Percent),
            series
        );
    }
}
