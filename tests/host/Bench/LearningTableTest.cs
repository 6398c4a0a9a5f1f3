using Attune.Host.Baselines;
using Attune.Host.Bench;
using Attune.Host.Bench.Tables;
using Attune.Host.Bench.Tasks;
using Attune.Host.Data;
using Attune.Host.Shell;

namespace Attune.Tests.Bench;

/// <summary>The tables of tasks that are learnt from the start.</summary>
[TestClass]
public sealed class LearningTableTest
{
    [TestMethod]
    [DataRow("fresh", 12)]
    [DataRow("sign-digits", 66)]
    public void Every_cell_has_a_key_of_its_own_and_the_command_that_measures_it_again(string name, int count)
    {
        IBenchTable table = BenchTables.Find(name);
        IReadOnlyList<BenchCell> cells = table.Cells(new BenchSettings());

        Assert.HasCount(count, cells);
        Assert.HasCount(count, cells.Select(cell => cell.Head.Key).Distinct());
        foreach (BenchCell cell in cells)
        {
            BenchSettings own = new()
            {
                Methods = [cell.Head.Method],
                Variants = [cell.Head.Variant!],
                Seeds = [cell.Head.Seed!.Value],
            };
            Assert.AreEqual(cell.Head.Key, table.Cells(own).Single().Head.Key);
            StringAssert.Contains(BenchRunner.CommandOf(table, cell.Head), $"--variants '{cell.Head.Variant}'");
        }
    }

    [TestMethod]
    public void A_stranger_is_refused_with_what_the_table_takes()
    {
        IBenchTable table = BenchTables.Find("fresh");
        var error = Assert.ThrowsExactly<UsageException>(() => table.Cells(new BenchSettings { Methods = ["zo"] }));
        Assert.AreEqual("--methods zo: fresh takes learn, fp32", error.Message);
        error = Assert.ThrowsExactly<UsageException>(() => table.Cells(new BenchSettings { Variants = ["cifar"] }));
        Assert.AreEqual("--variants cifar: fresh takes fashion-mnist all, mnist all", error.Message);
    }

    [TestMethod]
    public void Absent_data_are_named_in_one_line()
    {
        string folder = Path.Combine(Path.GetTempPath(), "attune-no-data");
        var error = Assert.ThrowsExactly<DataException>(() => DigitSets.All[1].Open(folder, 1, false));
        StringAssert.EndsWith(error.Message, "put MNIST's four files into data/mnist of the folder --shared.");
        error = Assert.ThrowsExactly<DataException>(() =>
            BenchData.FindFolder(folder, BenchTables.Find("sign-digits").Files)
        );
        StringAssert.Contains(error.Message, "sign-digits.tar: there is no such file");
    }

    [TestMethod]
    public void What_moves_has_the_names_of_the_reference()
    {
        foreach ((_, string parts) in LearningMethods.All)
        {
            CollectionAssert.Contains(TrainedParts.Names.ToArray(), parts);
        }
    }
}
