namespace Attune.Host.Reports;

/// <summary>What methods cost: forwards, multiply-accumulates, memory against the budget.</summary>
internal static class CostSections
{
    /// <summary>A row a method: means of forwards, MACs and time, the highest peak.</summary>
    public static ReportTable Costs(IReadOnlyList<ResultLine> lines)
    {
        static string Mean(ResultSeries series, Func<ResultLine, double?> figure, Func<double, string> text) =>
            series.Figure(figure) is { } value ? text(value.Mean) : "";
        static string Highest(ResultSeries series, Func<ResultLine, double?> figure) =>
            series.Figure(figure) is { } value ? ChartText.Number(value.High, ChartUnit.Bytes) : "";
        return new ReportTable(
            "cost by method",
            [
                "method",
                "lines",
                "seeds",
                "forwards",
                "MACs",
                "arena, peak",
                "arena, planned",
                "arena, budget",
                "time here",
            ],
            [
                .. ResultSeries
                    .Of(lines)
                    .Select(series =>
                        (IReadOnlyList<string>)
                            [
                                series.Name,
                                $"{series.Lines.Count}",
                                $"{series.Lines.Select(line => line.Seed).Distinct().Count()}",
                                Mean(series, line => line.Forwards, value => ChartText.Number(value, ChartUnit.Count)),
                                Mean(series, line => line.Macs, value => $"{value / 1e9:#,##0.###}G"),
                                Highest(series, line => line.Peak),
                                Highest(series, line => line.Planned),
                                Highest(series, line => line.Budget),
                                Mean(series, line => line.Seconds, Wording.Duration),
                            ]
                    ),
            ]
        );
    }

    /// <summary>Highest peak of each method within each budget, a chart a budget.</summary>
    public static IEnumerable<ReportSection> Memory(IReadOnlyList<ResultLine> lines)
    {
        var budgets = lines
            .Where(line => line is { Peak: not null, Budget: not null })
            .GroupBy(line => line.Budget!.Value);
        foreach (var budget in budgets.OrderBy(one => one.Key))
        {
            // The same method in several tables runs the same program: its highest peak counts.
            var methods = budget
                .GroupBy(line => line.Method)
                .OrderBy(method => Wording.Order(method.Key))
                .Select(method => (Name: Wording.Method(method.Key), Peak: method.Max(line => line.Peak!.Value)))
                .ToList();
            int fitting = methods.Count(method => method.Peak <= budget.Key);
            string board = $"{budget.Key / 1024:#,##0} KB";
            yield return new ReportSection(
                $"Memory against a budget of {board}",
                $"Highest byte of the arena that any run of a method touched: weights that train, activations, gradients, everything. {fitting} of {methods.Count} fit."
            )
            {
                Chart = new Chart(
                    ChartKind.Stack,
                    new ChartAxis("method") { Categories = [.. methods.Select(method => method.Name)] },
                    new ChartAxis("arena (KB)", ChartUnit.Bytes)
                    {
                        Min = 0,
                        Max = 1.15 * Math.Max(budget.Key, methods.Max(method => method.Peak)),
                    },
                    [
                        new ChartSeries(
                            "used",
                            "attune",
                            [.. methods.Select((one, place) => new ChartPoint(place, one.Peak))]
                        )
                        {
                            PointColors = [.. methods.Select(one => one.Peak <= budget.Key ? "attune" : "bad")],
                        },
                        new ChartSeries(
                            "free",
                            "line",
                            [
                                .. methods.Select(
                                    (one, place) => new ChartPoint(place, Math.Max(0, budget.Key - one.Peak))
                                ),
                            ]
                        ),
                    ]
                )
                {
                    Guides = [new ChartGuide($"budget {board}", budget.Key)],
                },
            };
        }
    }
}
