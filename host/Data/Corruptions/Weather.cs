namespace Attune.Host.Data.Corruptions;

/// <summary>Weather and light. Lengths are in pixels; level is severity - 1.</summary>
internal static class Weather
{
    private static readonly (double Amount, double Decay)[] FogLook =
    [
        (0.2, 3),
        (0.5, 3),
        (0.75, 2.5),
        (1, 2),
        (1.5, 1.75),
    ];

    private static readonly SnowLook[] SnowLooks =
    [
        new(0.1, 0.2, 1, 0.6, 8, 3, 0.95),
        new(0.1, 0.2, 1, 0.5, 10, 4, 0.9),
        new(0.15, 0.3, 1.75, 0.55, 10, 4, 0.9),
        new(0.25, 0.3, 2.25, 0.6, 12, 6, 0.85),
        new(0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
    ];

    private static readonly double[] BrightnessStep = [0.05, 0.1, 0.15, 0.2, 0.3];

    /// <summary>(x + a P) max(x) / (max(x) + a), P a plasma fractal that is the same for all channels.</summary>
    public static Image Fog(Image image, int level, RandomSequence random)
    {
        var (amount, decay) = FogLook[level];
        var result = RealImage.From(image);
        double brightest = result.Values.Max();
        var (plasma, side) = PlasmaFractal.Make(Math.Max(image.Height, image.Width), decay, random);
        for (int i = 0; i < result.Values.Length; i++)
        {
            int pixel = i / image.Channels;
            double haze = plasma[pixel / image.Width * side + pixel % image.Width];
            result.Values[i] = (result.Values[i] + amount * haze) * brightest / (brightest + amount);
        }
        return result.ToImage();
    }

    /// <summary>Whitens the image and adds motion-blurred flakes, once upright and once turned by 180 degrees.</summary>
    public static Image Snow(Image image, int level, RandomSequence random)
    {
        var look = SnowLooks[level];
        var flakes = new RealImage(image.Height, image.Width, 1);
        for (int i = 0; i < flakes.Values.Length; i++)
        {
            flakes.Values[i] = look.Mean + look.Deviation * random.Normal();
        }
        flakes = Filters.CentreZoom(flakes, look.Zoom);
        for (int i = 0; i < flakes.Values.Length; i++)
        {
            flakes.Values[i] = flakes.Values[i] < look.Threshold ? 0 : Math.Min(flakes.Values[i], 1);
        }
        flakes = Filters.MotionBlur(flakes, look.Radius, look.Sigma, random.Uniform(-135, -45));

        var result = RealImage.From(image);
        int pixels = flakes.Values.Length;
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            var values = result.Values.AsSpan(pixel * image.Channels, image.Channels);
            double gray = image.Channels == 1 ? values[0] : 0.299 * values[0] + 0.587 * values[1] + 0.114 * values[2];
            double layer = flakes.Values[pixel] + flakes.Values[pixels - 1 - pixel];
            foreach (ref double x in values)
            {
                x = look.Mix * x + (1 - look.Mix) * Math.Max(x, 1.5 * gray + 0.5) + layer;
            }
        }
        return result.ToImage();
    }

    /// <summary>Adds c to the value of HSV, hue and saturation kept: all channels are scaled alike.</summary>
    public static Image Brightness(Image image, int level, RandomSequence random)
    {
        var result = RealImage.From(image);
        for (int pixel = 0; pixel < result.Values.Length; pixel += image.Channels)
        {
            var values = result.Values.AsSpan(pixel, image.Channels);
            double value = 0;
            foreach (double x in values)
            {
                value = Math.Max(value, x);
            }
            double brighter = Math.Min(value + BrightnessStep[level], 1);
            foreach (ref double x in values)
            {
                // Black has no hue and becomes gray.
                x = value > 0 ? x / value * brighter : brighter;
            }
        }
        return result.ToImage();
    }

    private sealed record SnowLook(
        double Mean,
        double Deviation,
        double Zoom,
        double Threshold,
        int Radius,
        double Sigma,
        double Mix
    );
}
