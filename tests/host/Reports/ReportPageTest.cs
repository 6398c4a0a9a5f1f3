using System.Text.Json;
using Attune.Tests.Commands;

namespace Attune.Tests.Reports;

/// <summary>Reports in headless Chromium, opened from a file.</summary>
[TestClass]
public sealed class ReportPageTest
{
    private const int LargestPage = 3 * 1024 * 1024;

    [TestMethod]
    [DataRow(false, 1200)]
    [DataRow(true, 390)]
    public async Task Results_open_offline_without_errors_and_with_all_charts(bool dark, int width)
    {
        using var line = new CommandLine();
        File.WriteAllLines(line.Path("r.jsonl"), ResultLines.All);
        line.Must("report", line.Path("r.jsonl"), "-o", line.Path("r.html"), "--json");
        // Table 7 twice, curve, ablation, figures 4, 5 and 7, memory.
        await Check(line, "r.html", 8, dark, width);
    }

    [TestMethod]
    public async Task The_demo_ends_with_a_report_on_both_steps()
    {
        using var line = new CommandLine();
        line.Must("demo", "--output", line.Path("demo"), "--json");
        JsonElement steps = JsonDocument.Parse(line.Output).RootElement;
        double before = steps.GetProperty("withoutLabels").GetProperty("accuracyBefore").GetDouble();
        AssertGain(steps.GetProperty("withoutLabels"));
        AssertGain(steps.GetProperty("withLabels"));
        // Accuracy and memory of both; loss and held-out samples of the training.
        await Check(line, "demo/report.html", 6, dark: true, 1200);
        await using ReportBrowser browser = await ReportBrowser.Open(line.Path("demo/report.html"));
        JsonElement bars = await browser.Value("JSON.parse(document.getElementById('charts').textContent)[0]");
        var phases = bars.GetProperty("x").GetProperty("categories").EnumerateArray().Select(one => one.GetString());
        Assert.AreEqual("none aligned", string.Join(' ', phases));
        Assert.AreEqual(
            100 * before,
            bars.GetProperty("series")[0].GetProperty("points")[0].GetProperty("y").GetDouble(),
            1e-9
        );
        Assert.IsTrue((await browser.Value("[...document.images].every(one => one.naturalWidth > 0)")).GetBoolean());
        // The second step's folder through the command: the test file, and its own validation samples.
        line.Must(
            "report",
            line.Path("demo/signs"),
            "--test",
            line.Path("demo/signs/test.ats"),
            "-o",
            line.Path("t.html"),
            "--json"
        );
        JsonElement written = JsonDocument.Parse(line.Output).RootElement;
        Assert.AreEqual(new FileInfo(line.Path("t.html")).Length, written.GetProperty("bytes").GetInt64());
        Assert.AreEqual(4, written.GetProperty("charts").GetInt32());
        line.Must("report", line.Path("demo/signs"), "-o", line.Path("v.html"));
        StringAssert.Contains(File.ReadAllText(line.Path("v.html")), "300 held-out samples");
    }

    /// <summary>The gain is larger than both 95 % intervals of 1,000 samples together.</summary>
    private static void AssertGain(JsonElement step)
    {
        double before = step.GetProperty("accuracyBefore").GetDouble();
        double after = step.GetProperty("accuracyAfter").GetDouble();
        double error = 1.96 * (Math.Sqrt(before * (1 - before) / 1000) + Math.Sqrt(after * (1 - after) / 1000));
        Assert.IsGreaterThan(before + error, after);
    }

    [TestMethod]
    public async Task Colours_follow_the_preference_at_once_and_the_button()
    {
        using var line = new CommandLine();
        File.WriteAllLines(line.Path("r.jsonl"), ResultLines.Table7);
        line.Must("report", line.Path("r.jsonl"), "-o", line.Path("r.html"));
        await using ReportBrowser browser = await ReportBrowser.Open(line.Path("r.html"));
        string light = await Colors(browser);
        await browser.Prefer(dark: true);
        string dark = await Colors(browser);
        Assert.AreNotEqual(light, dark);
        await browser.Page.ClickAsync("#theme");
        Assert.AreEqual(light, await Colors(browser));
        int shapes = await Shapes(browser);
        await browser.Page.ClickAsync(".legend button");
        Assert.IsLessThan(shapes, await Shapes(browser));
        Assert.IsEmpty(browser.Problems);
    }

    [TestMethod]
    public void Sources_of_both_kinds_and_folders_without_a_run_are_refused()
    {
        using var line = new CommandLine();
        Directory.CreateDirectory(line.Path("card"));
        Assert.AreEqual(2, line.Run("report", line.Path("card"), line.Path("r.jsonl")));
        Assert.AreEqual(1, line.Run("report", line.Path("card")));
        StringAssert.Contains(line.Errors, "job.txt");
        File.WriteAllText(line.Path("card/job.txt"), "method = align\n");
        Assert.AreEqual(1, line.Run("report", line.Path("card")));
        StringAssert.Contains(line.Errors, "attune train");
        File.WriteAllText(line.Path("card/log.csv"), "stage,block,unit,loss,rate,correct,forwards\nalign,,,,\n");
        Assert.AreEqual(1, line.Run("report", line.Path("card")));
        StringAssert.Contains(line.Errors, "log.csv, line 2");
        File.WriteAllText(line.Path("empty.jsonl"), "\n");
        Assert.AreEqual(1, line.Run("report", line.Path("empty.jsonl")));
        StringAssert.Contains(line.Errors, "no results");
        Assert.AreEqual(2, line.Run("report", line.Path("empty.jsonl"), "--test", line.Path("t.ats")));
    }

    private static async Task<int> Shapes(ReportBrowser browser) =>
        (await browser.Value("document.querySelectorAll('.chart path').length")).GetInt32();

    /// <summary>Fill of the page and of the first bars as drawn.</summary>
    private static async Task<string> Colors(ReportBrowser browser) =>
        (
            await browser.Value(
                "[getComputedStyle(document.body).backgroundColor, ...[...document.querySelectorAll('.chart path')].map(one => one.getAttribute('fill'))]"
            )
        ).GetRawText();

    private static async Task Check(CommandLine line, string name, int charts, bool dark, int width)
    {
        string path = line.Path(name);
        Assert.IsLessThan(LargestPage, new FileInfo(path).Length);
        await using ReportBrowser browser = await ReportBrowser.Open(path, dark, width);
        Assert.IsEmpty(browser.Problems, string.Join('\n', browser.Problems));
        CollectionAssert.AreEqual(new[] { new Uri(path).AbsoluteUri }, browser.Requests);
        int[] shapes =
        [
            .. (
                await browser.Value(
                    "[...document.querySelectorAll('.chart')].map(one => one.querySelectorAll('svg path').length)"
                )
            )
                .EnumerateArray()
                .Select(one => one.GetInt32()),
        ];
        Assert.HasCount(charts, shapes);
        Assert.IsGreaterThan(10, shapes.Min());
        // Each chart's numbers, and nothing that makes the page wider than its window.
        Assert.IsGreaterThanOrEqualTo(
            charts,
            (await browser.Value("document.querySelectorAll('details table').length")).GetInt32()
        );
        Assert.AreEqual(width, (await browser.Value("document.documentElement.scrollWidth")).GetInt32());
        Assert.IsEmpty(browser.Problems, string.Join('\n', browser.Problems));
    }
}
