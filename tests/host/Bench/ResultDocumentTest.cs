using Attune.Host.Bench;
using Attune.Host.Bench.Document;
using Attune.Host.Data;
using Attune.Tests.Commands;

namespace Attune.Tests.Bench;

/// <summary>Tables of a document from lines of results.</summary>
[TestClass]
public sealed class ResultDocumentTest : IDisposable
{
    private readonly CommandLine folder = new();

    [TestMethod]
    public void Every_marked_table_is_made_from_its_file_and_the_rest_stays()
    {
        Write(
            "table5",
            Line("5", "mezo", 1, 0.18) with
            {
                Forwards = 199_000,
                Limit = 2e5,
                Date = "2026-11-26",
                Git = "abc1234",
            },
            Line("5", "mezo", 2, 0.20) with
            {
                Forwards = 201_000,
                Limit = 2e5,
            }
        );
        string text = Update("before\n<!-- results table5 -->\nold\n<!-- /results table5 -->\nbehind\n");
        StringAssert.StartsWith(text, "before\n<!-- results table5 -->\nMeasured 2026-11-26 with `attune bench table5");
        StringAssert.EndsWith(text, "|\n<!-- /results table5 -->\nbehind\n");
        StringAssert.Contains(text, "--seeds 1,2 --forwards 200000` (sources: abc1234).");
        StringAssert.Contains(text, "| mezo, 2e5 | 200,000 | 19.0 (18.0..20.0) | 20,000,000 | 18.3 |");
        Assert.IsFalse(text.Contains("old", StringComparison.Ordinal));
        Assert.AreEqual(text, Update(text));
    }

    [TestMethod]
    public void The_mean_of_the_twelve_counts_only_seeds_that_have_all_of_them()
    {
        // Seed 1: 0.5 everywhere; seed 2: one corruption, 0.9.
        BenchLine[] lines =
        [
            .. BenchData.Paper12.Select(name => Line("7", "align", 1, 0.5) with { Corruption = name }),
            Line("7", "align", 2, 0.9) with
            {
                Corruption = "fog",
            },
            // Neither counts: another split, and clean images.
            Line("7", "align", 3, 0.1) with
            {
                Corruption = "fog",
                Split = "held-out",
            },
            Line("7", "align", 1, 0.7) with
            {
                Corruption = "clean",
                Severity = 0,
            },
        ];
        Write("table7", lines);
        string text = Update("<!-- results table7 -->\n<!-- /results table7 -->\n");
        StringAssert.Contains(text, "| fog | 70.0 (50.0..90.0) | 73.0 | 82.7 | 34.2 | 76.2 | 78.3 |");
        StringAssert.Contains(text, "| clean | 70.0 |");
        StringAssert.Contains(
            text,
            "| **mean of the 12** | **50.0** | **54.0** | **79.3** | **49.2** | **74.9** | **75.7** |"
        );
    }

    [TestMethod]
    public void An_ablation_shows_the_difference_over_cells_that_both_have()
    {
        Write(
            "ablation",
            Line("ablation", "attune", 1, 0.60),
            Line("ablation", "attune", 2, 0.70),
            Line("ablation", "attune", 1, 0.65) with
            {
                Variant = "queries=5",
            }
        );
        string text = Update("<!-- results ablation -->\n<!-- /results ablation -->\n");
        StringAssert.Contains(text, "| attune | nothing | test |  | 1,000 | 65.0 (60.0..70.0) |  |");
        StringAssert.Contains(text, "|  | queries=5 | test |  | 1,000 | 65.0 | +5.0 |");
    }

    [TestMethod]
    public void A_variant_that_is_no_longer_known_is_marked_and_in_no_command()
    {
        Write(
            "ablation",
            Line("ablation", "attune", 1, 0.60),
            Line("ablation", "attune", 1, 0.61) with
            {
                Variant = "train biases, entropy",
            }
        );
        string text = Update("<!-- results ablation -->\n<!-- /results ablation -->\n");
        StringAssert.Contains(text, "|  | train biases, entropy \\* | test |");
        StringAssert.Contains(text, "\n\\* Measured with an option that has since been removed");
        Assert.IsFalse(text.Split('\n')[1].Contains("entropy", StringComparison.Ordinal));
        text = Update("<!-- results ablation-summary -->\n<!-- /results ablation-summary -->\n");
        Assert.IsFalse(text.Contains("entropy", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Commands_name_what_is_beside_the_tables_usual_cells()
    {
        BenchLine[] lines =
        [
            .. BenchData.Paper12.Select(name => Line("7", "attune", 1, 0.5) with { Corruption = name, Limit = 2e4 }),
            Line("7", "attune", 1, 0.5) with
            {
                Corruption = "clean",
                Limit = 2e4,
            },
            Line("7", "attune", 1, 0.5) with
            {
                Corruption = "fog",
                Variant = "one pass",
                Limit = 2e4,
            },
        ];
        CollectionAssert.AreEqual(
            (string[])
                [
                    "attune bench table7 --methods attune --seeds 1 --forwards 20000",
                    "attune bench table7 --methods attune --corruptions clean --seeds 1 --forwards 20000",
                    "attune bench table7 --methods attune --variants 'one pass' --corruptions fog --seeds 1 --forwards 20000",
                ],
            Origin.Commands(lines).Select(command => command.Text).ToArray()
        );
    }

    [TestMethod]
    public void A_wide_table_is_split_into_tables_that_fit_a_page()
    {
        string[] methods = ["none", "align", "align-16", "align-64", "align-256", "attune-16", "attune-64", "attune"];
        Write("table7", [.. methods.Select(method => Line("7", method, 1, 0.5))]);
        string text = Update("<!-- results table7 -->\n<!-- /results table7 -->\n");
        string[] heads =
        [
            .. text.Split('\n').Where(line => line.StartsWith("| corruption |", StringComparison.Ordinal)),
        ];
        Assert.HasCount(3, heads);
        Assert.StartsWith("| corruption | none |", heads[0]);
        Assert.StartsWith("| corruption | paper: none |", heads[2]);
        Assert.IsTrue(heads.All(head => head.Split('|').Length <= 10));
    }

    [TestMethod]
    public void Figures_of_the_emulated_core_without_their_file_stay_as_they_are()
    {
        const string Text = "<!-- cortexm claim -->\nearlier\n<!-- /cortexm claim -->\n";
        Assert.AreEqual(Text, Update(Text));
    }

    [TestMethod]
    public void A_curve_says_when_the_papers_accuracy_is_reached()
    {
        double[][] points =
        [
            [0, 0.13],
            [1000, 0.62],
            [30_000, 0.6678],
            [100_000, 0.7],
        ];
        Write("curve", Line("curve", "attune", 1, 0.7) with { Corruption = "gaussian_noise", Points = points });
        string text = Update("<!-- results curve -->\n<!-- /results curve -->\n");
        StringAssert.Contains(text, "| 13.0 | 13.0 | 62.0 | 62.0 | 66.8 | 70.0 | 70.0 | 30,000 |");
    }

    [TestMethod]
    public void The_figure_of_losses_shows_the_best_rate_of_each_method()
    {
        BenchLine Cell(string rate, double loss) =>
            Line("figure7", "nodes", 1, 0) with
            {
                Accuracy = null,
                Variant = "first learning-rate=" + rate,
                Points =
                [
                    [100, 2.5],
                    [200, loss],
                ],
                Values = new SortedDictionary<string, double> { ["final-loss"] = loss },
            };
        Write("figure7", Cell("0.1", 3.5), Cell("0.01", 1.25), Cell("0.001", 2));
        string text = Update("<!-- results figure7 -->\n<!-- /results figure7 -->\n");
        StringAssert.Contains(text, "| first | nodes | 0.01 | 1 | 2.500 | 1.250 |");
    }

    [TestMethod]
    public void A_table_without_results_stays_as_it_is()
    {
        const string Text = "<!-- results table9 -->\nearlier\n<!-- /results table9 -->\n";
        Assert.AreEqual(Text, Update(Text));
    }

    [TestMethod]
    [DataRow("<!-- results table3 -->\n<!-- /results table3 -->", "table3")]
    [DataRow("<!-- results table7 -->\n", "table7")]
    [DataRow("<!-- cortexm cycles -->\n<!-- /cortexm cycles -->", "cycles")]
    public void A_wrong_marker_is_named(string text, string name)
    {
        var error = Assert.ThrowsExactly<DataException>(() => Update(text));
        StringAssert.Contains(error.Message, name);
    }

    public void Dispose() => folder.Dispose();

    private static BenchLine Line(string table, string method, int seed, double accuracy) =>
        new()
        {
            Table = table,
            Corruption = "fog",
            Severity = 5,
            Method = method,
            Seed = seed,
            Accuracy = accuracy,
            Forwards = 1000,
        };

    private void Write(string name, params BenchLine[] lines) =>
        File.WriteAllText(folder.Path(name + ".jsonl"), string.Concat(lines.Select(line => line.Write() + "\n")));

    private string Update(string text)
    {
        string document = folder.Path("document.md");
        File.WriteAllText(document, text);
        ResultDocument.Update(document, folder.Folder);
        return File.ReadAllText(document);
    }
}
