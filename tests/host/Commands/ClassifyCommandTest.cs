using System.Text.Json;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference.Demo;
using Attune.Host.Running;
using Attune.Model;
using Attune.Tests.Data;
using Attune.Tests.Engine;

namespace Attune.Tests.Commands;

/// <summary>attune classify: what it says of pictures, samples and arrays, and what it refuses.</summary>
[TestClass]
public sealed class ClassifyCommandTest
{
    private static readonly CommandLine Line = new();

    [ClassInitialize]
    public static void Prepare(TestContext context)
    {
        File.WriteAllBytes(Line.Path("net.atm"), DemoNetwork.Load().Bytes);
        string names = string.Join(',', Pictograms.Classes);
        Line.Must("import", Line.Path("net.atm"), "-o", Line.Path("named.atm"), "--classes", names);
        using var set = new PictogramSet(PictogramSet.Test, 20);
        Directory.CreateDirectory(Line.Path("pictures/inner"));
        for (int i = 0; i < 3; i++)
        {
            string folder = i == 2 ? "pictures/inner" : "pictures";
            ImageFile.Write(Line.Path($"{folder}/{i}.png"), set.Read(i).Image);
        }
        File.WriteAllBytes(Line.Path("pictures/._0.png"), [1]);
        File.WriteAllText(Line.Path("pictures/notes.txt"), "x");
        byte[] pixels = [.. Enumerable.Range(0, 3).SelectMany(i => set.Read(i).Image.Pixels)];
        File.WriteAllBytes(Line.Path("x.npy"), NumpyBuilder.File("|u1", "(3, 32, 32, 3)", pixels));
        Line.Must("data", "pictograms", "--generator", "4", "--images", "3", "-o", Line.Path("x.ats"));
    }

    [ClassCleanup]
    public static void Remove() => Line.Dispose();

    [TestMethod]
    public void Pictures_arrays_and_samples_get_the_same_classes_and_probabilities()
    {
        string Answers(string source)
        {
            Line.Must("classify", Line.Path("named.atm"), Line.Path(source), "--json", "--top", "10");
            JsonElement[] all = [.. JsonDocument.Parse(Line.Output).RootElement.EnumerateArray()];
            Assert.HasCount(3, all);
            foreach (JsonElement one in all)
            {
                double[] shares =
                [
                    .. one.GetProperty("classes")
                        .EnumerateArray()
                        .Select(part => part.GetProperty("probability").GetDouble()),
                ];
                Assert.AreEqual(1, shares.Sum(), 1e-9);
                CollectionAssert.AreEqual(shares.OrderDescending().ToArray(), shares);
            }
            return string.Join('\n', all.Select(one => one.GetProperty("classes").GetRawText()));
        }

        string expected = Answers("pictures");

        Assert.AreEqual(expected, Answers("x.npy"));
        Assert.AreEqual(expected, Answers("x.ats"));
    }

    [TestMethod]
    public void The_table_has_a_line_for_each_input_with_names_and_the_label_where_there_is_one()
    {
        using var set = new PictogramSet(PictogramSet.Test, 1);
        string label = Pictograms.Classes[set.Read(0).Label];

        Line.Must("classify", Line.Path("named.atm"), Line.Path("x.ats"), "--top", "2");

        string first = Line.Output.Split('\n').First(line => line.Contains("x.ats 0"));
        StringAssert.Contains(first, label);
        Assert.AreEqual(2, first.Count(letter => letter == '%'));
        StringAssert.Contains(Line.Output, "x.ats 2");
    }

    /// <summary>The most probable class is the one that accuracy is measured by.</summary>
    [TestMethod]
    public void The_first_class_is_the_engines()
    {
        AtmFile file = DemoNetwork.Load();
        using var set = new PictogramSet(PictogramSet.Test, 30);
        byte[][] values =
        [
            .. set.ReadAll().Select(one => Array.ConvertAll(one.Image.Pixels, pixel => (byte)(pixel ^ 0x80))),
        ];
        var samples = new MemorySamples(values, [.. values.Select(_ => 0)], 10);
        int[] expected = Evaluator.Classify(file.Bytes, samples, 30);
        using var classifier = new Classifier(file);

        int[] found = [.. values.Select(one => classifier.Classify([.. one.Select(value => (sbyte)value)])[0].Class)];

        CollectionAssert.AreEqual(expected, found);
    }

    [TestMethod]
    public void A_single_score_gives_two_classes_by_the_logistic_function()
    {
        AtmFile file = new TinyModel(3, 2, 2, 3, 1 / 255f, -128)
            .AveragePool(2)
            .Head(new LayerSpec { Channels = 1, OutputScale = 0.1f })
            .Build(1);
        var builder = AtmBuilder.From(file);
        builder.OutputKind = OutputKind.Logit;
        builder.ClassNames = ["no", "yes"];
        file = builder.Build();
        var scores = new sbyte[1];
        using var classifier = new Classifier(file);
        using var runner = new IntegerRunner(file);
        sbyte[] input = [.. Enumerable.Range(0, 12).Select(i => (sbyte)(20 * i - 100))];
        runner.Run(input);
        runner.Read(file.LogitsTensor, scores);
        double logit = (scores[0] - file.Word(file.LogitsTensor - 1, RecordField.OutputZero)) * (double)0.1f;

        var classes = classifier.Classify(input).ToDictionary(one => one.Name, one => one.Probability);

        Assert.AreEqual(1 / (1 + Math.Exp(-logit)), classes["yes"], 1e-12);
        Assert.AreEqual(1, classes["yes"] + classes["no"], 1e-12);
    }

    [TestMethod]
    public void Outputs_that_are_no_classes_and_bad_inputs_are_refused_in_one_line()
    {
        var builder = AtmBuilder.From(DemoNetwork.Load());
        builder.OutputKind = OutputKind.Values;
        builder.LogitsTensor = -1;
        builder.Head = -1;
        File.WriteAllBytes(Line.Path("values.atm"), builder.Build().Bytes);
        File.WriteAllBytes(Line.Path("bad.jpg"), [1, 2, 3]);
        Directory.CreateDirectory(Line.Path("nothing"));
        File.WriteAllBytes(
            Line.Path("row.atm"),
            new TinyModel(1, 1, 1, 5).FullyConnected(new LayerSpec { Channels = 3 }).Logits().Build(1).Bytes
        );
        (string Model, string Input, string Expected)[] cases =
        [
            ("values.atm", "pictures", "values.atm: the network's outputs are values, no classes"),
            ("named.atm", "bad.jpg", "bad.jpg: this is no JPEG, PNG"),
            ("named.atm", "none.jpg", "none.jpg: cannot be read (there is no such file)"),
            ("named.atm", "nothing", "there is no picture in this folder"),
            ("row.atm", "pictures", "the model's input is 1x1x5, which is no picture; give samples (.ats)"),
            ("row.atm", "x.ats", "10 classes (circle, square, triangle, star, cross, ...), the model has 3"),
        ];
        foreach (var (model, input, expected) in cases)
        {
            Assert.AreEqual(1, Line.Run("classify", Line.Path(model), Line.Path(input)), expected);
            StringAssert.Contains(Line.Errors, expected);
            Assert.HasCount(1, Line.Errors.Trim().Split('\n'), Line.Errors);
        }
        Assert.AreEqual(2, Line.Run("classify", Line.Path("named.atm")));
    }
}
