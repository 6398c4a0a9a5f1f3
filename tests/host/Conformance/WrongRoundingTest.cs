using System.Text.Json;
using Attune.Host.Import;

namespace Attune.Tests.Conformance;

/// <summary>
/// Proves that operator cases and goldens notice the two common mistakes of rescaling: builds of the kernels with one
/// rounding step ("single") and with ties of the second step upward ("up") must fail both.
/// </summary>
[TestClass]
public sealed class WrongRoundingTest
{
    [TestMethod]
    [DataRow("single", "singleRoundingDiffers")]
    [DataRow("up", "tiesUpDiffers")]
    public void Operator_cases_notice_as_many_wrong_values_as_their_list_says(string rounding, string field)
    {
        string list = SharedFolder.Require("conformance", "manifest.json");
        KernelLibrary wrong = Build(rounding);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(list));
        int noticed = 0;
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            string name = entry.GetProperty("file").GetString()!;
            var operatorCase = new OperatorCase(SharedFolder.Require("conformance", name));
            int differing = operatorCase.Run(wrong).Zip(operatorCase.Expected).Count(pair => pair.First != pair.Second);
            Assert.AreEqual(entry.GetProperty(field).GetInt32(), differing, name);
            noticed += differing > 0 ? 1 : 0;
        }
        Assert.IsGreaterThan(0, noticed);
    }

    [TestMethod]
    [DataRow("single")]
    [DataRow("up")]
    public void Goldens_notice(string rounding)
    {
        string[] names = SharedFolder.Names("goldens", "*.json");
        _ = SharedFolder.File("goldens", names[0]);
        KernelLibrary wrong = Build(rounding);
        int differing = 0;
        foreach (string name in names)
        {
            Golden golden = Golden.Read(SharedFolder.File("goldens", name));
            if (golden.Operators.Count == 0)
            {
                continue;
            }
            byte[] model = File.ReadAllBytes(SharedFolder.Require("models", golden.Model));
            using var runner = new ModelRunner(TfliteImporter.Import(model).File, wrong);
            differing += golden.Cases.Count(one => !Golden.HasOutput(one, runner.Infer(golden.Input(one))));
        }
        Assert.IsGreaterThan(0, differing, "no output of any golden differs");
    }

    private static KernelLibrary Build(string rounding) =>
        KernelBuild.Get("wrong-" + rounding, "-DATTUNE_WRONG_ROUNDING=" + rounding);
}
