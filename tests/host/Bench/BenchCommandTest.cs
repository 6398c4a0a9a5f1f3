using System.Text.Json;
using Attune.Host.Bench;
using Attune.Host.Bench.Tables;
using Attune.Host.Shell;
using Attune.Tests.Commands;

namespace Attune.Tests.Bench;

/// <summary>The command itself, on a few images where the reference data are there.</summary>
[TestClass]
public sealed class BenchCommandTest : IDisposable
{
    private readonly CommandLine attune = new();

    private static string Shared => Path.GetDirectoryName(SharedFolder.Require("models"))!;

    private string Results => attune.Path("t.jsonl");

    [TestMethod]
    [DataRow("table3", "there is no table 'table3'")]
    [DataRow("table7 --methods aline", "--methods aline: there is no such method")]
    [DataRow("table7 --corruptions frog", "--corruptions frog: there is no such corruption")]
    [DataRow("table7 --variants block-9 --methods paper", "--variants block-9")]
    [DataRow("table7 --seeds 3-1", "--seeds 3-1")]
    [DataRow("table7 --shard 3/2", "--shard 3/2")]
    [DataRow("table7 --shard 1", "--shard 1")]
    [DataRow("table7 --forwards 0", "--forwards")]
    [DataRow("table7 --train-count 0", "--train-count")]
    [DataRow("table7 --severity 6", "--severity")]
    [DataRow("table8 --methods attune", "--methods attune")]
    [DataRow("figure7 --methods attune", "--methods attune")]
    public void A_wrong_command_line_is_one_clear_line(string arguments, string expected)
    {
        Assert.AreEqual(ExitCode.Usage, attune.Run(["bench", .. arguments.Split(' '), "--list"]));
        StringAssert.Contains(attune.Errors, expected);
        Assert.HasCount(2, attune.Errors.Split('\n'), attune.Errors);
    }

    [TestMethod]
    public void A_folder_without_data_is_named()
    {
        Assert.AreEqual(ExitCode.BadInput, attune.Run("bench", "table7", "--shared", attune.Folder, "--out", Results));
        StringAssert.Contains(attune.Errors, attune.Folder);
        StringAssert.Contains(attune.Errors, "--shared");
        Assert.IsFalse(File.Exists(Results));
    }

    [TestMethod]
    public void Every_table_lists_cells_of_different_keys_in_a_fixed_order()
    {
        foreach (IBenchTable table in BenchTables.All)
        {
            string[] keys = [.. table.Cells(new BenchSettings()).Select(cell => cell.Head.Key)];
            Assert.IsNotEmpty(keys, table.Name);
            Assert.AreEqual(keys.Length, keys.Distinct().Count(), table.Name);
            CollectionAssert.AreEqual(keys, table.Cells(new BenchSettings()).Select(cell => cell.Head.Key).ToArray());
        }
    }

    [TestMethod]
    public void The_command_of_a_cell_lists_exactly_this_cell()
    {
        foreach (IBenchTable table in BenchTables.All)
        {
            BenchCell cell = table.Cells(
                new BenchSettings
                {
                    Seeds = [4],
                    Severity = 3,
                    TestCount = 77,
                }
            )[^1];
            string[] words = [.. Words(BenchRunner.CommandOf(table, cell.Head)).Skip(1)];
            attune.Must([.. words, "--list", "--json"]);
            using var json = JsonDocument.Parse(attune.Output);
            Assert.AreEqual(1, json.RootElement.GetArrayLength(), string.Join(' ', words));
            Assert.AreEqual(cell.Head.Key, json.RootElement[0].GetProperty("key").GetString());
        }
    }

    [TestMethod]
    public void Methods_that_ignore_the_limit_are_measured_once_for_all_limits()
    {
        IBenchTable table = BenchTables.Find("table7");
        string[] Keys(double limit) =>
            [.. table.Cells(new BenchSettings { Limit = limit }).Select(cell => cell.Head.Key)];
        string[] shared = [.. Keys(1000).Intersect(Keys(2000))];
        Assert.IsTrue(shared.All(key => key.Contains("|none|") || key.Contains("|align")));
        Assert.HasCount(12 * 3 * 3, shared);
    }

    [TestMethod]
    public void Two_shards_and_one_process_end_in_the_same_results()
    {
        string[] options = ["--methods", "none,align-16,attune", "--corruptions", "fog,clean", "--forwards", "700"];
        Measure([.. options, "--jobs", "2"]);
        BenchLine[] whole = Bare();
        Assert.HasCount(6, whole);
        Assert.IsTrue(whole.All(line => line.Accuracy is >= 0 and <= 1 && line.Test == 30 && line.Start is not null));
        Assert.IsTrue(whole.All(line => line.Peak == line.Planned && line.Peak <= line.Budget));
        Assert.AreEqual(30, whole.First(line => line.Method == "attune").Train);
        // Nothing is measured again, and a torn line is.
        Measure([.. options, "--json"]);
        StringAssert.Contains(attune.Output, "\"measured\": 0");
        File.WriteAllText(Results, File.ReadAllText(Results)[..^5]);
        Measure([.. options, "--json"]);
        StringAssert.Contains(attune.Output, "\"measured\": 1");
        StringAssert.Contains(attune.Errors, "torn");
        File.Delete(Results);
        Measure([.. options, "--shard", "1/2"]);
        Measure([.. options, "--shard", "2/2"]);
        Assert.IsFalse(File.Exists(Results));
        attune.Must("bench", "table7", "--out", Results, "--merge");
        CollectionAssert.AreEquivalent(
            whole.Select(line => line.Write()).ToArray(),
            Bare().Select(line => line.Write()).ToArray()
        );
    }

    [TestMethod]
    public void Test_images_are_others_than_those_adapted_to_and_depend_on_the_split()
    {
        var data = new BenchData(Shared);
        byte[][] training = [.. data.Training("fog", 5, 1, 20).Values];
        byte[][] test = [.. data.Test("fog", 5, 1, 20, heldOut: false).Values];
        byte[][] held = [.. data.Test("fog", 5, 1, 20, heldOut: true).Values];
        byte[][] all = [.. training, .. test, .. held];
        Assert.AreEqual(60, all.Select(Convert.ToHexString).Distinct().Count());
        // The test's corruption has a seed of its own: here image 2000 of the training file.
        byte[] image = data.Test("gaussian_noise", 5, 1, 1, heldOut: true).Values[0];
        CollectionAssert.AreNotEqual(data.Training("gaussian_noise", 5, 1, 2001).Values[2000], image);
        CollectionAssert.AreEqual(data.Training("gaussian_noise", 5, 101, 2001).Values[2000], image);
        CollectionAssert.AreEqual(data.Training("fog", 5, 1, 20).Values[7], training[7]);
    }

    public void Dispose() => attune.Dispose();

    private void Measure(params string[] options) =>
        attune.Must([
            "bench",
            "table7",
            "--shared",
            Shared,
            "--out",
            Results,
            "--seeds",
            "1",
            "--train-count",
            "30",
            "--test-count",
            "30",
            .. options,
        ]);

    private BenchLine[] Bare() =>
        [.. BenchFile.Read(Results).Select(line => line with { Seconds = null, Date = null, Git = null })];

    /// <summary>A command's words; what stands in quotes is one.</summary>
    private static IEnumerable<string> Words(string command)
    {
        string[] parts = command.Split('\'');
        for (int i = 0; i < parts.Length; i++)
        {
            foreach (
                string word in i % 2 == 1 ? [parts[i]] : parts[i].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            )
            {
                yield return word;
            }
        }
    }
}
