using System.Text.Json;
using Attune.Host.Data;
using Attune.Tests.Data;

namespace Attune.Tests.Commands;

/// <summary>attune pack --split and --per-class: the sample files of a training from one folder of pictures.</summary>
[TestClass]
public sealed class SplitCommandTest
{
    /// <summary>A folder of pictures of one gray each, all different: class a has 20, class b 10.</summary>
    private static CommandLine Folder()
    {
        var line = new CommandLine();
        for (int number = 0; number < 30; number++)
        {
            string path = line.Path($"root/{(number < 20 ? "a" : "b")}/{number}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            ImageFile.Write(path, Files.Flat(4, 4, (byte)(8 * number)));
        }
        return line;
    }

    private static int Pack(CommandLine line, params string[] options) =>
        line.Run(["pack", line.Path("root"), "-o", line.Path("x.ats"), .. options]);

    /// <summary>The pictures of a file as (gray, label), in its order.</summary>
    private static List<(byte Gray, int Label)> Pictures(CommandLine line, string name)
    {
        using SampleReader reader = SampleReader.Open(line.Path(name));
        return
        [
            .. Enumerable.Range(0, reader.Header.Count).Select(reader.Read).Select(one => (one.Elements[0], one.Label)),
        ];
    }

    [TestMethod]
    public void Every_picture_is_in_one_part_and_every_class_in_its_share()
    {
        using CommandLine line = Folder();

        Assert.AreEqual(0, Pack(line, "--split", "80/10/10"), line.Errors);

        var train = Pictures(line, "x-train.ats");
        var valid = Pictures(line, "x-valid.ats");
        var test = Pictures(line, "x-test.ats");
        Assert.AreEqual((16, 8), (train.Count(one => one.Label == 0), train.Count(one => one.Label == 1)));
        Assert.AreEqual((2, 1), (valid.Count(one => one.Label == 0), valid.Count(one => one.Label == 1)));
        Assert.AreEqual((2, 1), (test.Count(one => one.Label == 0), test.Count(one => one.Label == 1)));
        byte[] all = [.. train.Concat(valid).Concat(test).Select(one => one.Gray).Order()];
        CollectionAssert.AreEqual(Enumerable.Range(0, 30).Select(number => (byte)(8 * number)).ToArray(), all);
        Assert.IsFalse(File.Exists(line.Path("x.ats")));
    }

    [TestMethod]
    public void The_seed_of_the_shuffle_decides_about_the_parts_and_a_few_a_class_leave_the_others_alone()
    {
        using CommandLine line = Folder();
        Pack(line, "--split", "70/30", "--shuffle", "5");
        var train = Pictures(line, "x-train.ats");
        var valid = Pictures(line, "x-valid.ats");

        Assert.AreEqual(0, Pack(line, "--split", "70/30", "--shuffle", "5", "--per-class", "3"), line.Errors);

        var few = Pictures(line, "x-train.ats");
        CollectionAssert.AreEqual(valid, Pictures(line, "x-valid.ats"));
        Assert.AreEqual((3, 3), (few.Count(one => one.Label == 0), few.Count(one => one.Label == 1)));
        Assert.IsTrue(few.All(train.Contains));
        Pack(line, "--split", "70/30", "--shuffle", "6");
        CollectionAssert.AreNotEqual(valid, Pictures(line, "x-valid.ats"));
    }

    [TestMethod]
    public void A_few_of_each_class_without_a_split_and_as_json()
    {
        using CommandLine line = Folder();

        Assert.AreEqual(0, Pack(line, "--per-class", "10", "--json"), line.Errors);

        using JsonDocument one = JsonDocument.Parse(line.Output);
        Assert.AreEqual(20, one.RootElement.GetProperty("samples").GetInt32());
        Assert.AreEqual(20, Pictures(line, "x.ats").Count);
        Assert.AreEqual(0, Pack(line, "--split", "50/50", "--json"), line.Errors);
        using JsonDocument two = JsonDocument.Parse(line.Output);
        string[] files = [.. two.RootElement.EnumerateArray().Select(part => part.GetProperty("output").GetString()!)];
        CollectionAssert.AreEqual((string[])[line.Path("x-train.ats"), line.Path("x-valid.ats")], files);
    }

    [TestMethod]
    [DataRow(2, "--split 80", "--split 80: takes two or three shares such as 80/20 or 80/10/10")]
    [DataRow(2, "--split 80/0", "--split 80/0: takes")]
    [DataRow(2, "--split a/b", "--split a/b: takes")]
    [DataRow(2, "--split 1/1/1/1", "--split 1/1/1/1: takes")]
    [DataRow(2, "--per-class 0", "--per-class 0: takes 1 or more")]
    [DataRow(1, "--per-class 11", "class \"b\" has 10 images to choose from, fewer than 11 a class; give at most 10.")]
    [DataRow(1, "--split 50/50 --per-class 6", "class \"b\" has 5 images to choose from")]
    [DataRow(1, "--split 999/1", "30 images leave none for part 2 of the split")]
    public void Bad_values_and_too_few_pictures_are_refused(int code, string options, string message)
    {
        using CommandLine line = Folder();

        Assert.AreEqual(code, Pack(line, options.Split(' ')));

        string[] lines = [.. line.Errors.Trim().Split('\n').Where(one => !one.Contains("classes are numbered"))];
        Assert.HasCount(1, lines);
        StringAssert.Contains(lines[0], message);
    }

    [TestMethod]
    public void Data_sets_are_split_too()
    {
        using var line = new CommandLine();

        line.Must(
            "data",
            "pictograms",
            "--images",
            "200",
            "--split",
            "80/20",
            "--per-class",
            "5",
            "-o",
            line.Path("p.ats")
        );

        Assert.AreEqual((50, 40), (Pictures(line, "p-train.ats").Count, Pictures(line, "p-valid.ats").Count));
    }
}
