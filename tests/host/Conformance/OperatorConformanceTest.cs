namespace Attune.Tests.Conformance;

/// <summary>Every operator case of the reference data, value for value.</summary>
[TestClass]
public sealed class OperatorConformanceTest
{
    private const string Folder = "conformance";

    public static IEnumerable<object[]> Cases => SharedFolder.Rows(Folder, "*__*.json");

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_kernel_gives_every_value_of_the_reference(string name)
    {
        var operatorCase = new OperatorCase(SharedFolder.File(Folder, name));
        CollectionAssert.AreEqual(operatorCase.Expected, operatorCase.Run(KernelLibrary.Product));
        if (operatorCase.HasTwoInputs)
        {
            CollectionAssert.AreEqual(
                operatorCase.Expected,
                operatorCase.Run(KernelLibrary.Product, constantSecond: true),
                "with a constant second operand"
            );
        }
    }
}
