namespace Attune.Host.Import;

/// <summary>Variances of patches in the orthonormal two-dimensional DCT-II basis, from their sums of products.</summary>
public static class DctSpectrum
{
    /// <summary>The spectrum of each channel.</summary>
    /// <param name="sums">As attune_patches_add leaves them: count, sums, products of the lower triangle.</param>
    /// <param name="kernel">Rows and columns of a patch.</param>
    /// <param name="channels">Channels.</param>
    /// <returns>[channels][kernel * kernel]; component u * kernel + v has frequency u downwards and v across.</returns>
    public static float[] Of(long[] sums, int kernel, int channels)
    {
        ArgumentNullException.ThrowIfNull(sums);
        int components = kernel * kernel;
        int elements = channels * components;
        double count = sums[0];
        double Covariance(int i, int j)
        {
            var (high, low) = i > j ? (i, j) : (j, i);
            double product = sums[1 + elements + high * (high + 1) / 2 + low] / count;
            return product - sums[1 + i] / count * (sums[1 + j] / count);
        }
        double[,] basis = Basis(kernel);
        double Weight(int component, int at) =>
            basis[component / kernel, at / kernel] * basis[component % kernel, at % kernel];

        var spectrum = new float[elements];
        for (int channel = 0; channel < channels; channel++)
        {
            int first = channel * components;
            for (int component = 0; component < components; component++)
            {
                double variance = 0;
                for (int i = 0; i < components; i++)
                {
                    for (int j = 0; j < components; j++)
                    {
                        variance += Weight(component, i) * Weight(component, j) * Covariance(first + i, first + j);
                    }
                }
                spectrum[first + component] = (float)Math.Max(variance, 0);
            }
        }
        return spectrum;
    }

    /// <summary>Row u: sqrt(2 / K) cos((2 x + 1) u pi / 2K), the constant one 1 / sqrt(K).</summary>
    private static double[,] Basis(int kernel)
    {
        var basis = new double[kernel, kernel];
        for (int u = 0; u < kernel; u++)
        {
            for (int x = 0; x < kernel; x++)
            {
                double cosine = Math.Cos((2 * x + 1) * u * Math.PI / (2 * kernel));
                basis[u, x] = Math.Sqrt((u == 0 ? 1.0 : 2.0) / kernel) * cosine;
            }
        }
        return basis;
    }
}
