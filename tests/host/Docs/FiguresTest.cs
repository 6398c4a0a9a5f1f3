using System.Text.RegularExpressions;
using Attune.Host.Bench;
using Attune.Host.Bench.Document;
using Attune.Host.Bench.Tables;
using Attune.Host.Running;

namespace Attune.Tests.Docs;

/// <summary>Figures of documents that programs make are those of the files of results, and stand nowhere else.</summary>
[TestClass]
public sealed partial class FiguresTest
{
    private static readonly string Results = Path.Combine(Documents.Root, "docs", "results");

    [TestMethod]
    [DynamicData(nameof(Documents.Rows), typeof(Documents))]
    public void The_marked_passages_of_a_document_are_made_from_the_results(string path)
    {
        string text = Documents.Read(path);
        var made = new List<string>();
        string rewritten = ResultDocument.Rewrite(text, path, Results, made);
        Assert.AreEqual(text, rewritten, $"{path}: run attune bench tables");
        int marks = Mark().Count(text);
        Assert.HasCount(marks, made, $"{path}: results of a passage are missing");
    }

    /// <summary>Counts of the emulated core, sizes in flash, and what follows from them.</summary>
    [TestMethod]
    [DynamicData(nameof(Documents.Rows), typeof(Documents))]
    public void Figures_of_the_emulated_core_stand_only_in_marked_passages(string path)
    {
        string written = MarkedText.Remove(
            Documents.Read(path),
            ResultDocument.Results,
            ResultDocument.Engine,
            ResultDocument.CortexM
        );
        // The interpreter's instructions are another matter.
        string[] found = [.. CoreFigure().Matches(written).Select(match => match.Value)];
        Assert.IsEmpty(found, $"{path}: {string.Join(", ", found)}");
    }

    [TestMethod]
    public void The_estimate_of_a_steps_time_uses_the_counted_instructions()
    {
        CortexMFigures figures = CortexMFigures.Read(Path.Combine(Results, CortexMFigures.FileName))!;
        double counted = figures.InstructionsPerMac();
        Assert.AreEqual(StepCost.InstructionsPerMac, counted, 0.005);
    }

    /// <summary>The commands that stand above a table measure every line of its file but those that are marked.</summary>
    [TestMethod]
    public void The_printed_commands_measure_every_line_that_this_version_can_measure()
    {
        foreach (IBenchTable table in BenchTables.All)
        {
            string file = Path.Combine(Results, table.Name + ".jsonl");
            IReadOnlyList<BenchLine> lines = BenchFile.Read(file);
            Assert.IsGreaterThan(0, lines.Count, table.Name);
            var measured = Origin
                .Commands(lines)
                .SelectMany(command => table.Cells(command.Settings))
                .Select(cell => cell.Head.Key)
                .ToHashSet();
            string[] missing =
            [
                .. lines
                    .Where(line => Origin.CanMeasure(line) && !measured.Contains(line.Key))
                    .Select(line => line.Key),
            ];
            Assert.IsEmpty(missing, $"{table.Name}: {string.Join("\n", missing)}");
        }
    }

    [TestMethod]
    public void Benchmarks_stay_short() =>
        Assert.IsLessThanOrEqualTo(250, Documents.Read("docs/BENCHMARKS.md").TrimEnd('\n').Split('\n').Length);

    [GeneratedRegex(@"<!-- (results|engine|cortexm) [\w-]+ -->")]
    private static partial Regex Mark();

    [GeneratedRegex(@"\b[\d,.]+\s?M(illion)?\s+instructions\b|\b[\d,.]+\s(KB|bytes)\sof\s(its\s)?flash\b")]
    private static partial Regex CoreFigure();
}
