namespace Attune.Host.Data;

/// <summary>What a network was trained to see for a pixel x of 0..255.</summary>
public enum PixelScaling
{
    /// <summary>int8 x - 128, whatever the input's scale and zero point.</summary>
    None,

    /// <summary>x / 255, in 0..1.</summary>
    Unit,

    /// <summary>(x - 127.5) / 127.5, in -1..1.</summary>
    Symmetric,

    /// <summary>
    /// (x / 255 - mean) / deviation per channel, with ImageNet's R, G, B means 0.485, 0.456, 0.406 and deviations 0.229, 0.224,
    /// 0.225.
    /// </summary>
    ImageNet,
}

/// <summary>
/// Turns pixels into a network's int8 input: q = clamp(round(v / scale) + zero point, -128, 127), v the scaled pixel,
/// halves rounded away from zero as TensorFlow Lite does.
/// </summary>
public sealed class PixelQuantizer
{
    private static readonly double[] Mean = [0.485, 0.456, 0.406];
    private static readonly double[] Deviation = [0.229, 0.224, 0.225];

    private readonly PixelScaling scaling;
    private readonly byte[][] tables;

    /// <summary>Prepares the quantizer of a network.</summary>
    /// <param name="scaling">What the network was trained to see.</param>
    /// <param name="scale">Scale of the network's input, above 0; not used by <see cref="PixelScaling.None"/>.</param>
    /// <param name="zeroPoint">Zero point of the network's input, -128..127; not used by None.</param>
    public PixelQuantizer(PixelScaling scaling, float scale, int zeroPoint)
    {
        if (scaling != PixelScaling.None)
        {
            if (!float.IsFinite(scale) || scale <= 0)
            {
                throw new ArgumentOutOfRangeException(nameof(scale), scale, "an input scale is above 0");
            }
            ArgumentOutOfRangeException.ThrowIfLessThan(zeroPoint, -128);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(zeroPoint, 127);
        }
        this.scaling = scaling;
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
    /// <param name="image">Of 3 channels for <see cref="PixelScaling.ImageNet"/>.</param>
    /// <exception cref="DataException">A gray image for a scaling that is defined for R, G, B.</exception>
    public byte[] Quantize(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (scaling == PixelScaling.ImageNet && image.Channels != 3)
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
        double value;
        switch (scaling)
        {
            case PixelScaling.None:
                return (sbyte)(x - 128);
            case PixelScaling.Unit:
                value = x / 255.0;
                break;
            case PixelScaling.Symmetric:
                value = (x - 127.5) / 127.5;
                break;
            case PixelScaling.ImageNet:
                value = (x / 255.0 - Mean[channel]) / Deviation[channel];
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(x), scaling, "unknown scaling");
        }
        return (sbyte)Math.Clamp(Math.Round(value / scale, MidpointRounding.AwayFromZero) + zeroPoint, -128, 127);
    }
}
