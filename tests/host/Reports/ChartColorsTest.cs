using System.Globalization;
using System.Text.RegularExpressions;
using Attune.Host.Reports;

namespace Attune.Tests.Reports;

/// <summary>No two series of a chart look the same.</summary>
[TestClass]
public sealed partial class ChartColorsTest
{
    [TestMethod]
    public void Every_chart_of_the_measured_results_has_a_colour_for_each_series()
    {
        string[] files = Directory.GetFiles(Path.Combine(SharedFolder.Repository!, "docs", "results"), "*.jsonl");
        ReportPage page = ResultsReport.Build(ResultFile.Read(files), files);
        Chart[] charts = [.. page.Sections.Select(section => section.Chart).OfType<Chart>()];
        Assert.IsGreaterThan(10, charts.Length);
        foreach (Chart chart in charts)
        {
            var series = chart.Series.DistinctBy(one => one.Name).ToList();
            Assert.HasCount(series.Count, series.Select(one => one.Color).Distinct());
        }
        Chart table7 = page.Sections.First(section => section.Heading.StartsWith("Table 7")).Chart!;
        Assert.AreEqual(ChartKind.Matrix, table7.Kind);
        Assert.HasCount(15, table7.Series);
    }

    [TestMethod]
    public void Series_of_one_name_share_a_colour_and_others_get_free_ones()
    {
        ChartSeries[] series =
        [
            new("a", "c1", []),
            new("a", "c1", [], SeriesStyle.Dots),
            new("b", "c1", []),
            new("c", "c0", []),
            new("d", "c1", []),
        ];
        string[] colors = [.. ChartColors.Unique(series).Select(one => one.Color)];
        CollectionAssert.AreEqual((string[])["c1", "c1", "c2", "c0", "c3"], colors);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_colours_of_the_style_differ(bool dark)
    {
        string css = File.ReadAllText(Path.Combine(SharedFolder.Repository!, "host/Reports/Page/report.css"));
        var colors = Color()
            .Matches(css)
            .Where(match =>
                match.Groups[1].Value is "none" or "align" or "attune" or "paper-method" or "published"
                || match.Groups[1].Value[0] == 'c' && char.IsDigit(match.Groups[1].Value[^1])
            )
            .Select(match => (Name: match.Groups[1].Value, Value: match.Groups[dark ? 3 : 2].Value))
            .ToList();
        Assert.HasCount(5 + ChartColors.Free, colors);
        Assert.HasCount(colors.Count, colors.Select(one => one.Value).Distinct());
        // As many as a chart of results has differ clearly.
        var first = colors.Take(5 + 12).ToList();
        foreach (var one in first)
        {
            foreach (var other in first.Where(other => other.Name != one.Name))
            {
                Assert.IsGreaterThan(30.0, Distance(one.Value, other.Value), $"{one.Name} and {other.Name}");
            }
        }
    }

    private static double Distance(string one, string other)
    {
        int Part(string text, int at) =>
            int.Parse(text.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return Math.Sqrt(((int[])[0, 2, 4]).Sum(at => Math.Pow(Part(one, at) - Part(other, at), 2)));
    }

    [GeneratedRegex(@"--([a-z-]+\d*): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)")]
    private static partial Regex Color();
}
