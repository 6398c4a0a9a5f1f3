using System.Security.Cryptography;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;

namespace Attune.Tests.Data;

/// <summary>What holds for every corruption.</summary>
[TestClass]
public sealed class CorruptionTest
{
    public static IEnumerable<object[]> Names => Corruption.Names.Select(name => new object[] { name });

    [TestMethod]
    public void All_kinds_of_the_benchmark_but_frost_are_there()
    {
        Assert.HasCount(15, Corruption.Names);
        Assert.HasCount(15, Corruption.Names.Distinct().ToList());
        var error = Assert.ThrowsExactly<DataException>(() => Apply("frost", 1, Files.Flat(32, 32, 0)));
        StringAssert.Contains(error.Message, "published");
        Assert.ThrowsExactly<DataException>(() => Apply("rain", 1, Files.Flat(32, 32, 0)));
        Assert.ThrowsExactly<DataException>(() => Apply("fog", 0, Files.Flat(32, 32, 0)));
        Assert.ThrowsExactly<DataException>(() => Apply("fog", 6, Files.Flat(32, 32, 0)));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void An_image_alone_is_the_same_as_in_a_shuffled_batch(string name)
    {
        const int count = 40;
        LabeledImage[] images =
        [
            .. Enumerable.Range(0, count).Select(i => new LabeledImage(Scene(32, 32, 3, (ulong)i), 0, i)),
        ];
        using var batch = Corruption.Apply(new MemoryImageSet(images, ["only"]).Shuffle(9).Skip(5), name, 5, 77);

        foreach (var one in batch.ReadAll())
        {
            var alone = Corruption.Apply(images[one.Index].Image, name, 5, 77, one.Index);
            CollectionAssert.AreEqual(alone.Pixels, one.Image.Pixels, $"image {one.Index}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void The_clean_image_is_not_changed(string name)
    {
        var image = Scene(32, 32, 3);
        byte[] before = SHA256.HashData(image.Pixels);

        var result = Apply(name, 5, image);

        CollectionAssert.AreEqual(before, SHA256.HashData(image.Pixels));
        CollectionAssert.AreNotEqual(image.Pixels, result.Pixels);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Randomness_comes_from_seed_and_index(string name)
    {
        string[] fixedKinds =
        [
            "gaussian_blur",
            "defocus_blur",
            "zoom_blur",
            "brightness",
            "contrast",
            "pixelate",
            "jpeg_compression",
        ];
        var image = Scene(32, 32, 3);
        bool random = !fixedKinds.Contains(name);
        byte[] first = Corruption.Apply(image, name, 5, 1, 1).Pixels;

        Assert.AreEqual(random, !first.SequenceEqual(Corruption.Apply(image, name, 5, 2, 1).Pixels), "seed");
        Assert.AreEqual(random, !first.SequenceEqual(Corruption.Apply(image, name, 5, 1, 2).Pixels), "index");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Every_size_and_severity_is_taken(string name)
    {
        foreach (var (height, width) in ((int, int)[])[(1, 1), (1, 9), (2, 2), (5, 3), (31, 33), (48, 17)])
        {
            foreach (int channels in (int[])[1, 3])
            {
                for (int severity = 1; severity <= 5; severity++)
                {
                    var result = Apply(name, severity, Scene(height, width, channels));

                    Assert.AreEqual((height, width, channels), (result.Height, result.Width, result.Channels));
                }
            }
        }
    }

    /// <summary>
    /// Mean change of a pixel on a smooth scene: the last severity is stronger than the first. Elastic transform is left
    /// out: its severities trade a coarse for a fine displacement.
    /// </summary>
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void The_last_severity_changes_more_than_the_first(string name)
    {
        if (name == "elastic_transform")
        {
            return;
        }
        var image = Scene(32, 32, 3);

        Assert.IsGreaterThan(Distance(image, Apply(name, 1, image)), Distance(image, Apply(name, 5, image)));
    }

    /// <summary>Waves of color, the same for the same seed.</summary>
    internal static Image Scene(int height, int width, int channels, ulong seed = 1)
    {
        var random = new RandomSequence(seed, 0);
        var image = new Image(height, width, channels);
        for (int channel = 0; channel < channels; channel++)
        {
            double fx = random.Uniform(0.1, 0.6);
            double fy = random.Uniform(0.1, 0.6);
            double phase = random.Uniform(0, 6);
            for (int i = 0; i < height * width; i++)
            {
                double value = Math.Sin(fx * (i % width) + fy * (i / width) + phase);
                image.Pixels[i * channels + channel] = (byte)(128 + 90 * value);
            }
        }
        return image;
    }

    internal static double Mean(Image image) => image.Pixels.Average(x => (double)x);

    private static double Distance(Image a, Image b) =>
        a.Pixels.Zip(b.Pixels, (x, y) => (double)Math.Abs(x - y)).Average();

    private static Image Apply(string name, int severity, Image image) => Corruption.Apply(image, name, severity, 1, 1);
}
