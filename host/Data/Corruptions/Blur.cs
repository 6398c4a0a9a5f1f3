namespace Attune.Host.Data.Corruptions;

/// <summary>Blurs. Lengths are in pixels; level is severity - 1.</summary>
internal static class Blur
{
    private static readonly double[] GaussianSigma = [0.4, 0.6, 0.7, 0.8, 1];

    private static readonly (double Radius, double Sigma)[] DefocusDisk =
    [
        (0.3, 0.4),
        (0.4, 0.5),
        (0.5, 0.6),
        (1, 0.2),
        (1.5, 0.1),
    ];

    private static readonly (int Radius, double Sigma)[] MotionLine = [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)];

    private static readonly int[] ZoomSteps = [6, 11, 16, 21, 26];

    /// <summary>Gaussian of sigma c on every channel, edge replicated, cut at 4 sigma.</summary>
    public static Image Gaussian(Image image, int level, RandomSequence random) =>
        Filters.GaussianBlur(RealImage.From(image), GaussianSigma[level], 4, Border.Clamp).ToImage();

    /// <summary>A disk on the integer grid -8..8, softened by a 3x3 Gaussian.</summary>
    public static Image Defocus(Image image, int level, RandomSequence random)
    {
        const int reach = 8;
        const int side = 2 * reach + 1;
        var (radius, sigma) = DefocusDisk[level];
        var disk = new RealImage(side, side, 1);
        for (int y = -reach; y <= reach; y++)
        {
            for (int x = -reach; x <= reach; x++)
            {
                disk.Values[disk.Offset(y + reach, x + reach)] = y * y + x * x <= radius * radius ? 1 : 0;
            }
        }
        Filters.Normalise(disk.Values);
        var line = Filters.GaussianKernel(sigma, 1);
        var square = new double[9];
        for (int i = 0; i < square.Length; i++)
        {
            square[i] = line[i / 3] * line[i % 3];
        }
        var kernel = Filters.Correlate(disk, square, 3, Border.Mirror);
        return Filters.Correlate(RealImage.From(image), kernel.Values, side, Border.Mirror).ToImage();
    }

    /// <summary>A line at an angle U(-45, 45) degrees.</summary>
    public static Image Motion(Image image, int level, RandomSequence random)
    {
        var (radius, sigma) = MotionLine[level];
        double degrees = random.Uniform(-45, 45);
        return Filters.MotionBlur(RealImage.From(image), radius, sigma, degrees).ToImage();
    }

    /// <summary>Mean of the image and its centre enlarged by 1, 1.01, 1.02, ...</summary>
    public static Image Zoom(Image image, int level, RandomSequence random)
    {
        var clean = RealImage.From(image);
        var sum = RealImage.From(image);
        for (int step = 0; step < ZoomSteps[level]; step++)
        {
            var zoomed = Filters.CentreZoom(clean, 1 + step * 0.01);
            for (int i = 0; i < sum.Values.Length; i++)
            {
                sum.Values[i] += zoomed.Values[i];
            }
        }
        for (int i = 0; i < sum.Values.Length; i++)
        {
            sum.Values[i] /= ZoomSteps[level] + 1;
        }
        return sum.ToImage();
    }
}
