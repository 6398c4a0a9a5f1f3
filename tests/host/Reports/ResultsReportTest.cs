using Attune.Host.Reports;
using Attune.Tests.Commands;

namespace Attune.Tests.Reports;

[TestClass]
public sealed class ResultsReportTest
{
    [TestMethod]
    public void The_tiles_say_gain_cost_and_fit()
    {
        ReportPage page = Page(ResultLines.All);
        Assert.AreEqual("Gained: +35.5 points", page.Tiles[0].Name);
        Assert.AreEqual("40.0 → 75.5 %", page.Tiles[0].Value);
        // Published: fog 78.33, gaussian noise 66.78.
        StringAssert.Contains(page.Tiles[0].Note, "72.6 %");
        StringAssert.Contains(page.Tiles[0].Note, "75.0 % to 76.0 %");
        Assert.AreEqual("200k forwards", page.Tiles[1].Value);
        StringAssert.Contains(page.Tiles[1].Note, "100 times");
        Assert.AreEqual("Memory: fits", page.Tiles[2].Name);
        Assert.AreEqual("234 of 256 KB", page.Tiles[2].Value);
        // Seed 1 is at 0.68 after 50,000 forwards, at 0.60 before.
        Assert.AreEqual("after 50k forwards", page.Tiles[3].Value);
    }

    [TestMethod]
    public void The_tiles_show_attune_as_it_is_beside_a_better_variant()
    {
        IEnumerable<string> better = ResultLines
            .Table7.Where(line => line.Contains("\"attune\"", StringComparison.Ordinal))
            .Select(line =>
                line.Replace("\"attune\",", "\"attune\",\"variant\":\"more\",", StringComparison.Ordinal)
                    .Replace("\"accuracy\":0.", "\"accuracy\":0.9", StringComparison.Ordinal)
            );
        ReportPage page = Page([.. better, .. ResultLines.Table7]);
        Assert.AreEqual("40.0 → 75.5 %", page.Tiles[0].Value);
    }

    [TestMethod]
    public void A_peak_above_the_budget_is_said()
    {
        ReportPage page = Page(
            ResultLines.Table7.Select(line =>
                line.Replace("\"peak\":240000", "\"peak\":262145", StringComparison.Ordinal)
            )
        );
        Assert.AreEqual("Memory: does not fit", page.Tiles[2].Name);
        Assert.AreEqual(Tone.Bad, page.Tiles[2].Tone);
    }

    [TestMethod]
    public void Bars_are_means_of_the_seeds_with_their_range_and_the_published_row()
    {
        Chart chart = Page(ResultLines.Table7).Sections[0].Chart!;
        Assert.AreEqual("Gaussian noise, Fog, Mean", string.Join(", ", chart.X.Categories));
        Assert.AreEqual(
            "no adaptation, attune, published: BP-free",
            string.Join(", ", chart.Series.Select(series => series.Name))
        );
        ChartPoint noise = chart.Series[1].Points[0];
        Assert.AreEqual(70.5, noise.Y, 1e-9);
        Assert.AreEqual(70.0, noise.Low!.Value, 1e-9);
        Assert.AreEqual(71.0, noise.High!.Value, 1e-9);
        Assert.AreEqual(66.78, chart.Series[2].Points[0].Y);
        Assert.AreEqual((66.78 + 78.33) / 2, chart.Series[2].Points[2].Y, 1e-9);
    }

    [TestMethod]
    public void A_mean_leaves_out_seeds_that_lack_a_corruption()
    {
        Chart chart = Page(ResultLines.Table7.Skip(1)).Sections[0].Chart!;
        ResultSeries none = ResultSeries.Of(Lines(ResultLines.Table7.Skip(1)))[0];
        Assert.AreEqual(1, none.Accuracy(["fog", "gaussian_noise"])!.Value.Count);
        Assert.AreEqual(40.0, chart.Series[0].Points[2].Y, 1e-9);
    }

    [TestMethod]
    public void Clean_images_stand_beside_the_corruptions_and_are_in_no_mean()
    {
        IEnumerable<string> clean = ResultLines
            .Table7.Where(line => line.Contains("\"fog\"", StringComparison.Ordinal))
            .Select(line => line.Replace("\"fog\"", "\"clean\"", StringComparison.Ordinal));
        ReportPage page = Page([.. ResultLines.Table7, .. clean]);
        Chart chart = page.Sections[0].Chart!;
        Assert.AreEqual("Gaussian noise, Fog, Clean, Mean", string.Join(", ", chart.X.Categories));
        Assert.AreEqual(40.0, chart.Series[0].Points[^1].Y, 1e-9);
        Assert.AreEqual(75.5, chart.Series[1].Points[^1].Y, 1e-9);
        Assert.AreEqual("40.0 → 75.5 %", page.Tiles[0].Value);
    }

    [TestMethod]
    public void Of_several_learning_rates_the_one_that_ends_lowest_is_drawn()
    {
        Chart chart = Page(ResultLines.All)
            .Sections.Single(section => section.Heading.StartsWith("Figure 7", StringComparison.Ordinal))
            .Chart!;
        Assert.AreEqual("nodes, learning-rate=0.1", chart.Series.Single().Name);
        Assert.AreEqual(0.9, chart.Series[0].Points[1].Y);
    }

    [TestMethod]
    public void The_paper_has_a_point_on_the_curve()
    {
        Chart chart = Page(ResultLines.All)
            .Sections.Single(section => section.Heading.Contains("gaussian noise", StringComparison.Ordinal))
            .Chart!;
        Assert.IsTrue(chart.X.Log);
        Assert.AreEqual(new ChartPoint(2e7, 66.78), chart.Series[^1].Points.Single());
        // The start, at no forwards, has no place on a logarithmic axis: it is a line across.
        Assert.AreEqual(30.0, chart.Guides[0].Value, 1e-9);
    }

    [TestMethod]
    public void Texts_are_escaped()
    {
        string html = ReportWriter.Render(Page(ResultLines.All));
        StringAssert.Contains(html, "&lt;b&gt;bold&lt;/b&gt;");
        Assert.DoesNotContain("<script>alert", html);
        Assert.DoesNotContain("<b>bold", html);
    }

    private static ReportPage Page(IEnumerable<string> texts) => ResultsReport.Build(Lines(texts), ["results.jsonl"]);

    private static IReadOnlyList<ResultLine> Lines(IEnumerable<string> texts)
    {
        using var line = new CommandLine();
        File.WriteAllLines(line.Path("r.jsonl"), texts);
        return ResultFile.Read([line.Path("r.jsonl")]);
    }
}
