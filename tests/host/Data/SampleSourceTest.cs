using Attune.Host.Data;

namespace Attune.Tests.Data;

[TestClass]
public sealed class SampleSourceTest
{
    [TestMethod]
    public void Skipping_and_taking_keep_the_numbers_of_the_images()
    {
        using var chosen = Numbers(10).Skip(3).Take(4);

        int[] expected = [3, 4, 5, 6];
        CollectionAssert.AreEqual(expected, chosen.ReadAll().Select(one => one.Index).ToArray());
        Assert.AreEqual(4, chosen.Count);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => chosen.Read(4));
    }

    [TestMethod]
    public void Shuffling_is_a_permutation_that_the_seed_decides()
    {
        int[] Order(ulong seed) => [.. Numbers(100).Shuffle(seed).ReadAll().Select(one => one.Index)];

        CollectionAssert.AreEqual(Order(5), Order(5));
        CollectionAssert.AreNotEqual(Order(5), Order(6));
        CollectionAssert.AreEqual(Enumerable.Range(0, 100).ToArray(), Order(5).Order().ToArray());
        Assert.IsLessThan(10, Order(5).Where((index, position) => index == position).Count());
    }

    [TestMethod]
    public void Joined_sets_are_numbered_through()
    {
        using var joined = SampleSource.Concat(Numbers(3), Numbers(2), Numbers(4));

        Assert.AreEqual(9, joined.Count);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 9).ToArray(),
            joined.ReadAll().Select(one => one.Index).ToArray()
        );
        CollectionAssert.AreEqual(
            new byte[] { 0, 1, 2, 0, 1, 0, 1, 2, 3 },
            joined.ReadAll().Select(one => one.Image.Pixels[0]).ToArray()
        );
    }

    [TestMethod]
    public void Sets_of_different_kind_are_not_joined()
    {
        using var other = new MemoryImageSet([new LabeledImage(Files.Flat(1, 2, 0), 0, 0)], ["a"]);

        Assert.ThrowsExactly<DataException>(() => SampleSource.Concat(Numbers(2), other));
    }

    [TestMethod]
    public void Choosing_more_than_there_is_says_how_many_there_are()
    {
        var error = Assert.ThrowsExactly<DataException>(() => Numbers(10).Take(11));
        Assert.ThrowsExactly<DataException>(() => Numbers(10).Take(0));
        Assert.ThrowsExactly<DataException>(() => Numbers(10).Skip(10));
        Assert.ThrowsExactly<DataException>(() => Numbers(10).Skip(-1));

        StringAssert.Contains(error.Message, "cannot take 11 of 10 images");
    }

    [TestMethod]
    public void A_contact_sheet_shows_the_images_in_rows()
    {
        var sheet = ContactSheet.Make(Numbers(3), 3, 2);

        // Images of one pixel are enlarged to 64; 2 pixels lie between them.
        Assert.AreEqual((130, 130), (sheet.Height, sheet.Width));
        Assert.AreEqual(1, sheet.Pixels[sheet.Offset(63, 66)]);
        Assert.AreEqual(2, sheet.Pixels[sheet.Offset(66, 63)]);
        Assert.AreEqual(0, sheet.Pixels[sheet.Offset(66, 66)]);
        Assert.AreEqual(0, sheet.Pixels[sheet.Offset(66, 64)]);
    }

    private static MemoryImageSet Numbers(int count) =>
        new([.. Enumerable.Range(0, count).Select(i => new LabeledImage(Files.Flat(1, 1, (byte)i), 0, i))], ["only"]);
}
