namespace Attune.Host.Data;

/// <summary>
/// Turns pixels x of 0..255 into a network's int8 input: q = clamp(round(v / scale) + zero point, -128, 127), halves
/// rounded away from zero as TensorFlow Lite does. What v is depends on how the network was trained:
/// <list type="bullet">
/// <item>"unit": x / 255, in 0..1;</item>
/// <item>"symmetric": (x - 127.5) / 127.5, in -1..1;</item>
/// <item>"imagenet": (x / 255 - mean) / deviation, with ImageNet's means 0.485, 0.456, 0.406 and deviations 0.229,
/// 0.224, 0.225 of R, G, B;</item>
/// <item>"none": no v; q = x - 128, whatever the input's scale and zero point.</item>
/// </list>
/// </summary>
public sealed class PixelQuantizer
{
    private static readonly double[] Mean = [0.485, 0.456, 0.406];
    private static readonly double[] Deviation = [0.229, 0.224, 0.225];

    private readonly string mode;
    private readonly byte[][] tables;

    /// <summary>The names of the modes.</summary>
    public static IReadOnlyList<string> Modes { get; } = ["none", "unit", "symmetric", "imagenet"];

    /// <summary>Prepares the quantizer of a network.</summary>
    /// <param name="mode">One of <see cref="Modes"/>.</param>
    /// <param name="scale">Scale of the network's input, above 0; not used by "none".</param>
    /// <param name="zeroPoint">Zero point of the network's input, -128..127; not used by "none".</param>
    /// <exception cref="DataException">There is no such mode.</exception>
    public PixelQuantizer(string mode, float scale, int zeroPoint)
    {
        if (!Modes.Contains(mode))
        {
            throw new DataException($"there is no pixel scaling \"{mode}\"; use one of {string.Join(", ", Modes)}.");
        }
        if (mode != "none")
        {
            if (!float.IsFinite(scale) || scale <= 0)
            {
                throw new ArgumentOutOfRangeException(nameof(scale), scale, "an input scale is above 0");
            }
            ArgumentOutOfRangeException.ThrowIfLessThan(zeroPoint, -128);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(zeroPoint, 127);
        }
        this.mode = mode;
        tables = new byte[3][];
        for (int channel = 0; channel < tables.Length; channel++)
        {
            tables[channel] = new byte[256];
            for (int x = 0; x < 256; x++)
            {
                tables[channel][x] = (byte)Quantize(x, channel, scale, zeroPoint);
            }
        }
    }

    /// <summary>The image as int8 values in H, W, C order, stored as their two's complement.</summary>
    /// <param name="image">Of 3 channels for "imagenet".</param>
    /// <exception cref="DataException">A gray image for a scaling that is defined for R, G, B.</exception>
    public byte[] Quantize(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (mode == "imagenet" && image.Channels != 3)
        {
            throw new DataException(
                "ImageNet scaling is defined for red, green and blue, but the image is gray; use unit or symmetric scaling."
            );
        }
        var result = new byte[image.Pixels.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = tables[i % image.Channels][image.Pixels[i]];
        }
        return result;
    }

    private sbyte Quantize(int x, int channel, float scale, int zeroPoint)
    {
        if (mode == "none")
        {
            return (sbyte)(x - 128);
        }
        double value = mode switch
        {
            "unit" => x / 255.0,
            "symmetric" => (x - 127.5) / 127.5,
            _ => (x / 255.0 - Mean[channel]) / Deviation[channel],
        };
        return (sbyte)Math.Clamp(Math.Round(value / scale, MidpointRounding.AwayFromZero) + zeroPoint, -128, 127);
    }
}
