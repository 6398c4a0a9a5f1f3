using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Model;

namespace Attune.Tests.Import;

/// <summary>What a network's outputs are is decided when it is imported.</summary>
[TestClass]
public sealed class OutputKindTest
{
    [TestMethod]
    [DataRow("", 5, OutputKind.Classes, "5 class scores")]
    [DataRow("SOFTMAX", 5, OutputKind.Classes, "5 class scores")]
    [DataRow("LOGISTIC", 1, OutputKind.Logit, "one score of two classes")]
    [DataRow("LOGISTIC", 5, OutputKind.Values, "5 values")]
    [DataRow("", 1, OutputKind.Values, "one value")]
    [DataRow("", 12, OutputKind.Reconstruction, "reconstruction of the input, 12 values")]
    [DataRow("SOFTMAX", 12, OutputKind.Classes, "12 class scores")]
    public void The_last_operator_and_the_shape_say_it(string last, int outputs, int kind, string words)
    {
        AtmFile file = TfliteImporter.Import(Network(outputs, last)).File;
        Assert.AreEqual(kind, file.OutputKind);
        Assert.AreEqual(kind, OutputKinds.Effective(file));
        Assert.AreEqual(words, OutputKinds.Describe(file));
        bool classes = kind is OutputKind.Classes or OutputKind.Logit;
        Assert.AreEqual(classes ? 1 : -1, file.LogitsTensor);
        Assert.AreEqual(classes ? 0 : -1, file.Head);
        Assert.AreEqual(
            kind == OutputKind.Logit ? 2
                : classes ? outputs
                : 0,
            file.ClassCount
        );
        Assert.AreEqual(classes, OutputKinds.WhyNoClasses(file) is null);
    }

    [TestMethod]
    public void An_output_for_each_position_is_a_map()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4, 4, 3]);
        int to = builder.Activation("out", [1, 4, 4, 2]);
        builder.Convolution([from, builder.Constant("w", [2, 1, 1, 3], new sbyte[6], [0.1f, 0.1f])], to);
        AtmFile file = TfliteImporter.Import(builder.Build()).File;
        Assert.AreEqual(OutputKind.Map, file.OutputKind);
        Assert.AreEqual("map of 4x4x2", OutputKinds.Describe(file));
    }

    [TestMethod]
    [DataRow(1, OutputKind.Logit)]
    [DataRow(5, OutputKind.Values)]
    [DataRow(12, OutputKind.Classes)]
    [DataRow(12, OutputKind.Values)]
    public void The_user_knows_better(int outputs, int kind)
    {
        ImportResult result = TfliteImporter.Import(Network(outputs, ""), new ImportOptions { OutputKind = kind });
        Assert.AreEqual(kind, result.File.OutputKind);
        Assert.DoesNotContain("taken for", string.Concat(result.Notes));
    }

    [TestMethod]
    [DataRow(1, OutputKind.Classes, "at least 2 values")]
    [DataRow(5, OutputKind.Logit, "a single value")]
    [DataRow(5, OutputKind.Reconstruction, "as many values as the input")]
    public void A_kind_that_the_shape_does_not_allow_is_refused(int outputs, int kind, string reason)
    {
        ImportException thrown = Assert.ThrowsExactly<ImportException>(() =>
            TfliteImporter.Import(Network(outputs, ""), new ImportOptions { OutputKind = kind })
        );
        Assert.Contains(reason, thrown.Message);
        Assert.Contains($"--outputs {OutputKinds.Names[kind]}", thrown.Message);
    }

    [TestMethod]
    [DataRow("", 1, "the score of two classes, say --outputs logit")]
    [DataRow("", 5, "5 class scores; if they are not, say --outputs values")]
    [DataRow("LOGISTIC", 5, "5 independent probabilities")]
    public void A_guess_is_said(string last, int outputs, string note) =>
        Assert.Contains(note, string.Concat(TfliteImporter.Import(Network(outputs, last)).Notes));

    [TestMethod]
    [DataRow("LOG_SOFTMAX", 5, OutputKind.Classes)]
    [DataRow("SOFTMAX", 5, OutputKind.Classes)]
    [DataRow("LOGISTIC", 1, OutputKind.Logit)]
    public void A_float_tail_behind_dequantize_is_cut_and_said(string tail, int outputs, int kind)
    {
        TfliteBuilder builder = Builder(outputs, out int scores);
        TensorSpec real = builder.Activation("real", [1, outputs]);
        TensorSpec probabilities = builder.Activation("probabilities", [1, outputs]);
        real.Type = probabilities.Type = TensorType.Float32;
        builder.Operator(BuiltinOperator.Dequantize, [scores], real);
        builder.Operator(Code(tail), [real], probabilities);
        ImportResult result = TfliteImporter.Import(builder.Build());
        Assert.AreEqual(1, result.File.LayerCount);
        Assert.AreEqual(kind, result.File.OutputKind);
        Assert.AreEqual(1, result.File.LogitsTensor);
        Assert.IsTrue(result.Notes.Any(note => note.Contains($"({tail}) left out", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void The_autoencoder_of_the_reference_models_is_no_classifier()
    {
        string path = SharedFolder.Require("models", "ad01_int8.tflite");
        AtmFile file = ModelLoader.Load(path);
        Assert.AreEqual(OutputKind.Reconstruction, file.OutputKind);
        Assert.AreEqual(0, file.ClassCount);
    }

    private static byte[] Network(int outputs, string last)
    {
        TfliteBuilder builder = Builder(outputs, out int scores);
        if (last.Length > 0)
        {
            int probabilities = builder.Activation("probabilities", [1, outputs], 1f / 256, -128);
            if (last == "SOFTMAX")
            {
                builder.Softmax(scores, probabilities);
            }
            else
            {
                builder.Operator(Code(last), [scores], probabilities);
            }
        }
        return builder.Build();
    }

    private static TfliteBuilder Builder(int outputs, out int scores)
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 12]);
        float[] scales = [.. Enumerable.Repeat(0.1f, outputs)];
        int weights = builder.Constant("w", [outputs, 12], new sbyte[12 * outputs], scales);
        scores = builder.Activation("scores", [1, outputs]);
        builder.FullyConnected([from, weights], scores);
        return builder;
    }

    private static int Code(string name) => Enumerable.Range(0, 200).First(code => BuiltinOperator.Name(code) == name);
}
