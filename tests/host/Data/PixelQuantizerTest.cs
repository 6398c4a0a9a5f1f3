using Attune.Host.Data;

namespace Attune.Tests.Data;

[TestClass]
public sealed class PixelQuantizerTest
{
    /// <summary>Scales and expected values are powers of two or worked out from the definition.</summary>
    [TestMethod]
    [DataRow("none", 0.3f, 5, 0, 0, -128)]
    [DataRow("none", 0.3f, 5, 255, 2, 127)]
    [DataRow("unit", 1 / 255f, -128, 0, 0, -128)]
    [DataRow("unit", 1 / 255f, -128, 255, 0, 127)]
    [DataRow("unit", 1 / 255f, -128, 77, 0, -51)]
    [DataRow("unit", 0.5f, 0, 64, 0, 1)]
    [DataRow("symmetric", 1 / 127f, 0, 0, 0, -127)]
    [DataRow("symmetric", 1 / 127f, 0, 255, 0, 127)]
    [DataRow("symmetric", 1 / 64f, 10, 0, 0, -54)]
    [DataRow("symmetric", 2f, 0, 0, 0, -1)]
    [DataRow("symmetric", 2f, 0, 255, 0, 1)]
    [DataRow("imagenet", 1 / 32f, -3, 124, 0, -3)]
    [DataRow("imagenet", 1 / 32f, 0, 255, 0, 72)]
    [DataRow("imagenet", 1 / 32f, 0, 0, 1, -65)]
    [DataRow("imagenet", 1 / 32f, 0, 255, 2, 84)]
    [DataRow("imagenet", 1 / 100f, 0, 255, 2, 127)]
    public void A_pixel_becomes_the_models_input(string mode, float scale, int zero, int x, int channel, int expected)
    {
        var image = Files.Flat(1, 1, 9, 9, 9);
        image.Pixels[channel] = (byte)x;

        byte[] result = new PixelQuantizer(mode, scale, zero).Quantize(image);

        Assert.AreEqual(expected, (sbyte)result[channel]);
    }

    [TestMethod]
    public void Colors_are_needed_for_imagenet()
    {
        var quantizer = new PixelQuantizer("imagenet", 1, 0);

        Assert.ThrowsExactly<DataException>(() => quantizer.Quantize(Files.Flat(1, 1, 0)));
    }

    [TestMethod]
    public void Unknown_modes_and_senseless_scales_are_refused()
    {
        Assert.ThrowsExactly<DataException>(() => new PixelQuantizer("half", 1, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PixelQuantizer("unit", 0, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PixelQuantizer("unit", float.NaN, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PixelQuantizer("unit", 1, 128));
    }
}
