using Attune.Host.Bench;
using Attune.Host.Bench.Tables;
using Attune.Host.Shell;

namespace Attune.Tests.Bench;

/// <summary>The table that the defaults of alignment come from.</summary>
[TestClass]
public sealed class AlignmentTableTest
{
    private static readonly BenchSettings Small = new()
    {
        Corruptions = ["clean"],
        TrainCount = 100,
        TestCount = 60,
        HeldOut = true,
    };

    [TestMethod]
    public void Every_cell_has_a_key_of_its_own_and_the_command_that_measures_it_again()
    {
        var table = new AlignmentTable();
        IReadOnlyList<BenchCell> cells = table.Cells(new BenchSettings());
        Assert.HasCount(cells.Count, cells.Select(cell => cell.Head.Key).Distinct());
        Assert.IsTrue(
            cells.All(cell => !cell.Head.Key.Contains("align-1000|align-depth=100 align-guard=3 align-groups=1024"))
        );
        BenchLine head = cells.First(cell => cell.Head.Variant == "align-depth=100 align-guard=2 align-groups=10").Head;
        StringAssert.Contains(
            BenchRunner.CommandOf(table, head),
            "attune bench alignment --methods align-8 --variants 'align-depth=100 align-guard=2 align-groups=10' --corruptions clean --seeds 1"
        );
    }

    [TestMethod]
    [DataRow("none")]
    [DataRow("align")]
    [DataRow("align-0")]
    [DataRow("align-2001")]
    public void Other_methods_than_a_number_of_samples_are_refused(string method)
    {
        var error = Assert.ThrowsExactly<UsageException>(() =>
            new AlignmentTable().Cells(new BenchSettings { Methods = [method] })
        );
        StringAssert.Contains(error.Message, method);
    }

    [TestMethod]
    public void A_stream_of_two_classes_is_aligned_to_them_and_tested_on_all()
    {
        BenchLine line = Measure("align-6", "classes=2 align-guard=0");
        Assert.AreEqual(2, line.Values!["classes"]);
        Assert.AreEqual(6, line.Samples);
        Assert.AreEqual(60, line.Test);
        Assert.IsGreaterThan(0.9, line.Start!.Value);
        Assert.IsLessThan(line.Start.Value, line.Accuracy!.Value);
        Assert.IsGreaterThan(0.9, line.Values["seen-start"]);
        BenchLine mixed = Measure("align-6", "align-guard=0");
        Assert.AreEqual(10, mixed.Values!["classes"]);
        Assert.IsFalse(mixed.Values.ContainsKey("seen-start"));
        Assert.AreNotEqual(mixed.Accuracy, line.Accuracy);
    }

    [TestMethod]
    [DataRow("align-6", "classes=11", "1..10")]
    [DataRow("align-6", "classes=two", "1..10")]
    [DataRow("align-60", "classes=2", "--train-count")]
    [DataRow("align-6", "align-guard=much", "align-guard")]
    public void What_cannot_be_drawn_is_refused(string method, string variant, string part)
    {
        var error = Assert.ThrowsExactly<UsageException>(() => Measure(method, variant));
        StringAssert.Contains(error.Message, part);
    }

    private static BenchLine Measure(string method, string variant)
    {
        SharedFolder.Require("models", "mcunet-cifar10-int8.tflite");
        BenchSettings settings = Small with { Methods = [method], Variants = [variant], Seeds = [1] };
        BenchCell cell = new AlignmentTable().Cells(settings).Single();
        string folder = Path.GetDirectoryName(SharedFolder.Require("models"))!;
        return cell.Measure(new BenchContext(new BenchData(folder), _ => { }, CancellationToken.None));
    }
}
