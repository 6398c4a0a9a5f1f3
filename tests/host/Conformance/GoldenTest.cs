using System.Text.Json;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Model;

namespace Attune.Tests.Conformance;

/// <summary>Every model of the reference data, imported and run, value for value.</summary>
[TestClass]
public sealed class GoldenTest
{
    private const string Folder = "goldens";

    public static IEnumerable<object[]> Files => SharedFolder.Rows(Folder, "*.json");

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void The_imported_model_gives_every_value_of_the_reference(string name)
    {
        Golden golden = Golden.Read(SharedFolder.File(Folder, name));
        ImportResult import = Import(golden);
        using var runner = new ModelRunner(import.File, KernelLibrary.Product);
        foreach (JsonElement one in golden.Cases)
        {
            AssertCase(golden, one, runner, import);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Every_operator_of_the_file_gives_the_bytes_of_the_reference(string name)
    {
        Golden golden = Golden.Read(SharedFolder.File(Folder, name));
        if (golden.Operators.Count == 0)
        {
            return;
        }
        ImportResult import = Import(golden);
        using var runner = new ModelRunner(import.File, KernelLibrary.Product);
        JsonElement first = golden.Cases.Single(one => one.GetProperty("seed").GetInt32() == 1);
        runner.Infer(golden.Input(first));
        Assert.HasCount(import.OperatorTensors.Count, golden.Operators);
        for (int i = 0; i < golden.Operators.Count; i++)
        {
            byte[] output = runner.Read(import.OperatorTensors[i]);
            string label = $"operator {i}, {golden.Operators[i].GetProperty("op").GetString()}";
            Assert.AreEqual(golden.Operators[i].GetProperty("sha256").GetString(), Golden.Hash(output), label);
        }
    }

    [TestMethod]
    public void A_model_that_enlarges_its_input_itself_gives_the_values_of_one_that_is_given_large_images()
    {
        Golden golden = Golden.Read(SharedFolder.Require(Folder, "mcunet-cifar10-int8.cifar10.json"));
        AtmFile model = Import(golden, new ImportOptions { InputUpsample = 4 }).File;
        using var runner = new ModelRunner(model, KernelLibrary.Product);
        Assert.AreEqual(32 * 32 * 3, runner.TensorBytes(0));
        foreach (JsonElement one in golden.Cases)
        {
            byte[] output = runner.Infer(Golden.SmallImage(one.GetProperty("record").GetInt32()));
            Assert.IsTrue(Golden.HasOutput(one, output), one.GetProperty("record").ToString());
        }
    }

    [TestMethod]
    public void Logits_head_and_blocks_of_a_classifier_are_found()
    {
        byte[] bytes = File.ReadAllBytes(SharedFolder.Require("models", "resnet8-cifar10-int8.tflite"));
        ImportResult import = TfliteImporter.Import(bytes);
        var summary = new ModelSummary(import.File);
        int softmax = summary.Layers[^1].Layer;
        Assert.AreEqual("SOFTMAX", summary.Layers[softmax].Operator);
        Assert.AreEqual(softmax + 1, import.File.Header(HeaderField.OutputTensor));
        Assert.AreEqual(softmax, import.File.LogitsTensor);
        Assert.AreEqual(softmax - 1, import.File.Head);
        Assert.AreEqual("FULLY_CONNECTED", summary.Layers[softmax - 1].Operator);
        Assert.AreEqual(4, import.File.Header(HeaderField.BlockCount));
        // Ten layers with weights: 3 + 3 + 2 + 2.
        Assert.AreEqual(
            "0001112233",
            string.Concat(summary.Layers.Where(layer => layer.Weights > 0).Select(layer => layer.Block))
        );
        // The model's README says 12.5M.
        Assert.AreEqual(12.5, summary.Macs / 1e6, 0.05);
    }

    [TestMethod]
    public void The_summary_counts_parameters_and_multiplications_of_a_model()
    {
        byte[] bytes = File.ReadAllBytes(SharedFolder.Require("models", "mcunet-cifar10-int8.tflite"));
        var summary = new ModelSummary(TfliteImporter.Import(bytes).File);
        // Both figures stand in the models' README.
        Assert.AreEqual(470_834, summary.Parameters);
        Assert.AreEqual(22.5, summary.Macs / 1e6, 0.05);
        int records = summary.Layers.Sum(layer => layer.ModelBytes);
        Assert.IsTrue(records <= summary.FileBytes && records > 0.95 * summary.FileBytes);
    }

    private static ImportResult Import(Golden golden, ImportOptions? options = null)
    {
        byte[] bytes = File.ReadAllBytes(SharedFolder.Require("models", golden.Model));
        Assert.AreEqual(golden.ModelHash, Golden.Hash(bytes), "the model is another one than the golden's");
        return TfliteImporter.Import(bytes, options);
    }

    private static void AssertCase(Golden golden, JsonElement one, ModelRunner runner, ImportResult import)
    {
        string label = one.TryGetProperty("record", out JsonElement record)
            ? $"record {record}"
            : $"seed {one.GetProperty("seed")}";
        Assert.IsTrue(Golden.HasOutput(one, runner.Infer(golden.Input(one))), label);
        if (one.TryGetProperty("preSoftmax", out JsonElement logits))
        {
            CollectionAssert.AreEqual(Golden.Bytes(logits), runner.Read(import.File.LogitsTensor), label + ", logits");
        }
    }
}
