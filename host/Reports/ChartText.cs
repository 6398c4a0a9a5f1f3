using System.Globalization;

namespace Attune.Host.Reports;

/// <summary>A chart in words: its numbers, and the table that stands below it.</summary>
public static class ChartText
{
    /// <summary>A number with its unit.</summary>
    public static string Number(double value, ChartUnit unit) =>
        unit switch
        {
            ChartUnit.Percent => Text(value, "0.0") + " %",
            ChartUnit.Count => Text(value, "#,##0"),
            ChartUnit.Bytes => Text(value / 1024, "#,##0.0") + " KB",
            _ => Text(value, "#,##0.####"),
        };

    /// <summary>The numbers of a chart: a row for each category or point.</summary>
    public static ReportTable Table(Chart chart) => chart.X.Categories.Count > 0 ? ByCategory(chart) : ByPoint(chart);

    private static ReportTable ByCategory(Chart chart)
    {
        bool total = chart.Kind == ChartKind.Stack;
        string Cell(ChartSeries series, int place)
        {
            var points = series.Points.Where(point => (int)point.X == place).ToList();
            return points.Count > 0 ? Value(points[0], chart.Y.Unit) : "";
        }
        var rows = chart.X.Categories.Select(
            (category, place) =>
                (IReadOnlyList<string>)
                    [
                        category,
                        .. chart.Series.Select(series => Cell(series, place)),
                        .. total ? (string[])[Number(Total(chart, place), chart.Y.Unit)] : [],
                    ]
        );
        string[] columns =
        [
            chart.X.Name,
            .. chart.Series.Select(series => series.Name),
            .. total ? (string[])["total"] : [],
        ];
        return new ReportTable(chart.Y.Name, columns, [.. rows]);
    }

    private static ReportTable ByPoint(Chart chart)
    {
        // Dots come before the running mean of the same name: the table has what was measured.
        var rows = chart
            .Series.DistinctBy(series => series.Name)
            .SelectMany(series =>
                series.Points.Select(point =>
                    (IReadOnlyList<string>)[series.Name, Number(point.X, chart.X.Unit), Value(point, chart.Y.Unit)]
                )
            );
        return new ReportTable(chart.Y.Name, ["series", chart.X.Name, chart.Y.Name], [.. rows]);
    }

    private static double Total(Chart chart, int place) =>
        chart.Series.Sum(series => series.Points.Where(point => (int)point.X == place).Sum(point => point.Y));

    private static string Value(ChartPoint point, ChartUnit unit) =>
        point is { Low: { } low, High: { } high } && low < high
            ? $"{Number(point.Y, unit)} ({Number(low, unit)} to {Number(high, unit)})"
            : Number(point.Y, unit);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
