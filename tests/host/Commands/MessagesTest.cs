using Attune.Host.Commands;
using Attune.Host.Reference.Demo;

namespace Attune.Tests.Commands;

/// <summary>Wrong command lines and wrong files: one line that says what, where and what to do, and the exit code.</summary>
[TestClass]
public sealed class MessagesTest
{
    private static readonly CommandLine Line = new();

    [ClassInitialize]
    public static void WriteFiles(TestContext context)
    {
        File.WriteAllBytes(Line.Path("net.atm"), DemoNetwork.Load().Bytes);
        File.WriteAllBytes(Line.Path("empty.atm"), []);
        File.WriteAllBytes(Line.Path("one.atm"), [7]);
        File.WriteAllText(Line.Path("text.atm"), new string('a', 500));
        Directory.CreateDirectory(Line.Path("folder"));
        Line.Must("data", "pictograms", "--images", "12", "-o", Line.Path("t.ats"));
        Line.Must("card", Line.Path("card"), "-m", Line.Path("net.atm"), "-t", Line.Path("t.ats"));
        File.WriteAllBytes(Line.Path("in.raw"), new byte[3072]);
    }

    [ClassCleanup]
    public static void Remove() => Line.Dispose();

    /// <summary>Command lines, with names of files in @; exit code; what the one line says.</summary>
    public static IEnumerable<object[]> Usage =>
        [
            ["tran card", "there is no command 'tran'; did you mean 'train'? (see 'attune --help')"],
            ["evaluate", "there is no command 'evaluate'; did you mean 'eval'?"],
            ["xyz", "there is no command 'xyz'; see 'attune --help'"],
            ["--json", "there is no option '--json'; see 'attune --help'"],
            [
                "data",
                "data: a command is missing: cifar10, cifar10c, fashion-mnist, mnist, pictograms; see 'attune data --help'",
            ],
            ["data pictogram", "there is no command 'pictogram'; did you mean 'pictograms'?"],
            ["train", "train: FOLDER is missing: card folder"],
            [
                "train --restrat @card",
                "there is no option '--restrat'; did you mean '--restart'? (see 'attune train --help')",
            ],
            ["train @card b", "train: 'b' is one too many; it takes FOLDER and options"],
            ["train @card --threads", "--threads: its value is missing"],
            ["train @card --threads 1.5", "--threads 1.5: takes a whole number"],
            ["train @card --threads 0", "--threads takes 1..64"],
            ["train @card --storage-faults x", "--storage-faults x: takes a whole number"],
            ["eval @net.atm", "eval: --data is missing: labelled samples (.ats)"],
            ["eval @net.atm -d @t.ats -d @t.ats", "--data: is given 2 values"],
            ["plan @net.atm --bord x", "there is no option '--bord'; did you mean '--board'?"],
            ["plan @net.atm --arena nan", "--arena nan: takes a whole number"],
            ["plan @net.atm --arena 99999999999", "--arena 99999999999: takes a whole number up to 2147483647"],
            ["plan @net.atm --arena 5", "--arena '5': takes 1024..1073741824"],
            ["plan @net.atm --queries 0", "--queries '0': takes 1..65536"],
            [
                "plan @net.atm --method sgd",
                "--method 'sgd': takes align, zo, align+zo, learn, align+learn, hybrid, align+hybrid, fqt, align+fqt, auto or align+auto",
            ],
            [
                "plan @net.atm --method zo --learning-rate fast",
                "--learning-rate 'fast': takes a number from 0 to 1000000",
            ],
            ["card @new -m @net.atm", "card: --train is missing: samples to adapt to (.ats)"],
            ["card @t.ats -m @net.atm -t @t.ats", "t.ats: is a file; name a folder for the card"],
            ["bench table7 --forwards nan", "--forwards nan: takes a number"],
            ["bench table7 --severity high", "--severity high: takes a whole number"],
            ["data pictograms --seed -3 -o @x.ats", "--seed -3: takes a whole number 0..18446744073709551615"],
            ["demo --seed -1", "--seed -1: takes a whole number 0..4294967295"],
            ["report @card --test", "--test: its value is missing"],
        ];

    public static IEnumerable<object[]> Input =>
        [
            ["inspect @none.atm", "none.atm: there is no such file"],
            ["inspect @folder", "folder: is a folder; give a model file (.atm or .tflite)"],
            ["inspect @empty.atm", "empty.atm: the file is empty"],
            ["inspect @text.atm", "text.atm: byte 0: not an .atm model"],
            ["plan @t.ats", "t.ats: a sample file (.ats), not a model; give an .atm or .tflite file"],
            ["run @net.atm -i @none.raw -o @x.raw", "none.raw: there is no such file"],
            ["run @net.atm -i @folder -o @x.raw", "folder: is a folder, a file is needed"],
            ["run @net.atm -i @in.raw -o @none/x.raw", "x.raw: cannot be written (there is no such folder)"],
            ["eval @net.atm -d @folder", "folder: is a folder; make a sample file of it first: attune pack "],
            ["eval @net.atm -d @none.ats", "none.ats: there is no such file; make it with 'attune pack'"],
            ["eval @net.atm -d @empty.atm", "empty.atm: the file is empty"],
            ["eval @net.atm -d @net.atm", "net.atm: is a model; give samples (.ats) here"],
            ["card @new -m @net.atm -t @none.ats", "none.ats: there is no such file"],
            ["card @new -m @net.atm -t @t.ats -v @folder", "folder: is a folder; make a sample file of it first"],
            [
                "card @new -m @net.atm -t @t.ats --input-filter both",
                "--input-filter: the model has none; import it with --input-filter, or use --input-filter off",
            ],
            [
                "card @new -m @net.atm -t @t.ats --method zo",
                "--layers: choosing a block needs labelled validation samples (valid.ats); name layers, as in --layers head",
            ],
            ["plan @net.atm --method zo --layers 99", "--layers: layer 99 of the model has no weights to train"],
            ["train @none", "none: there is no such folder; make a card with 'attune card'"],
            ["train @net.atm", "net.atm: is a file; name the card folder that holds it"],
            ["train @folder", "folder: holds no job.txt; make a card with 'attune card'"],
            ["train @card --test @none.ats", "none.ats: there is no such file"],
            ["feed @none -p /dev/ttyS0", "none: there is no such folder"],
            ["feed @card -p /dev/there-is-none", "/dev/there-is-none: there is no such port; "],
            ["feed @card -p tcp:127.0.0.1:1", "check host and port, and that the device or its bridge listens"],
            ["feed @card -p tcp:127.0.0.1:0", "expected tcp:HOST:PORT with a port 1..65535"],
            ["report @none", "none: there is no such file or folder; give result files (.jsonl) or a card folder"],
            ["report @card", "log.csv: there is no such file; run 'attune train "],
            ["report @folder", "folder: holds no job.txt"],
        ];

    [TestMethod]
    [DynamicData(nameof(Usage))]
    public void A_wrong_command_line_gives_one_line_and_exit_code_2(string line, string expected) =>
        Check(line, 2, expected);

    [TestMethod]
    [DynamicData(nameof(Input))]
    public void A_wrong_file_gives_one_line_and_exit_code_1(string line, string expected) => Check(line, 1, expected);

    [TestMethod]
    public void Nothing_at_all_shows_the_help()
    {
        Assert.AreEqual(2, Line.Run());
        StringAssert.Contains(Line.Output, "Commands:");
        StringAssert.Contains(Line.Output, "train");
        Assert.AreEqual("", Line.Errors);
        Assert.AreEqual(0, Line.Run("eval", "--help"));
    }

    [TestMethod]
    [DataRow("tran", "train")]
    [DataRow("trian", "train")]
    [DataRow("inpsect", "inspect")]
    [DataRow("REPORT", "report")]
    [DataRow("rep", "report")]
    [DataRow("packing", "pack")]
    [DataRow("quantize", null)]
    public void The_word_that_was_meant_is_found(string typed, string? expected) =>
        Assert.AreEqual(expected, Spelling.Nearest(typed, ["train", "inspect", "report", "pack", "plan", "run"]));

    [TestMethod]
    public void Messages_of_a_card_speak_of_keys_and_those_of_options_of_options()
    {
        const string Keys = "method: the model has no statistics; use method = zo, or input-filter = off; a = b";
        Assert.AreEqual(
            "--method: the model has no statistics; use --method zo, or --input-filter off; a = b",
            OptionWords.Of(Keys)
        );
        string job = Line.Path("card/attune/job.txt");
        string good = File.ReadAllText(job);
        File.WriteAllText(job, good.Replace("input-filter = auto", "input-filter = both"));
        Assert.AreEqual(1, Line.Run("train", Line.Path("card")));
        File.WriteAllText(job, good);
        StringAssert.Contains(
            Line.Errors,
            "input-filter: the model has none; import it with --input-filter, or use input-filter = off"
        );
    }

    /// <summary>/dev/full takes no byte.</summary>
    [TestMethod]
    public void A_full_disk_is_named_and_the_run_goes_on_when_there_is_space()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Inconclusive("needs /dev/full");
        }
        string card = Line.Path("full/attune");
        string[] files = ["-m", Line.Path("net.atm"), "-t", Line.Path("t.ats")];
        string[] options = ["--input-filter", "off", "--checkpoint-steps", "1"];
        Line.Must(["card", Line.Path("full"), .. files, .. options]);
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            TrainCommand.Run(
                card,
                restart: false,
                threads: 1,
                test: null,
                session => _ = session.Unit == 1 ? throw new OperationCanceledException() : 0
            )
        );
        File.CreateSymbolicLink(Path.Combine(card, "state-a.atc"), "/dev/full");
        Assert.AreEqual(1, Line.Run("train", card));
        File.Delete(Path.Combine(card, "state-a.atc"));
        string expected =
            $"attune: {card}: the disk is full; nothing is lost: free some space, then 'attune train {card}' goes on where it was";
        Assert.AreEqual(expected, Line.Errors.Trim().Split('\n')[^1]);
        Line.Must("train", card);
        Line.Must(["card", Line.Path("free"), .. files, .. options]);
        Line.Must("train", Line.Path("free"));
        CollectionAssert.AreEqual(
            File.ReadAllBytes(Line.Path("free/attune/adapted.atm")),
            File.ReadAllBytes(Path.Combine(card, "adapted.atm"))
        );
    }

    private static void Check(string line, int code, string expected)
    {
        string[] words = [.. line.Split(' ').Select(word => word.StartsWith('@') ? Line.Path(word[1..]) : word)];
        Assert.AreEqual(code, Line.Run(words), $"{line}: {Line.Errors}");
        StringAssert.Contains(Line.Errors, expected);
        Assert.HasCount(1, Line.Errors.Trim().Split('\n'), Line.Errors);
        StringAssert.StartsWith(Line.Errors, "attune: ");
        Assert.DoesNotContain("System.", Line.Errors);
    }
}
