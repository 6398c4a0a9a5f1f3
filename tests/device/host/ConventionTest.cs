using System.Linq;
using System.Reflection;
using Desktop = Microsoft.VisualStudio.TestTools.UnitTesting.Assert;

namespace Attune.Device.Tests;

/// <summary>What nanoFramework's launcher asks of test classes.</summary>
[TestClass]
public class ConventionTest
{
    /// <summary>The launcher calls test methods on no object and without arguments.</summary>
    [TestMethod]
    public void Tests_need_neither_an_instance_nor_arguments()
    {
        var classes = typeof(ConventionTest)
            .Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<TestClassAttribute>() != null)
            .ToArray();
        Desktop.IsGreaterThan(5, classes.Length);
        foreach (var type in classes)
        {
            Desktop.IsEmpty(
                type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
                type.Name
            );
            foreach (var method in type.GetMethods().Where(method => method.DeclaringType == type))
            {
                bool hasRows = method.GetCustomAttributes<DataRowAttribute>().Any();
                Desktop.IsTrue(hasRows || method.GetParameters().Length == 0, $"{type.Name}.{method.Name}");
            }
        }
    }
}
