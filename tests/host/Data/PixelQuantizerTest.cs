using Attune.Host.Data;
using Attune.Host.Model;

namespace Attune.Tests.Data;

[TestClass]
public sealed class PixelQuantizerTest
{
    /// <summary>Scales and expected values are powers of two or worked out from the definition.</summary>
    [TestMethod]
    [DataRow("raw", 1f, -128, 0, 0, -128)]
    [DataRow("raw", 1f, -128, 255, 2, 127)]
    [DataRow("raw", 0.91f, -128, 0, 0, -128)]
    [DataRow("raw", 0.91f, -128, 100, 1, -18)]
    [DataRow("raw", 0.91f, -128, 250, 2, 127)]
    [DataRow("120,60", 1 / 32f, 4, 135, 0, 12)]
    [DataRow("120,110,100/60,50,40", 1 / 32f, 4, 110, 1, 4)]
    [DataRow("120,110,100/60,50,40", 1 / 32f, 4, 110, 2, 12)]
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

        byte[] result = new PixelQuantizer(InputRange.Parse(mode)!, scale, zero).Quantize(image);

        Assert.AreEqual(expected, (sbyte)result[channel]);
    }

    /// <summary>One step of an input of scale 0.91 is 0.91 pixels; what it clamps, from 232 on, is lost.</summary>
    [TestMethod]
    [DataRow("raw", 0.91f, -128, 0.5, 231)]
    [DataRow("symmetric", 2 / 255f, -1, 0.5, 255)]
    [DataRow("imagenet", 1 / 32f, -10, 1.2, 255)]
    public void Pixels_come_back_from_the_values(string mode, float scale, int zero, double nearness, int brightest)
    {
        Image image = Files.RandomImage(5, 6, 3);
        var quantizer = new PixelQuantizer(InputRange.Parse(mode)!, scale, zero);

        byte[] back = quantizer.Pixels(quantizer.Quantize(image), 3);

        for (int i = 0; i < back.Length; i++)
        {
            Assert.AreEqual(Math.Min((int)image.Pixels[i], brightest), back[i], nearness + 0.5, $"value {i}");
        }
    }

    [TestMethod]
    public void Colors_are_needed_for_imagenet()
    {
        var quantizer = new PixelQuantizer(InputRange.Parse("imagenet")!, 1, 0);

        Assert.ThrowsExactly<DataException>(() => quantizer.Quantize(Files.Flat(1, 1, 0)));
    }

    [TestMethod]
    public void Unknown_modes_and_senseless_scales_are_refused()
    {
        InputRange unit = InputRange.Parse("unit")!;
        foreach (string text in (string[])["half", "1,2,3", "1,0", "1,2/3", "nan,1", "", "1,2/0,1"])
        {
            Assert.IsNull(InputRange.Parse(text), text);
        }
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PixelQuantizer(unit, 0, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PixelQuantizer(unit, float.NaN, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PixelQuantizer(unit, 1, 128));
    }
}
