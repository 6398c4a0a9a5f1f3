using Attune.Host.Data;
using Attune.Host.Model;

namespace Attune.Tests.Data;

/// <summary>Which range an input's scale and zero point tell, and which samples a wrong one is known by.</summary>
[TestClass]
public sealed class InputRangeTest
{
    [TestMethod]
    [DataRow(1 / 255f, -128, "unit")]
    [DataRow(0.00390625f, -128, "unit")]
    [DataRow(0.0036f, -128, "unit")]
    [DataRow(2 / 255f, -1, "symmetric")]
    [DataRow(0.0078431377f, 0, "symmetric")]
    [DataRow(1 / 128f, 0, "128/128")]
    [DataRow(1f, -128, "raw")]
    [DataRow(0.91f, -128, "raw")]
    [DataRow(0.3f, -128, "raw")]
    [DataRow(1f, 0, null)]
    [DataRow(0.0186f, -14, null)]
    [DataRow(0.02f, -128, null)]
    [DataRow(0.00390625f, 0, null)]
    public void A_range_is_guessed_only_where_there_is_no_doubt(float scale, int zero, string? range)
    {
        Assert.AreEqual(range, InputRange.Guess(scale, zero)?.ToString());
    }

    [TestMethod]
    [DataRow("raw")]
    [DataRow("Unit")]
    [DataRow("symmetric")]
    [DataRow("imagenet")]
    [DataRow("120.5,60")]
    [DataRow("120,110,100/60,50,40")]
    public void A_range_can_be_written_and_read_again(string text)
    {
        InputRange range = InputRange.Parse(text)!;

        Assert.AreEqual(range, InputRange.Parse(range.ToString()));
        Assert.AreEqual(text == "120.5,60" ? "120.5/60" : text.ToLowerInvariant(), range.ToString());
    }

    [TestMethod]
    public void A_raw_fed_network_given_0_to_1_gets_nearly_constant_samples_and_the_fault_says_what_fits()
    {
        PixelHistogram pixels = Photo();

        string? fault = pixels.Fault(new PixelQuantizer(InputRange.Parse("unit")!, 0.91f, -128));

        Assert.IsNotNull(fault);
        StringAssert.StartsWith(fault, "with the input range unit (0..1) the samples are nearly constant");
        StringAssert.Contains(fault, "-128 [█_______________] 127");
        StringAssert.Contains(fault, "these would fit: --input-range raw (--force");
        Assert.IsNull(pixels.Fault(new PixelQuantizer(InputRange.Parse("raw")!, 0.91f, -128)));
    }

    [TestMethod]
    public void A_network_of_0_to_1_given_raw_pixels_gets_saturated_samples()
    {
        string? fault = Photo().Fault(new PixelQuantizer(InputRange.Parse("raw")!, 1 / 255f, -128));

        Assert.IsNotNull(fault);
        StringAssert.Contains(fault, "are saturated");
        StringAssert.Contains(fault, "--input-range unit");
    }

    /// <summary>Black on white, as scanned digits are, is at the ends by itself.</summary>
    [TestMethod]
    public void Black_and_white_pictures_are_not_saturated()
    {
        var pixels = new PixelHistogram(1);
        pixels.Add(new Image(1, 4, 1, [0, 255, 255, 255]));

        Assert.IsNull(pixels.Fault(new PixelQuantizer(InputRange.Parse("raw")!, 0.91f, -128)));
    }

    private static PixelHistogram Photo()
    {
        var pixels = new PixelHistogram(3);
        pixels.Add(Files.RandomImage(20, 20, 3));
        return pixels;
    }
}
