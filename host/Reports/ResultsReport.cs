using Attune.Host.Boards;
using Attune.Host.Running;

namespace Attune.Host.Reports;

/// <summary>The report on measured results: what was gained, what it cost, whether it fits the board; then every table.</summary>
public static class ResultsReport
{
    /// <summary>Makes the page.</summary>
    /// <param name="lines">At least one line.</param>
    /// <param name="files">Where they come from.</param>
    public static ReportPage Build(IReadOnlyList<ResultLine> lines, IReadOnlyList<string> files)
    {
        ResultLine[] main =
        [
            .. lines.Where(line => line is { Table: "7", Accuracy: not null, Severity: 5 or null, Split: "" }),
        ];
        ResultLine[] curve = [.. lines.Where(line => line.Table == "curve" && line.Points.Count > 0)];
        var tiles = new List<ReportTile>();
        if (main.Length > 0)
        {
            tiles.AddRange(Tiles(main));
        }
        if (CurveSections.Reaching(curve) is { } reaching)
        {
            tiles.Add(reaching);
        }
        var sections = new List<ReportSection>();
        foreach (var table in lines.GroupBy(line => line.Table).OrderBy(table => Place(table.Key)))
        {
            sections.AddRange(Sections(table.Key, [.. table]));
        }
        sections.AddRange(CostSections.Memory(lines));
        return new ReportPage(
            "Attune: measured results",
            "A quantized network meets corrupted images. How much of its accuracy comes back with forward passes alone, what that costs, and whether it fits a microcontroller.",
            tiles,
            sections
        )
        {
            Sources = Sources(lines, files),
        };
    }

    private static IEnumerable<ReportSection> Sections(string table, IReadOnlyList<ResultLine> lines) =>
        table switch
        {
            "curve" => CurveSections.Accuracy(lines),
            "figure7" => CurveSections.Loss(lines),
            "ablation" => AccuracySections.Ablation(lines),
            "figure4" or "figure5" => FigureSections.Similarity(table, lines),
            _ => AccuracySections.Table(table, lines),
        };

    private static IEnumerable<ReportTile> Tiles(IReadOnlyList<ResultLine> lines)
    {
        var series = ResultSeries.Of(lines);
        var none = series.FirstOrDefault(one => one.Method == "none");
        string[] corruptions = AccuracySections.Corrupted(AccuracySections.Corruptions(lines));
        // Only what a device can do without back-propagation; attune as it is, if that was measured.
        var ours =
            series.FirstOrDefault(one => one.Method == "attune" && one.Variant.Length == 0)
            ?? series.Where(one => one.Method == "attune").MaxBy(one => one.Accuracy(corruptions)?.Mean ?? -1)
            ?? series
                .Where(one => one.Method is "align" or "paper")
                .MaxBy(one => one.Accuracy(corruptions)?.Mean ?? -1);
        if (ours?.Accuracy(corruptions) is not { } after)
        {
            yield break;
        }
        var before = none?.Accuracy(corruptions);
        string published = AccuracySections.Published(corruptions) is { } percent
            ? $" The paper publishes {percent:0.0} %."
            : "";
        string range =
            after.Count > 1
                ? $" {after.Count} seeds: {Wording.Percent(after.Low)} to {Wording.Percent(after.High)}."
                : "";
        yield return new ReportTile(
            before is { } from ? $"Gained: {Wording.Points(after.Mean - from.Mean)}" : "Accuracy",
            before is { } first
                ? $"{100 * first.Mean:0.0} → {Wording.Percent(after.Mean)}"
                : Wording.Percent(after.Mean),
            $"Mean accuracy over {corruptions.Length} corruptions, without adaptation and with {ours.Name}.{range}{published}",
            before is { } lower && after.Mean > lower.Mean ? Tone.Good : Tone.Bad
        );
        if (ours.Figure(line => line.Forwards) is { } forwards)
        {
            string ratio =
                forwards.Mean > 0
                    ? $" The paper takes {PublishedResults.Forwards / forwards.Mean:#,##0.#} times as many."
                    : "";
            yield return new ReportTile(
                "Cost",
                $"{Wording.Short(forwards.Mean)} forwards",
                $"Forward passes on average for a corruption.{ratio}{Time(ours)}"
            );
        }
        if (ours.Figure(line => line.Peak) is { } peak && ours.Figure(line => line.Budget) is { } budget)
        {
            bool fits = ours.Lines.All(line => !(line.Peak > line.Budget));
            yield return new ReportTile(
                fits ? "Memory: fits" : "Memory: does not fit",
                $"{peak.High / 1024:#,##0} of {budget.High / 1024:#,##0} KB",
                "Highest arena byte that a run touched, against the board's budget.",
                fits ? Tone.Good : Tone.Bad
            );
        }
    }

    private static string Time(ResultSeries series)
    {
        if (series.Figure(line => line.Macs) is not { } macs)
        {
            return "";
        }
        Board board = Board.All[0];
        return $" About {Wording.Duration(StepCost.Seconds(macs.Mean, board.MegaHertz))} on {board.Name} at {board.MegaHertz} MHz (estimate).";
    }

    private static int Place(string table)
    {
        string[] order = ["7", "curve", "ablation", "4", "5", "6", "8", "9", "figure4", "figure5", "figure7"];
        int at = Array.IndexOf(order, table);
        return at < 0 ? order.Length : at;
    }

    private static string[] Sources(IReadOnlyList<ResultLine> lines, IReadOnlyList<string> files) =>
        [
            $"{lines.Count:N0} lines of {string.Join(", ", files.Select(Path.GetFileName))}",
            .. lines.Where(line => line.Git.Length > 0).Select(line => "sources: git " + line.Git).Distinct(),
            // One command a table: they differ in the cell that they name.
            .. lines
                .Where(line => line.Command.Length > 0)
                .GroupBy(line => line.Table)
                .Select(table => $"table {table.Key}, {table.Count():N0} commands such as: {table.First().Command}"),
        ];
}
