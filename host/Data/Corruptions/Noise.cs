namespace Attune.Host.Data.Corruptions;

/// <summary>Noise that is drawn for every value of the image. x is a value in 0..1; level is severity - 1.</summary>
internal static class Noise
{
    private static readonly double[] GaussianDeviation = [0.04, 0.06, 0.08, 0.09, 0.10];
    private static readonly double[] ShotPhotons = [500, 250, 100, 75, 50];
    private static readonly double[] ImpulseAmount = [0.01, 0.02, 0.03, 0.05, 0.07];
    private static readonly double[] SpeckleDeviation = [0.06, 0.1, 0.12, 0.16, 0.2];

    /// <summary>x + N(0, c).</summary>
    public static Image Gaussian(Image image, int level, RandomSequence random) =>
        Map(image, x => x + GaussianDeviation[level] * random.Normal());

    /// <summary>Poisson(c x) / c, c the number of photons that make white.</summary>
    public static Image Shot(Image image, int level, RandomSequence random) =>
        Map(image, x => random.Poisson(x * ShotPhotons[level]) / ShotPhotons[level]);

    /// <summary>With probability c the value becomes black or white, half each.</summary>
    public static Image Impulse(Image image, int level, RandomSequence random) =>
        Map(
            image,
            x =>
            {
                double u = random.Uniform();
                return u >= ImpulseAmount[level] ? x
                    : u < ImpulseAmount[level] / 2 ? 0
                    : 1;
            }
        );

    /// <summary>x + x N(0, c).</summary>
    public static Image Speckle(Image image, int level, RandomSequence random) =>
        Map(image, x => x + x * SpeckleDeviation[level] * random.Normal());

    private static Image Map(Image image, Func<double, double> change)
    {
        var result = RealImage.From(image);
        for (int i = 0; i < result.Values.Length; i++)
        {
            result.Values[i] = change(result.Values[i]);
        }
        return result.ToImage();
    }
}
