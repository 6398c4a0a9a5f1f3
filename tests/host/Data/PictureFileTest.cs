using Attune.Host.Data;

namespace Attune.Tests.Data;

[TestClass]
public sealed class PictureFileTest
{
    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(1, 1, 3)]
    [DataRow(17, 5, 1)]
    [DataRow(5, 300, 3)]
    public void An_image_comes_back_as_it_was_written(int height, int width, int channels)
    {
        var image = Files.RandomImage(height, width, channels);

        var back = PictureFile.Decode(PictureFile.EncodePng(image), "x.png");

        Assert.AreEqual((height, width, channels), (back.Height, back.Width, back.Channels));
        CollectionAssert.AreEqual(image.Pixels, back.Pixels);
    }

    /// <summary>One row per filter, whose bytes were worked out by hand from the definitions of the standard.</summary>
    [TestMethod]
    public void Every_filter_is_undone()
    {
        byte[] rows = [0, 10, 20, 30, 1, 10, 10, 10, 2, 1, 1, 1, 3, 5, 5, 5, 4, 1, 1, 1];

        var image = PictureFile.Decode(new PngBuilder(3, 5, 8, 0).File(rows), "x.png");

        byte[] expected = [10, 20, 30, 10, 20, 30, 11, 21, 31, 10, 20, 30, 11, 21, 31];
        CollectionAssert.AreEqual(expected, image.Pixels);
    }

    /// <summary>Left 30, above 25, corner 27 predict 28: the corner is nearest, though left is nearer than above.</summary>
    [TestMethod]
    public void The_paeth_filter_can_choose_the_corner()
    {
        var image = PictureFile.Decode(new PngBuilder(2, 2, 8, 0).File([0, 27, 25, 4, 3, 0]), "x.png");

        CollectionAssert.AreEqual(new byte[] { 27, 25, 30, 27 }, image.Pixels);
    }

    [TestMethod]
    public void Of_sixteen_bits_the_upper_eight_are_taken()
    {
        byte[] rows = [0, 0x00, 0x80, 0x00, 0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0x12, 0x34];

        var image = PictureFile.Decode(new PngBuilder(5, 1, 16, 0).File(rows), "x.png");

        CollectionAssert.AreEqual(new byte[] { 0, 0, 0xFF, 0xFF, 0x12 }, image.Pixels);
    }

    [TestMethod]
    [DataRow(1, (byte)0b10110000, new byte[] { 255, 0, 255, 255 })]
    [DataRow(2, (byte)0b00011011, new byte[] { 0, 85, 170, 255 })]
    public void Fewer_bits_are_stretched_to_the_full_range(int depth, byte packed, byte[] expected)
    {
        var image = PictureFile.Decode(new PngBuilder(4, 1, depth, 0).File([0, packed]), "x.png");

        CollectionAssert.AreEqual(expected, image.Pixels);
    }

    [TestMethod]
    public void A_palette_gives_the_colors()
    {
        var image = PictureFile.Decode(new PngBuilder(3, 1, 4, 3).File([0, 0x20, 0x10], PngBuilder.Colors(3)), "x.png");

        CollectionAssert.AreEqual(new byte[] { 2, 4, 253, 0, 0, 255, 1, 2, 254 }, image.Pixels);
    }

    [TestMethod]
    public void Alpha_is_dropped()
    {
        var color = PictureFile.Decode(new PngBuilder(2, 1, 8, 6).File([0, 1, 2, 3, 0, 4, 5, 6, 255]), "x.png");
        var gray = PictureFile.Decode(new PngBuilder(2, 1, 8, 4).File([0, 7, 0, 8, 255]), "x.png");

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6 }, color.Pixels);
        CollectionAssert.AreEqual(new byte[] { 7, 8 }, gray.Pixels);
    }

    /// <summary>3x3 pixels: pass 1 has (0,0), 4 (0,2), 5 row 2 of even columns, 6 column 1 of even rows, 7 row 1.</summary>
    [TestMethod]
    public void Interlaced_pixels_find_their_places()
    {
        byte[] rows = [0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6];

        var image = PictureFile.Decode(new PngBuilder(3, 3, 8, 0, interlaced: true).File(rows), "x.png");

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, image.Pixels);
    }

    [TestMethod]
    public void Every_color_type_and_depth_is_read()
    {
        (int ColorType, int Depth)[] kinds =
        [
            (0, 1),
            (0, 2),
            (0, 4),
            (0, 8),
            (0, 16),
            (2, 8),
            (2, 16),
            (3, 1),
            (3, 2),
            (3, 4),
            (3, 8),
            (4, 8),
            (4, 16),
            (6, 8),
            (6, 16),
        ];
        foreach (var (colorType, depth) in kinds)
        {
            foreach (bool interlaced in (bool[])[false, true])
            {
                var builder = new PngBuilder(13, 11, depth, colorType, interlaced);

                var image = PictureFile.Decode(builder.File(builder.RandomRows(256), PngBuilder.Colors(256)), "x.png");

                Assert.AreEqual((11, 13, colorType is 0 or 4 ? 1 : 3), (image.Height, image.Width, image.Channels));
            }
        }
    }

    [TestMethod]
    public void A_changed_byte_is_found_by_the_checksum()
    {
        byte[] file = PictureFile.EncodePng(Files.RandomImage(8, 8, 3));
        file[60] ^= 1;

        var error = Assert.ThrowsExactly<DataException>(() => PictureFile.Decode(file, "dir/x.png"));

        Assert.AreEqual("dir/x.png: the PNG file is damaged; get a complete copy of it.", error.Message);
    }

    [TestMethod]
    public void Image_data_of_less_than_the_announced_size_are_refused()
    {
        byte[] file = new PngBuilder(4, 4, 8, 0).File(new byte[19]);

        var error = Assert.ThrowsExactly<DataException>(() => PictureFile.Decode(file, "x.png"));

        StringAssert.Contains(error.Message, "ends too early");
    }

    [TestMethod]
    public void A_huge_image_in_a_small_file_is_refused_before_memory_is_taken()
    {
        byte[] file = new PngBuilder(9000, 9000, 8, 0).File(new byte[100]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.ThrowsExactly<DataException>(() => PictureFile.Decode(file, "x.png"));

        Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_palette_image_without_a_palette_is_refused()
    {
        byte[] file = new PngBuilder(1, 1, 8, 3).File([0, 0]);

        var error = Assert.ThrowsExactly<DataException>(() => PictureFile.Decode(file, "x.png"));

        StringAssert.Contains(error.Message, "the PNG file is damaged");
    }
}
