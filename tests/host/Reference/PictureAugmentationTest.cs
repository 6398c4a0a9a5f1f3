using Attune.Host.Reference;
using Attune.Host.Reference.Training;

namespace Attune.Tests.Reference;

/// <summary>Mirrored and shifted pictures: what moves where, that everything happens, and that the seed decides.</summary>
[TestClass]
public sealed class PictureAugmentationTest
{
    private static readonly int[] Shape = [1, 3, 4, 2];

    private static float[] Picture => [.. Enumerable.Range(0, 24).Select(i => (float)i)];

    private static float[] Apply(PictureAugmentation augmentation, ulong stream)
    {
        float[] picture = Picture;
        augmentation.Apply(picture, Shape, new SeededRandom(1, stream));
        return picture;
    }

    private static float At(float[] picture, int y, int x, int channel) => picture[(y * 4 + x) * 2 + channel];

    [TestMethod]
    public void Half_of_the_pictures_are_mirrored_and_the_others_stay()
    {
        int mirrored = 0;
        for (ulong stream = 0; stream < 200; stream++)
        {
            float[] picture = Apply(new PictureAugmentation(true, 0), stream);
            bool turned = picture[0] != 0;
            mirrored += turned ? 1 : 0;
            for (int i = 0; i < 24; i++)
            {
                int x = i / 2 % 4;
                int source = turned ? i + 2 * (3 - 2 * x) : i;
                Assert.AreEqual(source, picture[i]);
            }
        }
        Assert.AreEqual(100, mirrored, 30);
    }

    [TestMethod]
    public void Every_shift_occurs_and_repeats_the_border()
    {
        var seen = new HashSet<(int, int)>();
        for (ulong stream = 0; stream < 200; stream++)
        {
            float[] picture = Apply(new PictureAugmentation(false, 1), stream);
            int down = 1 - (int)At(picture, 1, 1, 0) / 8;
            int right = 1 - (int)At(picture, 1, 1, 0) / 2 % 4;
            seen.Add((down, right));
            for (int i = 0; i < 24; i++)
            {
                int y = Math.Clamp(i / 8 - down, 0, 2);
                int x = Math.Clamp(i / 2 % 4 - right, 0, 3);
                Assert.AreEqual(At(Picture, y, x, i % 2), picture[i]);
            }
        }
        Assert.HasCount(9, seen);
    }

    [TestMethod]
    public void Nothing_changes_without_a_change_and_equal_draws_are_equal()
    {
        CollectionAssert.AreEqual(Picture, Apply(new PictureAugmentation(false, 0), 5));
        CollectionAssert.AreEqual(
            Apply(new PictureAugmentation(true, 1), 7),
            Apply(new PictureAugmentation(true, 1), 7)
        );
    }

    [TestMethod]
    [DataRow("flip", true, 0)]
    [DataRow("shift=2", false, 2)]
    [DataRow("flip,shift=64", true, 64)]
    public void Texts_are_read(string text, bool flip, int shift) =>
        Assert.AreEqual(new PictureAugmentation(flip, shift), PictureAugmentation.Parse(text));

    [TestMethod]
    [DataRow("")]
    [DataRow("flip;shift=2")]
    [DataRow("shift")]
    [DataRow("shift=65")]
    [DataRow("shift=-1")]
    [DataRow("FLIP")]
    public void Other_texts_are_none(string text) => Assert.IsNull(PictureAugmentation.Parse(text));
}
