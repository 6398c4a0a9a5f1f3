using Attune.Host.Import;
using Attune.Host.Model;

namespace Attune.Tests.Import;

[TestClass]
public sealed class BlockTableTest
{
    [TestMethod]
    [DataRow(8, 4, "00112233")]
    [DataRow(10, 4, "0001112233")]
    [DataRow(3, 4, "012")]
    [DataRow(0, 4, "")]
    [DataRow(5, 1, "00000")]
    public void Earlier_blocks_get_the_layers_left_over(int layers, int blocks, string expected) =>
        Assert.AreEqual(expected, string.Concat(BlockTable.Even(layers, blocks)));

    [TestMethod]
    [DataRow("0-3,4-4,5-7", "00001222")]
    [DataRow("0,4,5", "00001222")]
    [DataRow("0", "00000000")]
    [DataRow(" 0 - 3 , 4 , 5 - 7 ", "00001222")]
    public void Ranges_and_first_layers_say_the_same(string text, string expected) =>
        Assert.AreEqual(expected, string.Concat(BlockRanges.Parse(text, 8)));

    [TestMethod]
    [DataRow("0-3,5-7")]
    [DataRow("0-3,3-7")]
    [DataRow("0-3,4-8")]
    [DataRow("0-3,4-6")]
    [DataRow("4-7,0-3")]
    [DataRow("0,5,4")]
    [DataRow("0,8")]
    [DataRow("0-3-7")]
    [DataRow("0,,4")]
    public void Gaps_overlaps_and_disorder_are_refused(string text) =>
        Assert.ThrowsExactly<ImportException>(() => BlockRanges.Parse(text, 8));

    [TestMethod]
    public void More_blocks_than_the_format_has_are_refused() =>
        Assert.ThrowsExactly<ImportException>(() => BlockRanges.Parse(string.Join(',', Enumerable.Range(0, 65)), 100));
}
