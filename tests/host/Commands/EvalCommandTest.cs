using System.Text.Json;
using Attune.Host.Model;
using Attune.Host.Reference.Demo;
using Attune.Model;
using Attune.Tests.Engine;

namespace Attune.Tests.Commands;

/// <summary>attune eval: what it counts, and what it refuses.</summary>
[TestClass]
public sealed class EvalCommandTest : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [TestMethod]
    public void Accuracy_by_class_and_the_matrix_agree_with_the_whole()
    {
        File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);
        line.Must("data", "pictograms", "--images", "60", "--corruption", "fog", "-o", line.Path("t.ats"));
        line.Must("eval", line.Path("net.atm"), "-d", line.Path("t.ats"), "--json");
        JsonElement result = JsonDocument.Parse(line.Output).RootElement;
        JsonElement[] classes = [.. result.GetProperty("classes").EnumerateArray()];
        int[][] matrix =
        [
            .. result
                .GetProperty("confusion")
                .EnumerateArray()
                .Select(row => row.EnumerateArray().Select(cell => cell.GetInt32()).ToArray()),
        ];
        int correct = Enumerable.Range(0, matrix.Length).Sum(one => matrix[one][one]);
        Assert.HasCount(10, matrix);
        Assert.AreEqual(60, matrix.Sum(row => row.Sum()));
        Assert.AreEqual(result.GetProperty("accuracyBefore").GetDouble(), correct / 60.0, 1e-12);
        Assert.AreEqual(correct, classes.Sum(one => one.GetProperty("correct").GetInt32()));
        Assert.AreEqual(
            60 - correct,
            result.GetProperty("mistakes").EnumerateArray().Sum(one => one.GetProperty("count").GetInt32())
        );
        double balanced = classes.Average(one => one.GetProperty("accuracy").GetDouble());
        Assert.AreEqual(balanced, result.GetProperty("balancedAccuracy").GetDouble(), 1e-12);

        line.Must("eval", line.Path("net.atm"), "-d", line.Path("t.ats"));
        StringAssert.Contains(line.Output, $"accuracy {100.0 * correct / 60:F2} % ({correct} of 60), balanced ");
        StringAssert.Contains(line.Output, "rows: true class; columns: what the model says");
    }

    [TestMethod]
    public void One_logit_has_accuracy_at_threshold_0_and_an_area_under_the_curve()
    {
        AtmFile file = Logit(OutputKind.Logit);
        File.WriteAllBytes(line.Path("net.atm"), file.Bytes);
        // The input is one value; the logit is that value above the zero point -3.
        sbyte[] inputs = [-40, 10, -2, 30, -3, 90];
        int[] labels = [0, 1, 0, 1, 1, 0];
        Write("t.ats", inputs, labels, 2);
        line.Must("eval", line.Path("net.atm"), "-d", line.Path("t.ats"), "--json");
        JsonElement result = JsonDocument.Parse(line.Output).RootElement;
        bool[] above = [.. inputs.Select(value => value > 0)];
        double accuracy = labels.Zip(above).Count(one => one.First == 1 == one.Second) / 6.0;
        Assert.AreEqual(accuracy, result.GetProperty("accuracyBefore").GetDouble(), 1e-12);
        var pairs =
            from one in Enumerable.Range(0, 6)
            from other in Enumerable.Range(0, 6)
            where labels[one] == 1 && labels[other] == 0
            select inputs[one] > inputs[other] ? 1.0 : 0;
        Assert.AreEqual(pairs.Average(), result.GetProperty("areaUnderCurve").GetDouble(), 1e-12);
        line.Must("eval", line.Path("net.atm"), "-d", line.Path("t.ats"));
        StringAssert.Contains(line.Output, " at threshold 0 (");
        StringAssert.Contains(line.Output, "area under the curve 0.");
    }

    [TestMethod]
    [DataRow(OutputKind.Values, "its outputs are values")]
    [DataRow(OutputKind.Reconstruction, "its outputs are the input again")]
    [DataRow(OutputKind.Map, "its outputs are a map of positions")]
    public void Outputs_that_are_no_classes_are_refused(int kind, string expected)
    {
        File.WriteAllBytes(line.Path("net.atm"), Logit(kind).Bytes);
        Write("t.ats", [1, 2], [0, 1], 2);
        Refuses(
            ["eval", line.Path("net.atm"), "-d", line.Path("t.ats")],
            "net.atm: the model is no classifier: " + expected
        );
    }

    [TestMethod]
    public void Labels_that_the_model_does_not_have_are_refused()
    {
        File.WriteAllBytes(line.Path("net.atm"), Logit(OutputKind.Logit).Bytes);
        Write("t.ats", [1, 2, 3], [0, 1, 2], 3);
        Refuses(
            ["eval", line.Path("net.atm"), "-d", line.Path("t.ats")],
            "the samples have labels of 3 classes, the model tells 2 apart"
        );
    }

    [TestMethod]
    public void A_folder_an_empty_file_and_samples_without_labels_are_named()
    {
        File.WriteAllBytes(line.Path("net.atm"), Logit(OutputKind.Logit).Bytes);
        File.WriteAllBytes(line.Path("empty.ats"), []);
        Write("t.ats", [1, 2], [-1, -1], 0);
        string[] arguments = ["eval", line.Path("net.atm"), "--data"];
        Refuses([.. arguments, line.Folder], "is a folder, samples are a file (.ats); make one with 'attune pack ");
        Refuses([.. arguments, line.Path("none.ats")], "none.ats: there is no such file; make it with 'attune pack'");
        Refuses([.. arguments, line.Path("empty.ats")], "empty.ats: the file is empty");
        Refuses(
            [.. arguments, line.Path("t.ats")],
            "t.ats: has no labels, so no accuracy can be measured; pack a folder"
        );
    }

    private void Refuses(string[] arguments, string expected)
    {
        Assert.AreEqual(1, line.Run(arguments), line.Errors);
        StringAssert.Contains(line.Errors, expected);
        Assert.HasCount(1, line.Errors.Trim().Split('\n'));
    }

    /// <summary>A network of one value, whose only output is that value with a zero point of -3.</summary>
    private static AtmFile Logit(int kind)
    {
        var model = new TinyModel(1, 1, 1, 1).Head(
            new LayerSpec
            {
                OutputZero = -3,
                WeightRange = 0,
                BiasRange = -1,
            }
        );
        byte[] bytes = model.Build().Bytes;
        int at = BitConverter.ToInt32(bytes, QuantizedModel.RecordOffset(0) + 4 * RecordField.Weights);
        bytes[at] = 1;
        bytes[4 * HeaderField.OutputKind] = (byte)kind;
        return Sealed(bytes);
    }

    private static AtmFile Sealed(byte[] bytes)
    {
        BitConverter.TryWriteBytes(bytes.AsSpan(12), 0);
        BitConverter.TryWriteBytes(bytes.AsSpan(12), Attune.Kernels.Native.Crc32(bytes, 0, bytes.Length, 0));
        return AtmFile.Parse(bytes);
    }

    private void Write(string name, sbyte[] inputs, int[] labels, int classes)
    {
        byte[] bytes = SampleBytes.File(inputs.Length, 1, 1, 1, 0, classes, (sample, _) => (byte)inputs[sample]);
        for (int sample = 0; sample < labels.Length; sample++)
        {
            SampleBytes.Put(bytes, SampleBytes.HeaderBytes + 12 * sample, labels[sample]);
            SampleBytes.SealRecord(bytes, SampleBytes.HeaderBytes + 12 * sample, 12);
        }
        File.WriteAllBytes(line.Path(name), bytes);
    }
}
