using System.Security.Cryptography;
using System.Text.Json;
using Attune.Host.Data;
using Attune.Host.Model;

namespace Attune.Tests.Data;

/// <summary>Enlarging by the integer rule, and resizing.</summary>
[TestClass]
public sealed class SizeTest
{
    /// <summary>Enlarged four times and shifted by -128, as the goldens' input rule says.</summary>
    [TestMethod]
    public void Enlarged_test_images_have_the_reference_checksums()
    {
        using var golden = JsonDocument.Parse(
            File.ReadAllBytes(SharedFolder.Require("goldens", "mcunet-cifar10-int8.cifar10.json"))
        );
        using var images = Cifar10File.Open(SharedFolder.Require("data", "cifar10", "test_batch.bin"));
        using var large = Upsample.Apply(images, 4);
        var quantizer = new PixelQuantizer(InputRange.Parse("raw")!, 1, -128);
        int count = 0;
        foreach (var one in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var image = large.Read(one.GetProperty("record").GetInt32());

            byte[] hash = SHA256.HashData(quantizer.Quantize(image.Image));

            Assert.AreEqual(one.GetProperty("inputSha256").GetString(), Convert.ToHexStringLower(hash));
            Assert.AreEqual(one.GetProperty("label").GetInt32(), image.Label);
            count++;
        }
        Assert.AreEqual(100, count);
    }

    [TestMethod]
    public void Enlarging_by_two_takes_a_quarter_from_the_neighbor()
    {
        var large = Upsample.Apply(new Image(1, 2, 1, [0, 100]), 2);

        CollectionAssert.AreEqual(new byte[] { 0, 25, 75, 100, 0, 25, 75, 100 }, large.Pixels);
    }

    [TestMethod]
    public void Enlarging_by_three_keeps_the_pixels_in_the_middle()
    {
        var large = Upsample.Apply(new Image(1, 2, 1, [0, 90]), 3);

        CollectionAssert.AreEqual(new byte[] { 0, 0, 30, 60, 90, 90 }, large.Pixels[..6]);
    }

    [TestMethod]
    public void Enlarging_by_one_changes_nothing()
    {
        var image = Files.RandomImage(5, 4, 3);

        CollectionAssert.AreEqual(image.Pixels, Upsample.Apply(image, 1).Pixels);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(65)]
    public void Factors_out_of_range_are_refused(int factor) =>
        Assert.ThrowsExactly<DataException>(() => Upsample.Apply(Files.Flat(1, 1, 0), factor));

    [TestMethod]
    public void A_box_filter_takes_means_when_it_shrinks_and_repeats_when_it_enlarges()
    {
        var image = new Image(2, 4, 1, [10, 20, 30, 40, 50, 60, 70, 80]);

        CollectionAssert.AreEqual(new byte[] { 35, 55 }, Resize.To(image, 1, 2, ResizeFilter.Box).Pixels);
        CollectionAssert.AreEqual(
            new byte[] { 10, 10, 20, 20, 30, 30, 40, 40 },
            Resize.To(new Image(1, 4, 1, [10, 20, 30, 40]), 1, 8, ResizeFilter.Box).Pixels
        );
    }

    [TestMethod]
    public void A_pixel_on_the_boundary_of_two_boxes_counts_for_the_first()
    {
        var image = new Image(1, 3, 1, [10, 20, 30]);

        CollectionAssert.AreEqual(new byte[] { 15, 30 }, Resize.To(image, 1, 2, ResizeFilter.Box).Pixels);
    }

    /// <summary>Shrunk to half, the triangle spans four pixels: weights 1/8, 3/8, 3/8, 1/8 in the middle.</summary>
    [TestMethod]
    public void A_bilinear_filter_widens_when_it_shrinks()
    {
        var image = new Image(1, 6, 1, [0, 0, 80, 0, 0, 0]);

        // At the left end the first weight falls outside: 3/7, 3/7, 1/7.
        CollectionAssert.AreEqual(new byte[] { 11, 30, 0 }, Resize.To(image, 1, 3, ResizeFilter.Bilinear).Pixels);
    }

    [TestMethod]
    public void Resizing_a_flat_image_keeps_it_flat()
    {
        foreach (var filter in (ResizeFilter[])[ResizeFilter.Box, ResizeFilter.Bilinear])
        {
            var resized = Resize.To(Files.Flat(7, 13, 1, 128, 255), 19, 3, filter);

            CollectionAssert.AreEqual(Files.Flat(19, 3, 1, 128, 255).Pixels, resized.Pixels);
        }
    }
}
