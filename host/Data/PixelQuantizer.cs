using Attune.Host.Model;

namespace Attune.Host.Data;

/// <summary>
/// Turns pixels x of 0..255 into a network's int8 input: q = clamp(round(v / scale) + zero point, -128, 127), halves
/// rounded away from zero as TensorFlow Lite does, with the real value v = (x - mean) / deviation of an
/// <see cref="InputRange"/>.
/// </summary>
public sealed class PixelQuantizer
{
    private readonly byte[][] tables;
    private readonly bool[][] clamped;

    /// <summary>Prepares the quantizer of a network.</summary>
    /// <param name="range">How the network's images were scaled in training.</param>
    /// <param name="scale">Scale of the network's input, above 0.</param>
    /// <param name="zeroPoint">Zero point of the network's input, -128..127.</param>
    public PixelQuantizer(InputRange range, float scale, int zeroPoint)
    {
        ArgumentNullException.ThrowIfNull(range);
        if (!float.IsFinite(scale) || scale <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "an input scale is above 0");
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(zeroPoint, -128);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(zeroPoint, 127);
        Range = range;
        Scale = scale;
        ZeroPoint = zeroPoint;
        tables = new byte[range.Means.Count][];
        clamped = new bool[range.Means.Count][];
        for (int channel = 0; channel < tables.Length; channel++)
        {
            tables[channel] = new byte[256];
            clamped[channel] = new bool[256];
            for (int x = 0; x < 256; x++)
            {
                double value = Math.Round(range.Real(x, channel) / scale, MidpointRounding.AwayFromZero) + zeroPoint;
                tables[channel][x] = (byte)(sbyte)Math.Clamp(value, -128, 127);
                clamped[channel][x] = value is < -128 or > 127;
            }
        }
    }

    /// <summary>How the network's images were scaled in training.</summary>
    public InputRange Range { get; }

    /// <summary>Scale of the network's input.</summary>
    public float Scale { get; }

    /// <summary>Zero point of the network's input.</summary>
    public int ZeroPoint { get; }

    /// <summary>The largest difference, in int8 steps, to pixel - 128; 0: samples may stay pixels.</summary>
    public int DistanceFromShift =>
        tables.Max(table => Enumerable.Range(0, 256).Max(x => Math.Abs((sbyte)table[x] - (x - 128))));

    /// <summary>The int8 value of a pixel.</summary>
    public sbyte Quantize(int pixel, int channel) => (sbyte)Of(tables, channel)[pixel];

    /// <summary>Whether a pixel's value is beyond what int8 can hold.</summary>
    public bool Clamps(int pixel, int channel) => Of(clamped, channel)[pixel];

    /// <summary>The image as int8 values in H, W, C order, stored as their two's complement.</summary>
    /// <param name="image">Of as many channels as the range has means, if it has several.</param>
    /// <exception cref="DataException">The image has another number of channels.</exception>
    public byte[] Quantize(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        RequireChannels(Range, image.Channels);
        var result = new byte[image.Pixels.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Of(tables, i % image.Channels)[image.Pixels[i]];
        }
        return result;
    }

    /// <summary>The pixels behind int8 values in H, W, C order, as near as the steps of the input allow.</summary>
    public byte[] Pixels(byte[] values, int channels)
    {
        ArgumentNullException.ThrowIfNull(values);
        var pixels = new byte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double real = ((double)(sbyte)values[i] - ZeroPoint) * Scale;
            pixels[i] = (byte)Math.Clamp(Math.Round(Range.Raw(real, i % channels)), 0, 255);
        }
        return pixels;
    }

    /// <summary>Refuses a range of several channels for images with another number of them.</summary>
    /// <exception cref="DataException">It does not fit.</exception>
    public static void RequireChannels(InputRange range, int channels)
    {
        ArgumentNullException.ThrowIfNull(range);
        if (!range.Fits(channels))
        {
            throw new DataException(
                $"--input-range {range}: has {range.Means.Count} means, the images have {channels} channel(s); give one mean and one deviation, or {channels} of each."
            );
        }
    }

    private static T[] Of<T>(T[][] tables, int channel) => tables[tables.Length == 1 ? 0 : channel];
}
