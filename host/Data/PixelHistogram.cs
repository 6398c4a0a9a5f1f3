using Attune.Host.Model;

namespace Attune.Host.Data;

/// <summary>
/// How often each pixel value occurs in a set of images, and what becomes of them as a network's input: a set whose
/// values are nearly constant or saturated was quantized by the wrong range.
/// </summary>
/// <param name="channels">Channels of the images.</param>
public sealed class PixelHistogram(int channels)
{
    /// <summary>Standard deviation, in int8 steps, below which a set counts as nearly constant.</summary>
    private const double LeastDeviation = 2;

    /// <summary>Share of values beyond int8, black and white aside, from which on a set counts as saturated.</summary>
    private const double MostClamped = 0.4;

    private readonly long[][] counts = [.. Enumerable.Range(0, channels).Select(_ => new long[256])];

    /// <summary>Counts an image's pixels.</summary>
    public void Add(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            counts[i % channels][image.Pixels[i]]++;
        }
    }

    /// <summary>What is wrong with the images as input of a network; null: nothing is.</summary>
    /// <param name="quantizer">What makes them its input.</param>
    public string? Fault(PixelQuantizer quantizer)
    {
        ArgumentNullException.ThrowIfNull(quantizer);
        var (values, clamped) = Under(quantizer);
        if (!IsBad(values, clamped))
        {
            return null;
        }
        string problem =
            values.Deviation < LeastDeviation
                ? $"are nearly constant (deviation {values.Deviation:F1} of 256 steps)"
                : $"are saturated ({100 * clamped:F0} % of the values are beyond int8)";
        var (low, high) = InputRange.Covered(quantizer.Scale, quantizer.ZeroPoint);
        string[] fitting =
        [
            .. InputRange
                .WithNames.Where(one => one.Range.Fits(channels))
                .Where(one => !IsBad(new PixelQuantizer(one.Range, quantizer.Scale, quantizer.ZeroPoint)))
                .Select(one => one.Name),
        ];
        string advice =
            fitting.Length > 0
                ? $"these would fit: --input-range {string.Join(" or ", fitting)}"
                : "no range by name would fit; give --input-range MEAN,DEVIATION of the pixels 0..255";
        return $"with the input range {quantizer.Range.Describe()} the samples {problem}: {values.Picture()}; the model's input takes {low:G3}..{high:G3}; {advice} (--force: write them all the same)";
    }

    private bool IsBad(PixelQuantizer quantizer)
    {
        var (values, clamped) = Under(quantizer);
        return IsBad(values, clamped);
    }

    private static bool IsBad(ValueHistogram values, double clamped) =>
        values.Deviation < LeastDeviation || clamped > MostClamped;

    private (ValueHistogram Values, double Clamped) Under(PixelQuantizer quantizer)
    {
        var values = new ValueHistogram();
        long all = 0;
        long beyond = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            for (int pixel = 0; pixel < 256; pixel++)
            {
                long count = counts[channel][pixel];
                values.Add(quantizer.Quantize(pixel, channel), count);
                all += count;
                beyond += pixel is > 0 and < 255 && quantizer.Clamps(pixel, channel) ? count : 0;
            }
        }
        return (values, all == 0 ? 0 : (double)beyond / all);
    }
}
