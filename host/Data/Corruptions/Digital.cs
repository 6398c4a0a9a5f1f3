namespace Attune.Host.Data.Corruptions;

/// <summary>Processing faults. Lengths are in pixels; level is severity - 1.</summary>
internal static class Digital
{
    private static readonly double[] ContrastFactor = [0.75, 0.5, 0.4, 0.3, 0.15];

    private static readonly (double Amount, double Sigma, double Affine)[] ElasticField =
    [
        (0, 0, 2.56),
        (1.6, 6.4, 2.24),
        (2.56, 1.92, 1.92),
        (3.2, 1.28, 1.6),
        (3.2, 0.96, 0.96),
    ];

    private static readonly double[] PixelateFactor = [0.95, 0.9, 0.85, 0.75, 0.65];
    private static readonly int[] JpegQuality = [80, 65, 58, 50, 40];

    /// <summary>(x - m) c + m, m the mean of the channel.</summary>
    public static Image Contrast(Image image, int level, RandomSequence random)
    {
        var result = RealImage.From(image);
        int channels = image.Channels;
        for (int channel = 0; channel < channels; channel++)
        {
            double sum = 0;
            for (int i = channel; i < result.Values.Length; i += channels)
            {
                sum += result.Values[i];
            }
            double mean = sum / (image.Height * image.Width);
            for (int i = channel; i < result.Values.Length; i += channels)
            {
                result.Values[i] = (result.Values[i] - mean) * ContrastFactor[level] + mean;
            }
        }
        return result.ToImage();
    }

    /// <summary>A random affine map, then a random displacement of every pixel that varies smoothly.</summary>
    public static Image ElasticTransform(Image image, int level, RandomSequence random)
    {
        var (amount, sigma, affine) = ElasticField[level];
        var warped = AffineWarp.Random(RealImage.From(image), affine, random);
        if (amount == 0)
        {
            return warped.ToImage();
        }
        var dx = Displacements(image, sigma, random);
        var dy = Displacements(image, sigma, random);
        var result = new RealImage(image.Height, image.Width, image.Channels);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int at = y * image.Width + x;
                Filters.Bilinear(
                    warped,
                    y + amount * dy.Values[at],
                    x + amount * dx.Values[at],
                    Border.Reflect,
                    result.Values.AsSpan(result.Offset(y, x))
                );
            }
        }
        return result.ToImage();
    }

    /// <summary>Box-filtered to the fraction c of its side and back.</summary>
    public static Image Pixelate(Image image, int level, RandomSequence random)
    {
        int height = Math.Max((int)(image.Height * PixelateFactor[level]), 1);
        int width = Math.Max((int)(image.Width * PixelateFactor[level]), 1);
        var small = Resize.To(image, height, width, ResizeFilter.Box);
        return Resize.To(small, image.Height, image.Width, ResizeFilter.Box);
    }

    /// <summary>What baseline JPEG of quality c leaves of the image.</summary>
    public static Image JpegCompression(Image image, int level, RandomSequence random) =>
        JpegLoss.Apply(image, JpegQuality[level]);

    /// <summary>U(-1, 1) per pixel, smoothed.</summary>
    private static RealImage Displacements(Image image, double sigma, RandomSequence random)
    {
        var field = new RealImage(image.Height, image.Width, 1);
        for (int i = 0; i < field.Values.Length; i++)
        {
            field.Values[i] = random.Uniform(-1, 1);
        }
        return Filters.GaussianBlur(field, sigma, 3, Border.Reflect);
    }
}
