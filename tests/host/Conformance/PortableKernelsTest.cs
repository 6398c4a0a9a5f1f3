using System.Text.Json;
using Attune.Host.Import;

namespace Attune.Tests.Conformance;

/// <summary>The portable kernels alone pass what the kernels of this processor pass.</summary>
[TestClass]
public sealed class PortableKernelsTest
{
    [TestMethod]
    public void Operator_cases_have_no_wrong_value()
    {
        KernelLibrary portable = Build();
        string list = SharedFolder.Require("conformance", "manifest.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            string name = entry.GetProperty("file").GetString()!;
            var operatorCase = new OperatorCase(SharedFolder.Require("conformance", name));
            CollectionAssert.AreEqual(operatorCase.Expected, operatorCase.Run(portable), name);
        }
    }

    [TestMethod]
    public void Goldens_have_no_wrong_output()
    {
        KernelLibrary portable = Build();
        foreach (string name in SharedFolder.Names("goldens", "*.json"))
        {
            Golden golden = Golden.Read(SharedFolder.File("goldens", name));
            if (golden.Operators.Count == 0)
            {
                continue;
            }
            byte[] model = File.ReadAllBytes(SharedFolder.Require("models", golden.Model));
            using var runner = new ModelRunner(TfliteImporter.Import(model).File, portable);
            Assert.IsTrue(golden.Cases.All(one => Golden.HasOutput(one, runner.Infer(golden.Input(one)))), name);
        }
    }

    private static KernelLibrary Build() => KernelBuild.Get("portable", "-DATTUNE_PORTABLE=ON");
}
