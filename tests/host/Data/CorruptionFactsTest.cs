using Attune.Host.Data;
using Attune.Host.Data.Corruptions;

namespace Attune.Tests.Data;

/// <summary>Facts of single corruptions that follow from their definitions.</summary>
[TestClass]
public sealed class CorruptionFactsTest
{
    /// <summary>
    /// Standard deviation of the noise at severity 5 on gray x = 128/255, in units of 255, and its mean. Truncation lowers the
    /// mean by half a step and adds 1/12 to the variance.
    /// </summary>
    [TestMethod]
    [DataRow("gaussian_noise", 25.5)]
    [DataRow("shot_noise", 25.5503)]
    [DataRow("speckle_noise", 25.6)]
    public void Noise_of_severity_five_has_the_published_strength(string name, double deviation)
    {
        var image = Corruption.Apply(Files.Flat(200, 200, 128, 128, 128), name, 5, 3, 0);

        double mean = CorruptionTest.Mean(image);
        double variance = image.Pixels.Average(x => (x - mean) * (x - mean));

        Assert.AreEqual(127.5, mean, 0.4);
        Assert.AreEqual(deviation, Math.Sqrt(variance), 0.3);
    }

    [TestMethod]
    public void Shot_noise_comes_in_whole_photons()
    {
        var image = Corruption.Apply(Files.Flat(50, 50, 200), "shot_noise", 5, 3, 0);

        foreach (byte x in image.Pixels)
        {
            double photons = (x + 0.5) / 5.1;
            Assert.AreEqual(x, (byte)(Math.Min(Math.Round(photons), 50) / 50 * 255), $"{x}");
        }
    }

    [TestMethod]
    public void Impulse_noise_hits_seven_in_a_hundred_black_and_white_alike()
    {
        var image = Corruption.Apply(Files.Flat(200, 200, 128, 128, 128), "impulse_noise", 5, 3, 0);

        double black = image.Pixels.Count(x => x == 0) / 120000.0;
        double white = image.Pixels.Count(x => x == 255) / 120000.0;

        // 5 standard errors of a share of 0.035.
        Assert.AreEqual(0.035, black, 0.0027);
        Assert.AreEqual(0.035, white, 0.0027);
        Assert.AreEqual(120000, image.Pixels.Count(x => x is 0 or 128 or 255));
    }

    [TestMethod]
    [DataRow("gaussian_blur")]
    [DataRow("defocus_blur")]
    [DataRow("motion_blur")]
    [DataRow("zoom_blur")]
    public void A_blur_keeps_flat_images_and_roughly_the_mean(string name)
    {
        var scene = CorruptionTest.Scene(32, 32, 3);
        var flat = Corruption.Apply(Files.Flat(32, 32, 10, 100, 250), name, 5, 3, 0);
        var blurred = Corruption.Apply(scene, name, 5, 3, 0);

        for (int i = 0; i < flat.Pixels.Length; i++)
        {
            // Weights sum to 1 up to rounding, and truncation may take a step.
            Assert.AreEqual((double)new byte[] { 10, 100, 250 }[i % 3], flat.Pixels[i], 1);
        }
        Assert.AreEqual(CorruptionTest.Mean(scene), CorruptionTest.Mean(blurred), 6);
        Assert.IsLessThan(Roughness(scene), Roughness(blurred));
    }

    /// <summary>Severity 5 has sigma 1 and reaches 4 pixels: the weight at distance d is exp(-d^2/2) / 2.506628.</summary>
    [TestMethod]
    public void Gaussian_blur_spreads_a_point_by_its_weights()
    {
        var image = new Image(17, 17, 1);
        image.Pixels[image.Offset(8, 8)] = 255;

        var blurred = Corruption.Apply(image, "gaussian_blur", 5, 0, 0);

        Assert.AreEqual(40, blurred.Pixels[blurred.Offset(8, 8)]);
        Assert.AreEqual(24, blurred.Pixels[blurred.Offset(8, 9)]);
        Assert.AreEqual(14, blurred.Pixels[blurred.Offset(9, 9)]);
        Assert.AreEqual(5, blurred.Pixels[blurred.Offset(6, 8)]);
    }

    /// <summary>Severity 5 is the disk of the 9 pixels within 1.5, hardly softened: 255 / 9 = 28.33.</summary>
    [TestMethod]
    public void Defocus_blur_spreads_a_point_to_a_disk()
    {
        var image = new Image(17, 17, 1);
        image.Pixels[image.Offset(8, 8)] = 255;

        var blurred = Corruption.Apply(image, "defocus_blur", 5, 0, 0);

        Assert.AreEqual(9, blurred.Pixels.Count(x => x == 28));
        Assert.AreEqual(9, blurred.Pixels.Count(x => x > 0));
    }

    /// <summary>Severity 1 reaches 12 pixels to one side with sigma 1: most of the light stays within 3 pixels.</summary>
    [TestMethod]
    public void Motion_blur_smears_a_point_along_a_line()
    {
        var image = new Image(33, 33, 1);
        image.Pixels[image.Offset(16, 16)] = 255;

        var blurred = Corruption.Apply(image, "motion_blur", 5, 4, 0);

        // Weights exp(-i^2 / 12.5) sum to 3.633: 70 stay in place, and nothing lies on the far side of the line.
        Assert.AreEqual(70, blurred.Pixels[blurred.Offset(16, 16)]);
        for (int y = 0; y < 33; y++)
        {
            for (int x = 17; x < 33; x++)
            {
                Assert.AreEqual(0, blurred.Pixels[blurred.Offset(y, x)]);
            }
        }
    }

    [TestMethod]
    public void Brightness_adds_to_the_value_and_keeps_the_hue()
    {
        var image = new Image(1, 3, 3, [100, 50, 20, 0, 0, 0, 255, 128, 0]);

        var bright = Corruption.Apply(image, "brightness", 5, 0, 0);

        // Value 100/255 + 0.3 = 176.5/255, all channels times 1.765; black becomes gray 76.5; white cannot grow.
        CollectionAssert.AreEqual(new byte[] { 176, 88, 35, 76, 76, 76, 255, 128, 0 }, bright.Pixels);
    }

    [TestMethod]
    public void Contrast_draws_every_channel_to_its_mean()
    {
        var image = new Image(1, 2, 3, [0, 100, 7, 200, 100, 9]);

        var dull = Corruption.Apply(image, "contrast", 5, 0, 0);

        // Means 100, 100, 8; a distance of 100 shrinks to 15, one of 1 to 0.15.
        Assert.AreEqual(85.0, dull.Pixels[0], 1);
        Assert.AreEqual(115.0, dull.Pixels[3], 1);
        Assert.AreEqual(100.0, dull.Pixels[1], 1);
        Assert.AreEqual((7, 8), (dull.Pixels[2], dull.Pixels[5]));
    }

    /// <summary>With all pixels alike, (x + 1.5 P) x / (x + 1.5): black fog leaves x^2 / (x + 1.5), white fog leaves x.</summary>
    [TestMethod]
    public void Fog_lies_between_its_darkest_and_brightest()
    {
        var foggy = Corruption.Apply(Files.Flat(32, 32, 255, 255, 255), "fog", 5, 3, 0);

        Assert.AreEqual(102, foggy.Pixels.Min());
        Assert.AreEqual(255, foggy.Pixels.Max());
    }

    /// <summary>
    /// The displacement of a level is 1.75^2 = 3.06 times that of the next, 88 times over the four levels from 32 to 2 pixels:
    /// single pixels hardly stand out. (Falling by 1.75 a level, neighbors would differ by a tenth of the range.)
    /// </summary>
    [TestMethod]
    public void Fog_is_smooth()
    {
        var foggy = Corruption.Apply(Files.Flat(32, 32, 255), "fog", 5, 3, 0);

        Assert.IsLessThan(0.05 * 153, Roughness(foggy) / (32 * 31));
    }

    [TestMethod]
    public void Snow_makes_no_pixel_darker_and_is_symmetric_on_a_flat_image()
    {
        var snowy = Corruption.Apply(Files.Flat(32, 32, 50, 50, 50), "snow", 5, 3, 0);

        // 0.8 * 50 + 0.2 * (1.5 * 50 + 127.5) = 80.5.
        Assert.IsGreaterThanOrEqualTo(80, snowy.Pixels.Min());
        for (int i = 0; i < 32 * 32; i++)
        {
            Assert.AreEqual(snowy.Pixels[3 * i], snowy.Pixels[3 * (1023 - i)], 1.0);
        }
    }

    [TestMethod]
    public void Pixelate_leaves_twenty_columns_of_thirty_two()
    {
        var image = Corruption.Apply(Files.RandomImage(32, 32, 1), "pixelate", 5, 0, 0);

        int changes = 0;
        for (int x = 1; x < 32; x++)
        {
            bool same = true;
            for (int y = 0; y < 32; y++)
            {
                same &= image.Pixels[image.Offset(y, x)] == image.Pixels[image.Offset(y, x - 1)];
            }
            changes += same ? 0 : 1;
        }
        Assert.AreEqual(19, changes);
    }

    [TestMethod]
    [DataRow((byte)0, (byte)0, (byte)0)]
    [DataRow((byte)255, (byte)255, (byte)255)]
    [DataRow((byte)129, (byte)129, (byte)129)]
    [DataRow((byte)200, (byte)30, (byte)90)]
    public void A_flat_image_stays_flat_under_jpeg(byte r, byte g, byte b)
    {
        var image = Corruption.Apply(Files.Flat(21, 35, r, g, b), "jpeg_compression", 5, 0, 0);

        for (int i = 0; i < image.Pixels.Length; i++)
        {
            Assert.AreEqual(image.Pixels[i % 3], image.Pixels[i]);
            // The quantisation step of a block's mean is at most 21 / 8 at quality 40: half of it, by 1.772, and rounding.
            Assert.AreEqual((double)new[] { r, g, b }[i % 3], image.Pixels[i], 5);
        }
    }

    /// <summary>At quality 40 the steps are 5/4 of the table's: 20 for a block's mean, 76 to 124 for the highest frequencies.</summary>
    [TestMethod]
    public void Jpeg_keeps_what_lies_on_its_steps_and_drops_what_lies_below()
    {
        var faint = new Image(8, 8, 1);
        var dc = new Image(8, 8, 1);
        for (int i = 0; i < 64; i++)
        {
            faint.Pixels[i] = (byte)(128 + (i % 2 == 0 ? 3 : -3) * (i / 8 % 2 == 0 ? 1 : -1));
            dc.Pixels[i] = 131;
        }

        // A checkerboard of +-3 has its energy, 8 * 3, spread over the highest frequencies, all below half a step.
        CollectionAssert.AreEqual(
            Files.Flat(8, 8, 128).Pixels,
            Corruption.Apply(faint, "jpeg_compression", 5, 0, 0).Pixels
        );
        // A mean of +3 is a coefficient of 24; the nearest multiple of 20 is 20, a mean of 2.5, rounded up.
        CollectionAssert.AreEqual(
            Files.Flat(8, 8, 131).Pixels,
            Corruption.Apply(dc, "jpeg_compression", 5, 0, 0).Pixels
        );
    }

    /// <summary>
    /// A wave of the highest frequency with a coefficient of 40: quality 40 has a step of 61 * 5/4 = 76 for it along the rows,
    /// so it survives, and of 72 * 5/4 = 90 along the columns, so it goes.
    /// </summary>
    [TestMethod]
    public void Jpeg_has_different_steps_along_rows_and_columns()
    {
        var across = new Image(8, 8, 1);
        var down = new Image(8, 8, 1);
        for (int i = 0; i < 64; i++)
        {
            // sum over 8x8 of (sqrt(1/8) / 2 * cos^2) is 4 * sqrt(2).
            double amplitude = 40 / (4 * Math.Sqrt(2));
            across.Pixels[i] = (byte)Math.Round(128 + amplitude * Math.Cos((2 * (i % 8) + 1) * 7 * Math.PI / 16));
            down.Pixels[i] = (byte)Math.Round(128 + amplitude * Math.Cos((2 * (i / 8) + 1) * 7 * Math.PI / 16));
        }

        var kept = Corruption.Apply(across, "jpeg_compression", 5, 0, 0);
        var lost = Corruption.Apply(down, "jpeg_compression", 5, 0, 0);

        // 76 / (4 sqrt 2) * cos(pi / 16 * 7 * (2 * 3 + 1)) = 13.4 * -0.98 at column 3.
        Assert.AreEqual(115, kept.Pixels[3]);
        CollectionAssert.AreEqual(Files.Flat(8, 8, 128).Pixels, lost.Pixels);
    }

    /// <summary>Two colors of equal luma in alternating columns: chroma is averaged over 2x2 pixels, so one color is left.</summary>
    [TestMethod]
    public void Jpeg_halves_the_resolution_of_chroma()
    {
        var image = new Image(16, 16, 3);
        for (int i = 0; i < 256; i++)
        {
            // 0.299 * 157 + 0.587 * 80 = 0.299 * 0 + 0.587 * 160 up to 0.1.
            byte[] color = i % 2 == 0 ? [157, 80, 100] : [0, 160, 100];
            color.CopyTo(image.Pixels, 3 * i);
        }

        var result = Corruption.Apply(image, "jpeg_compression", 5, 0, 0);

        for (int i = 3; i < result.Pixels.Length; i++)
        {
            Assert.AreEqual(result.Pixels[i % 3], result.Pixels[i], 2.0);
        }
        Assert.AreEqual(78.5, result.Pixels[0], 6);
        Assert.AreEqual(120.0, result.Pixels[1], 6);
    }

    [TestMethod]
    public void Elastic_transform_moves_pixels_and_keeps_flat_images()
    {
        var flat = Corruption.Apply(Files.Flat(32, 32, 10, 100, 250), "elastic_transform", 5, 3, 0);

        for (int i = 0; i < flat.Pixels.Length; i++)
        {
            Assert.AreEqual((double)new byte[] { 10, 100, 250 }[i % 3], flat.Pixels[i], 1);
        }
    }

    private static double Roughness(Image image)
    {
        double sum = 0;
        for (int y = 0; y < image.Height; y++)
        {
            for (int i = image.Offset(y, 1); i < image.Offset(y, 0) + image.Width * image.Channels; i++)
            {
                sum += Math.Abs(image.Pixels[i] - image.Pixels[i - image.Channels]);
            }
        }
        return sum;
    }
}
