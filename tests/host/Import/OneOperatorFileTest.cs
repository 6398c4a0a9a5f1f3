using System.Text.Json;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Tests.Conformance;

namespace Attune.Tests.Import;

/// <summary>Operators that the reference data has as networks of one operator: imported and run, value for value.</summary>
[TestClass]
public sealed class OneOperatorFileTest
{
    public static IEnumerable<object[]> Cases =>
        SharedFolder
            .Rows("conformance-operators", "logistic__*.json")
            .Concat(SharedFolder.Rows("conformance-operators", "relu*.json"));

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_file_gives_every_value_of_the_reference(string name)
    {
        (AtmFile model, byte[] input, byte[] expected) = Load(name, new ImportOptions());
        using var runner = new ModelRunner(model, KernelLibrary.Product);
        CollectionAssert.AreEqual(expected, runner.Infer(input));
    }

    [TestMethod]
    [DataRow("relu6__tflm_finer_out.json")]
    [DataRow("relu6__tflm_zp_moves.json")]
    public void A_relu6_that_rescales_is_not_that_of_the_reference(string name)
    {
        (AtmFile model, byte[] input, byte[] expected) = Load(name, new ImportOptions { RescalesRelu6 = true });
        using var runner = new ModelRunner(model, KernelLibrary.Product);
        CollectionAssert.AreNotEqual(expected, runner.Infer(input));
    }

    [TestMethod]
    public void The_import_says_which_relu6_it_takes()
    {
        byte[] file = File.ReadAllBytes(
            SharedFolder.Require("conformance-operators/models", "relu6__tflm_finer_out.tflite")
        );
        Assert.Contains("only clamps, as TensorFlow Lite Micro does", TfliteImporter.Import(file).Notes[0]);
        ImportResult rescaled = TfliteImporter.Import(file, new ImportOptions { RescalesRelu6 = true });
        Assert.Contains("TensorFlow Lite Micro does not", rescaled.Notes[0]);
        file = File.ReadAllBytes(SharedFolder.Require("conformance-operators/models", "relu6__tflm_equal.tflite"));
        Assert.DoesNotContain("clamps", string.Concat(TfliteImporter.Import(file).Notes));
    }

    [TestMethod]
    public void The_logistic_table_is_the_rounded_function_within_one_step()
    {
        foreach ((float scale, int zero) in ((float, int)[])[(0.1f, 0), (0.0041f, 17), (1f / 16, -128), (2f, 127)])
        {
            sbyte[] table = LogisticTable.Of(scale, zero);
            for (int value = -128; value < 128; value++)
            {
                double exact = 256 / (1 + Math.Exp(-(value - zero) * (double)scale)) - 128;
                Assert.AreEqual(Math.Clamp(exact, -128, 127), table[value + 128], 1, $"{value}, scale {scale}");
            }
        }
    }

    private static (AtmFile Model, byte[] Input, byte[] Expected) Load(string name, ImportOptions options)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllBytes(SharedFolder.Require("conformance-operators", name))
        );
        byte[] Values(string part) =>
            [
                .. document
                    .RootElement.GetProperty(part)
                    .GetProperty("data")
                    .EnumerateArray()
                    .Select(value => (byte)(sbyte)value.GetInt32()),
            ];
        byte[] file = File.ReadAllBytes(
            SharedFolder.Require("conformance-operators/models", Path.ChangeExtension(name, ".tflite"))
        );
        return (TfliteImporter.Import(file, options).File, Values("input"), Values("output"));
    }
}
