using System.Text.Json;
using Attune.Host.Import;
using Attune.Tests.Engine;
using Attune.Tests.Import;

namespace Attune.Tests.Commands;

/// <summary>A network that ends in LOGISTIC, from the .tflite file to the adapted model.</summary>
[TestClass]
public sealed class OneLogitCommandTest : IDisposable
{
    private const int Inputs = 16;
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [TestMethod]
    public void It_is_imported_trained_measured_and_classifies()
    {
        File.WriteAllBytes(line.Path("net.tflite"), Network());
        line.Must("import", line.Path("net.tflite"), "-o", line.Path("net.atm"), "--classes", "no,yes", "--json");
        JsonElement imported = JsonDocument.Parse(line.Output).RootElement;
        Assert.AreEqual("logit", imported.GetProperty("outputs").GetString());
        Assert.AreEqual(2, imported.GetProperty("classes").GetInt32());
        Samples("t.ats", 1, 200);
        Samples("v.ats", 2, 200);
        string[] card = ["card", line.Path("card"), "-m", line.Path("net.atm"), "-t", line.Path("t.ats")];
        line.Must([
            .. card,
            "-v",
            line.Path("v.ats"),
            "--method",
            "zo",
            "--layers",
            "head",
            "--head",
            "exact",
            "--learning-rate",
            "1",
        ]);
        line.Must("train", line.Path("card"), "--json");
        JsonElement trained = JsonDocument.Parse(line.Output).RootElement;
        Assert.IsFalse(trained.GetProperty("rolledBack").GetBoolean());
        Assert.IsLessThan(0.8, trained.GetProperty("accuracyBefore").GetDouble());
        Assert.IsGreaterThan(0.9, trained.GetProperty("accuracyAfter").GetDouble());
        line.Must("eval", line.Path("card/attune/adapted.atm"), "-d", line.Path("v.ats"), "--json");
        JsonElement measured = JsonDocument.Parse(line.Output).RootElement;
        Assert.AreEqual(
            trained.GetProperty("accuracyAfter").GetDouble(),
            measured.GetProperty("accuracyBefore").GetDouble(),
            1e-9
        );
        Assert.IsGreaterThan(0.95, measured.GetProperty("areaUnderCurve").GetDouble());
        line.Must("classify", line.Path("card/attune/adapted.atm"), line.Path("v.ats"));
        StringAssert.Contains(line.Output, "yes");
    }

    /// <summary>Class 1 is larger in the first half of the inputs.</summary>
    private void Samples(string name, int seed, int count)
    {
        var random = new Random(seed);
        byte[] bytes = SampleBytes.File(
            count,
            1,
            1,
            Inputs,
            0,
            2,
            (sample, element) =>
                (byte)(sbyte)(random.Next(-60, 61) + (element < Inputs / 2 == (sample % 2 == 1) ? 30 : -30))
        );
        File.WriteAllBytes(line.Path(name), bytes);
    }

    private static byte[] Network()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, Inputs], 0.05f);
        sbyte[] weights = [.. Enumerable.Range(0, Inputs).Select(i => (sbyte)(i % 3 - 1))];
        int scores = builder.Activation("score", [1, 1], 0.1f);
        int probability = builder.Activation("probability", [1, 1], 1f / 256, -128);
        builder.FullyConnected([from, builder.Constant("w", [1, Inputs], weights, [0.02f])], scores);
        builder.Operator(BuiltinOperator.Logistic, [scores], probability);
        return builder.Build();
    }
}
