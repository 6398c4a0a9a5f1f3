using System.Text.Json;
using Attune.Host.Reference.Demo;

namespace Attune.Tests.Commands;

/// <summary>The way from data to an adapted model through the commands, with the demo's network.</summary>
[TestClass]
public sealed class CardTest
{
    private static readonly string[] Small =
    [
        "--method",
        "align+zo",
        "--epochs",
        "1",
        "--batch",
        "8",
        "--queries",
        "2",
        "--checkpoint-steps",
        "3",
        "--align-samples",
        "8",
    ];

    [TestMethod]
    public void A_card_trains_to_the_same_bytes_twice_and_with_one_or_two_threads()
    {
        using var line = new CommandLine();
        Prepare(line, "first", Small);
        Prepare(line, "second", Small);
        line.Must("train", line.Path("first"), "--threads", "1");
        line.Must("train", line.Path("second"), "--threads", "2");
        foreach (string name in (string[])["adapted.atm", "aligned.atm", "log.csv", "state-a.atc", "state-b.atc"])
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(line.Path($"first/attune/{name}")),
                File.ReadAllBytes(line.Path($"second/attune/{name}")),
                name
            );
        }
    }

    [TestMethod]
    public void Another_seed_gives_other_bytes()
    {
        using var line = new CommandLine();
        Prepare(line, "first", [.. Small, "--rollback", "off"]);
        Prepare(line, "second", [.. Small, "--rollback", "off", "--seed", "2"]);
        line.Must("train", line.Path("first"));
        line.Must("train", line.Path("second"));
        CollectionAssert.AreNotEqual(
            File.ReadAllBytes(line.Path("first/attune/adapted.atm")),
            File.ReadAllBytes(line.Path("second/attune/adapted.atm"))
        );
    }

    [TestMethod]
    public void Train_prints_one_json_object_with_the_documented_names()
    {
        using var line = new CommandLine();
        Prepare(line, "card", Small);
        line.Must("train", line.Path("card"), "--json");
        JsonElement result = JsonDocument.Parse(line.Output).RootElement;
        foreach (string name in (string[])["accuracyBefore", "accuracyAligned", "accuracyAfter"])
        {
            Assert.IsTrue(result.GetProperty(name).GetDouble() is >= 0 and <= 1, name);
        }
        Assert.AreEqual(24, result.GetProperty("samples").GetInt32());
        Assert.IsGreaterThan(0.0, result.GetProperty("forwards").GetDouble());
        Assert.IsGreaterThan(0.0, result.GetProperty("seconds").GetDouble());
        Assert.AreEqual("stm32f746", result.GetProperty("board").GetString());
        Assert.AreEqual("align+zo", result.GetProperty("method").GetString());
        Assert.AreEqual(1, result.GetProperty("seed").GetInt32());
        int peak = result.GetProperty("arenaPeakBytes").GetInt32();
        Assert.AreEqual(result.GetProperty("arenaPlannedBytes").GetInt32(), peak);
        Assert.IsTrue(peak <= result.GetProperty("arenaBudgetBytes").GetInt32());
    }

    [TestMethod]
    public void A_card_that_does_not_fit_is_not_written_and_the_table_says_why()
    {
        using var line = new CommandLine();
        WriteInputs(line);
        int code = line.Run(CardArguments(line, "card", ["--arena", "20000"]));
        Assert.AreEqual(3, code);
        StringAssert.Contains(line.Errors, "the plan needs");
        Assert.IsFalse(Directory.Exists(line.Path("card")));
    }

    [TestMethod]
    public void Unknown_options_and_values_are_usage_errors()
    {
        using var line = new CommandLine();
        Assert.AreEqual(2, line.Run("train", "--no-such-option"));
        Assert.AreEqual(2, line.Run("no-such-command"));
        File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);
        Assert.AreEqual(2, line.Run("plan", line.Path("net.atm"), "--board", "none"));
        Assert.AreEqual(2, line.Run("plan", line.Path("net.atm"), "--batch", "0"));
        StringAssert.Contains(line.Errors, "batch");
    }

    [TestMethod]
    public void A_card_aligns_unless_a_method_is_named_and_says_so_where_an_option_asks_for_training()
    {
        using var line = new CommandLine();
        Prepare(line, "card", ["--align-samples", "8"]);
        StringAssert.Contains(File.ReadAllText(line.Path("card/attune/job.txt")), "method = align\n");
        Assert.AreEqual(2, line.Run(CardArguments(line, "other", ["--queries", "5"])));
        StringAssert.Contains(line.Errors, "--queries: nothing is trained; add --method align+zo");
        Assert.IsFalse(Directory.Exists(line.Path("other")));
        Prepare(line, "trained", ["--queries", "5", "--method", "zo"]);
        Prepare(line, "paper", ["--profile", "paper", "--queries", "5"]);
    }

    [TestMethod]
    public void Bad_files_give_one_line_and_exit_code_1()
    {
        using var line = new CommandLine();
        byte[] net = DemoNetwork.Load().Bytes;
        net[2000] ^= 1;
        File.WriteAllBytes(line.Path("bad.atm"), net);
        Assert.AreEqual(1, line.Run("inspect", line.Path("bad.atm")));
        StringAssert.Contains(line.Errors, "bad.atm: byte 12");
        Assert.HasCount(1, line.Errors.Trim().Split('\n'));
        Assert.AreEqual(1, line.Run("inspect", line.Path("missing.atm")));
        Assert.AreEqual(1, line.Run("train", line.Folder));
        StringAssert.Contains(line.Errors, "job.txt");
    }

    [TestMethod]
    public void Run_takes_several_samples_back_to_back_and_refuses_a_part_of_one()
    {
        using var line = new CommandLine();
        File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);
        File.WriteAllBytes(line.Path("in.raw"), new byte[3 * 3072]);
        line.Must("run", line.Path("net.atm"), "--input", line.Path("in.raw"), "--output", line.Path("out.raw"));
        Assert.HasCount(30, File.ReadAllBytes(line.Path("out.raw")));
        File.WriteAllBytes(line.Path("in.raw"), new byte[3073]);
        File.WriteAllBytes(line.Path("out.raw"), [7]);
        Assert.AreEqual(
            1,
            line.Run("run", line.Path("net.atm"), "-i", line.Path("in.raw"), "-o", line.Path("out.raw"))
        );
        CollectionAssert.AreEqual(new byte[] { 7 }, File.ReadAllBytes(line.Path("out.raw")));
    }

    private static void WriteInputs(CommandLine line)
    {
        File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);
        string[] corruption = ["--corruption", "gaussian_noise"];
        line.Must([
            "data",
            "pictograms",
            "--generator",
            "2",
            "--images",
            "24",
            .. corruption,
            "-o",
            line.Path("t.ats"),
        ]);
        line.Must([
            "data",
            "pictograms",
            "--generator",
            "3",
            "--images",
            "20",
            .. corruption,
            "-o",
            line.Path("v.ats"),
        ]);
    }

    private static string[] CardArguments(CommandLine line, string card, string[] options) =>
        [
            "card",
            line.Path(card),
            "--model",
            line.Path("net.atm"),
            "--train",
            line.Path("t.ats"),
            "--valid",
            line.Path("v.ats"),
            .. options,
        ];

    private static void Prepare(CommandLine line, string card, string[] options)
    {
        WriteInputs(line);
        line.Must(CardArguments(line, card, options));
    }
}
