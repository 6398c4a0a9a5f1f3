using Attune.Host.Bench;

namespace Attune.Tests.Bench;

[TestClass]
public sealed class ForecastTest
{
    [TestMethod]
    public void The_rest_takes_as_long_as_the_work_so_far_says()
    {
        // A quarter of the work in 10 s, cells in work included.
        Assert.AreEqual(30.0, Forecast.Seconds(10, 25, 100, 1, 8), 1e-9);
        // Cells without work to compare: by their number.
        Assert.AreEqual(70.0, Forecast.Seconds(10, 0, 0, 1, 8), 1e-9);
        Assert.AreEqual(0.0, Forecast.Seconds(10, 100, 100, 8, 8), 1e-9);
    }

    [TestMethod]
    [DataRow(30.0, "about 30 s left for 7 of 8 cells, until 2026-03-01 10:00 at this pace")]
    [DataRow(600.0, "about 10 min left")]
    [DataRow(9000.0, "about 2.5 h left for 7 of 8 cells, until 2026-03-01 12:30")]
    public void The_line_has_a_duration_and_a_time(double seconds, string expected) =>
        StringAssert.Contains(
            Forecast.Line("table7", seconds, 1, 8, new DateTime(2026, 3, 1, 10, 0, 0, DateTimeKind.Local)),
            expected
        );

    [TestMethod]
    public void A_run_foretells_after_its_first_cell()
    {
        string folder = Directory.CreateTempSubdirectory("attune-test-").FullName;
        TextWriter errors = Console.Error;
        using var said = new StringWriter();
        Console.SetError(said);
        try
        {
            var table = new FakeTable(5);
            using var file = new BenchFile(Path.Combine(folder, "t.jsonl"));
            new BenchRunner(table, null!, 1).Run(table.Cells(new BenchSettings()), file, [], default);
        }
        finally
        {
            Console.SetError(errors);
            Directory.Delete(folder, recursive: true);
        }
        string[] lines = [.. said.ToString().Split('\n').Where(line => line.Contains(" left for "))];
        Assert.HasCount(3, lines, said.ToString());
        StringAssert.Contains(lines[0], "left for 4 of 5 cells");
    }
}
