using System.Text.Json;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Demo;
using Attune.Host.Reference.Quantization;
using Attune.Model;
using Attune.Tests.Engine;
using Attune.Tests.Reference;

namespace Attune.Tests.Commands;

/// <summary>attune import --new-head: another classifier on the features of a trained network.</summary>
[TestClass]
public sealed class NewHeadTest
{
    private static readonly string[] Three = ["red", "green", "blue"];

    private static AtmFile Replace(AtmFile file, ulong seed = 1) =>
        HeadReplacement.Replace(file, Three, seed, "net.atm");

    private static TinyModel Features() => new TinyModel(1, 8, 8, 3).AveragePool(8);

    /// <summary>A network whose classifier is a convolution of kernel 1 at one position.</summary>
    private static AtmFile WithConvolution()
    {
        var builder = new FloatModelBuilder(8, 8, 3, 5);
        int at = builder.Convolution(0, 6, 3, 2, 1);
        at = builder.GlobalAveragePool(at);
        builder.Convolution(at, 5, 1, 1, 0);
        return PostTrainingQuantizer.Quantize(builder.Build().FoldNormalization(), new NormalSamples(4, 8 * 8 * 3));
    }

    [TestMethod]
    public void The_classifier_has_the_new_classes_and_everything_before_it_stays()
    {
        AtmFile old = DemoNetwork.Load();

        AtmFile file = Replace(old);

        Assert.AreEqual(3, file.ClassCount);
        CollectionAssert.AreEqual(Three, file.ClassNames.ToArray());
        Assert.AreEqual(old.Head, file.Head);
        Assert.AreEqual(old.Header(HeaderField.CalibrationSamples), file.Header(HeaderField.CalibrationSamples));
        Assert.AreEqual(old.Header(HeaderField.BlockCount), file.Header(HeaderField.BlockCount));
        for (int layer = 0; layer < file.Head; layer++)
        {
            int count = LayerRecord.WeightCount(old.Record(layer));
            CollectionAssert.AreEqual(Weights(old, layer, count), Weights(file, layer, count), $"layer {layer}");
        }
        FloatLayer head = FloatLayer.FromRecord(file, file.Head, false);
        CollectionAssert.AreEqual((int[])[1, 1, 1, 3], head.OutputShape);
        Assert.IsTrue(head.Bias.All(bias => bias == 0));
        double limit = Math.Sqrt(6.0 / (head.Weights.Length / 3 + 3));
        Assert.IsTrue(head.Weights.All(weight => Math.Abs(weight) < 1.05 * limit));
        Assert.AreEqual(limit / Math.Sqrt(3), Math.Sqrt(head.Weights.Average(weight => weight * weight)), 0.1 * limit);
        Assert.AreEqual(0, file.Word(file.Head, RecordField.OutputZero));
        Assert.IsTrue(127 * file.Single(file.Head, RecordField.OutputScale) >= 15.8);
    }

    [TestMethod]
    public void The_seed_decides_about_the_weights()
    {
        AtmFile old = DemoNetwork.Load();

        CollectionAssert.AreEqual(Replace(old, 7).Bytes, Replace(old, 7).Bytes);
        CollectionAssert.AreNotEqual(Replace(old, 7).Bytes, Replace(old, 8).Bytes);
    }

    [TestMethod]
    public void A_convolution_at_one_position_is_replaced_too()
    {
        AtmFile old = WithConvolution();
        Assert.AreEqual(5, old.ClassCount);

        AtmFile file = Replace(old);

        Assert.AreEqual(3, file.ClassCount);
        Assert.AreEqual(Operators.Conv2D, file.Word(file.Head, RecordField.Operator));
    }

    /// <summary>The probabilities of one logit become those of classes.</summary>
    [TestMethod]
    public void Softmax_comes_again_where_there_were_probabilities()
    {
        AtmFile with = Replace(Features().Head(new LayerSpec { Channels = 2 }).Softmax().Build());
        AtmFile without = Replace(Features().Head(new LayerSpec { Channels = 2 }).Build());

        Assert.AreEqual(without.LayerCount + 1, with.LayerCount);
        int last = with.LayerCount - 1;
        Assert.AreEqual(Operators.Softmax, with.Word(last, RecordField.Operator));
        Assert.AreEqual(with.LayerCount, with.Header(HeaderField.OutputTensor));
        Assert.AreEqual(with.Head + 1, with.LogitsTensor);
        Assert.AreEqual(3, with.Word(last, RecordField.OutputN + 3));
    }

    [TestMethod]
    public void Networks_without_a_linear_classifier_are_refused()
    {
        AtmFile pooled = new TinyModel(1, 8, 8, 3)
            .Convolution(new LayerSpec { Channels = 4, Kernel = 1 })
            .AveragePool(8)
            .Logits()
            .Build();
        AtmFile values = new TinyModel(1, 8, 8, 3).Convolution(new LayerSpec { Channels = 4, Kernel = 1 }).Build();

        Refused(pooled, "net.atm: its class scores come from AVERAGE_POOL_2D; --new-head needs a network whose");
        Refused(values, "net.atm: gives");
        var error = Assert.ThrowsExactly<DataException>(() =>
            HeadReplacement.Replace(DemoNetwork.Load(), ["one"], 1, "net.atm")
        );
        StringAssert.StartsWith(error.Message, "--new-head: 1 classes; a classifier has 2..65536");
    }

    [TestMethod]
    public void The_exact_gradient_of_the_classifier_trains_it()
    {
        using var line = new CommandLine();
        File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);
        File.WriteAllLines(line.Path("names.txt"), Pictograms.Classes);
        line.Must("import", line.Path("net.atm"), "-o", line.Path("new.atm"), "--new-head", line.Path("names.txt"));
        line.Must("data", "pictograms", "--images", "300", "--generator", "3", "-o", line.Path("t.ats"));
        line.Must("data", "pictograms", "--images", "200", "--generator", "4", "-o", line.Path("v.ats"));
        double before = Accuracy(line, "new.atm");

        line.Must([
            "card",
            line.Path("card"),
            "-m",
            line.Path("new.atm"),
            "-t",
            line.Path("t.ats"),
            "--method",
            "zo",
            .. Job,
        ]);
        line.Must("train", line.Path("card"));

        double after = Accuracy(line, "card/attune/adapted.atm");
        Assert.IsTrue(before < 40, $"{before}");
        Assert.IsTrue(after > 75, $"{before} -> {after}");
    }

    [TestMethod]
    [DataRow(1, "--new-head a,a", "\"a\" is there already")]
    [DataRow(2, "--new-head a,b --classes a,b", "--classes and --new-head do not go together")]
    public void Bad_lists_are_refused(int code, string options, string message)
    {
        using var line = new CommandLine();
        File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);

        Assert.AreEqual(code, line.Run(["import", line.Path("net.atm"), "-o", line.Path("x"), .. options.Split(' ')]));

        StringAssert.Contains(line.Errors, message);
        Assert.HasCount(1, line.Errors.Trim().Split('\n'));
        Assert.IsFalse(File.Exists(line.Path("x")));
    }

    private static string[] Job =>
        ["--layers", "head", "--head", "exact", "--parts", "both", "--epochs", "10", "--learning-rate", "0.05"];

    private static double Accuracy(CommandLine line, string model)
    {
        line.Must("eval", line.Path(model), "--data", line.Path("v.ats"), "--json");
        using JsonDocument result = JsonDocument.Parse(line.Output);
        return result.RootElement.GetProperty("accuracyBefore").GetDouble() * 100;
    }

    private static sbyte[] Weights(AtmFile file, int layer, int count) =>
        count == 0 ? [] : file.Int8(file.Word(layer, RecordField.Weights), count).ToArray();

    private static void Refused(AtmFile file, string message)
    {
        var error = Assert.ThrowsExactly<DataException>(() => Replace(file));
        StringAssert.StartsWith(error.Message, message);
    }
}
