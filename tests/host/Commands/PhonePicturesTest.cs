using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Attune.Host.Reference.Demo;

namespace Attune.Tests.Commands;

/// <summary>
/// The whole way with 200 phone pictures of ten classes and a network whose classes are in no alphabetical order: the list
/// of classes is the only thing to say.
/// </summary>
[TestClass]
public sealed partial class PhonePicturesTest
{
    /// <summary>Of 200 pictures; the network names 97 % of clean pictograms.</summary>
    private const double Right = 0.9;

    private static readonly CommandLine Line = new();

    [ClassInitialize]
    public static void Prepare(TestContext context)
    {
        PhoneFolder.Write(Line.Path("field"), 20, PictogramSet.Field, Capital);
        PhoneFolder.Write(Line.Path("held"), 5, PictogramSet.HeldOut);
        File.WriteAllLines(Line.Path("classes.txt"), Pictograms.Classes);
        File.WriteAllBytes(Line.Path("net.atm"), DemoNetwork.Load().Bytes);
        Line.Must("import", Line.Path("net.atm"), "-o", Line.Path("named.atm"), "--classes", Line.Path("classes.txt"));
        StringAssert.Contains(Line.Output, "outputs: classes, 10 classes: circle, square, triangle, star");
        Line.Must("pack", Line.Path("field"), "-o", Line.Path("train.ats"), "--model", Line.Path("named.atm"));
    }

    [ClassCleanup]
    public static void Remove() => Line.Dispose();

    [TestMethod]
    public void Pack_prints_the_classes_of_the_model_with_their_counts_and_what_it_skipped()
    {
        Line.Must("pack", Line.Path("field"), "-o", Line.Path("x.ats"), "--model", Line.Path("named.atm"));

        StringAssert.Matches(Line.Output, new Regex(@"2\s+triangle\s+20\s"));
        StringAssert.Contains(Line.Output, "x.ats: 200 samples of 32x32x3, 10 classes");
        StringAssert.Contains(Line.Errors, "hidden or left by a system");
        StringAssert.Contains(Line.Errors, "input range (pixel - 128) / 128, guessed");
        Line.Must("pack", Line.Path("field"), "-o", Line.Path("x.ats"), "--model", Line.Path("named.atm"), "--json");
        JsonElement counts = JsonDocument.Parse(Line.Output).RootElement.GetProperty("classCounts");
        Assert.AreEqual("moon", counts[9].GetProperty("name").GetString());
        Assert.AreEqual(20, counts[9].GetProperty("samples").GetInt32());
    }

    [TestMethod]
    public void Eval_card_train_and_report_give_the_right_accuracy()
    {
        Line.Must("pack", Line.Path("held"), "-o", Line.Path("valid.ats"), "--model", Line.Path("named.atm"));
        Line.Must("eval", Line.Path("named.atm"), "--data", Line.Path("train.ats"));
        Assert.IsGreaterThan(Right, Percent(Line.Output, "accuracy"));
        string[] files = ["-m", Line.Path("named.atm"), "-t", Line.Path("train.ats"), "-v", Line.Path("valid.ats")];
        Line.Must(["card", Line.Path("card"), .. files, "--align-samples", "40"]);
        Line.Must("train", Line.Path("card"));
        Assert.IsGreaterThan(Right, Percent(Line.Output, "accuracy before"));
        Assert.IsGreaterThan(Right, Percent(Line.Output, "accuracy after"));
        Line.Must("report", Line.Path("card"), "-o", Line.Path("report.html"));
        MatchCollection captions = Regex.Matches(
            File.ReadAllText(Line.Path("report.html")),
            "<figcaption><b>(.*?)</b>"
        );
        Assert.IsNotEmpty(captions);
        Assert.IsTrue(captions.All(caption => Pictograms.Classes.Contains(caption.Groups[1].Value)));
        Line.Must("inspect", Line.Path("card/attune/adapted.atm"), "--json");
        JsonElement names = JsonDocument.Parse(Line.Output).RootElement.GetProperty("classNames");
        CollectionAssert.AreEqual(
            Pictograms.Classes.ToArray(),
            names.EnumerateArray().Select(name => name.GetString()).ToArray()
        );
    }

    [TestMethod]
    public void Classify_names_the_pictures()
    {
        Line.Must("classify", Line.Path("named.atm"), Line.Path("field"), "--json");

        JsonElement[] answers = [.. JsonDocument.Parse(Line.Output).RootElement.EnumerateArray()];
        Assert.HasCount(200, answers);
        int right = answers.Count(answer =>
        {
            JsonElement first = answer.GetProperty("classes")[0];
            string folder = Path.GetFileName(Path.GetDirectoryName(answer.GetProperty("input").GetString()!))!;
            return folder.Equals(first.GetProperty("name").GetString(), StringComparison.OrdinalIgnoreCase);
        });
        Assert.IsGreaterThan(Right, right / 200.0);
    }

    [TestMethod]
    public void Samples_in_the_folders_order_are_refused_where_the_models_order_is_known()
    {
        Line.Must("pack", Line.Path("field"), "-o", Line.Path("alphabet.ats"), "--size", "32x32");
        StringAssert.Contains(Line.Errors, "numbered in the order of their folders' names");

        Assert.AreEqual(1, Line.Run("eval", Line.Path("named.atm"), "--data", Line.Path("alphabet.ats")));
        StringAssert.Contains(Line.Errors, "alphabet.ats: class 0 is \"Arrow\", the model's is \"circle\"");
        Assert.AreEqual(1, Line.Run(Card("a", "alphabet.ats")));
        StringAssert.Contains(Line.Errors, "class 0 is \"Arrow\"");
        Assert.IsFalse(Directory.Exists(Line.Path("a")));
    }

    /// <summary>Five of the ten folders: alphabetical numbers 0..4 would be other classes than the network's.</summary>
    [TestMethod]
    public void A_part_of_the_classes_keeps_the_models_numbers()
    {
        foreach (string name in (string[])["Heart", "Star", "Arrow", "Moon", "Cross"])
        {
            CopyFolder(Line.Path($"field/{name}"), Line.Path($"some/{name}"));
        }
        Line.Must("pack", Line.Path("some"), "-o", Line.Path("some.ats"), "--model", Line.Path("named.atm"));
        StringAssert.Contains(Line.Errors, "no folder, so no pictures, of class circle, square, triangle and 2 more");
        Line.Must("eval", Line.Path("named.atm"), "--data", Line.Path("some.ats"));
        Assert.IsGreaterThan(Right, Percent(Line.Output, "accuracy"));

        Assert.AreEqual(
            1,
            Line.Run("pack", Line.Path("some"), "-o", Line.Path("bad.ats"), "--model", Line.Path("net.atm"))
        );
        StringAssert.Contains(Line.Errors, "5 classes (Arrow, Cross, Heart, Moon, Star), the model has 10");
        Assert.IsFalse(File.Exists(Line.Path("bad.ats")));
        Line.Must("pack", Line.Path("some"), "-o", Line.Path("five.ats"), "--size", "32x32");
        foreach (
            string[] command in (string[][])
                [
                    ["eval", Line.Path("net.atm"), "-d", Line.Path("five.ats")],
                    Card("b", "five.ats"),
                ]
        )
        {
            Assert.AreEqual(1, Line.Run(command));
            StringAssert.Contains(Line.Errors, "5 classes (Arrow, Cross, Heart, Moon, Star), the model has 10");
        }
    }

    [TestMethod]
    public void A_card_with_other_samples_than_the_models_is_refused_by_train_and_report()
    {
        Line.Must(Card("c", "train.ats"));
        Line.Must("pack", Line.Path("field"), "-o", Line.Path("alphabet.ats"), "--size", "32x32");
        File.Copy(Line.Path("alphabet.ats"), Line.Path("c/attune/train.ats"), overwrite: true);

        Assert.AreEqual(1, Line.Run("train", Line.Path("c")));
        StringAssert.Contains(Line.Errors, "train.ats: other class names than model.atm has");
        Assert.AreEqual(1, Line.Run("train", Line.Path("c"), "--test", Line.Path("alphabet.ats")));
    }

    private static string[] Card(string folder, string samples) =>
        ["card", Line.Path(folder), "-m", Line.Path("named.atm"), "-t", Line.Path(samples)];

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }

    private static double Percent(string output, string title)
    {
        Match match = Number().Match(output[output.IndexOf(title, StringComparison.Ordinal)..]);
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) / 100;
    }

    [GeneratedRegex(@"([\d.]+) %")]
    private static partial Regex Number();
}
