namespace Attune.Host.Data.Corruptions;

/// <summary>The filters that several corruptions are made of.</summary>
internal static class Filters
{
    /// <summary>Weights exp(-i^2 / (2 sigma^2)) for i = -radius..radius, normalised to sum 1.</summary>
    public static double[] GaussianKernel(double sigma, int radius)
    {
        var kernel = new double[2 * radius + 1];
        for (int i = -radius; i <= radius; i++)
        {
            kernel[radius + i] = Math.Exp(-i * i / (2 * sigma * sigma));
        }
        return Normalise(kernel);
    }

    /// <summary>Gaussian blur of every channel, cut off at <paramref name="cut"/> standard deviations.</summary>
    public static RealImage GaussianBlur(RealImage image, double sigma, double cut, Border border)
    {
        var kernel = GaussianKernel(sigma, (int)(cut * sigma + 0.5));
        return Rows(Columns(image, kernel, border), kernel, border);
    }

    /// <summary>
    /// Correlation with a small square kernel of odd side, given row by row: the same for every channel.
    /// </summary>
    public static RealImage Correlate(RealImage image, double[] kernel, int side, Border border)
    {
        var result = new RealImage(image.Height, image.Width, image.Channels);
        int radius = side / 2;
        for (int ky = -radius; ky <= radius; ky++)
        {
            for (int kx = -radius; kx <= radius; kx++)
            {
                double weight = kernel[(ky + radius) * side + kx + radius];
                if (weight != 0)
                {
                    AddShifted(result, image, weight, ky, kx, border);
                }
            }
        }
        return result;
    }

    /// <summary>
    /// Blur along a line: taps i = 0..2 radius of weight exp(-i^2 / (2 sigma^2)), normalised, at the whole pixel nearest
    /// to i steps in the direction of the angle (0 degrees: to the right, 90: down); the edge is clamped.
    /// </summary>
    public static RealImage MotionBlur(RealImage image, int radius, double sigma, double degrees)
    {
        var weights = new double[2 * radius + 1];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = Math.Exp(-i * i / (2 * sigma * sigma));
        }
        Normalise(weights);
        double angle = degrees * Math.PI / 180;
        var result = new RealImage(image.Height, image.Width, image.Channels);
        for (int i = 0; i < weights.Length; i++)
        {
            int dy = (int)Math.Ceiling(i * Math.Sin(angle) - 0.5);
            int dx = (int)Math.Ceiling(i * Math.Cos(angle) - 0.5);
            AddShifted(result, image, weights[i], dy, dx, Border.Clamp);
        }
        return result;
    }

    /// <summary>
    /// Enlarges the centre: the middle ceil(side / factor) rows and columns, stretched bilinearly (first and last pixel
    /// stay first and last) to round(that * factor) and cut to the image's size.
    /// </summary>
    public static RealImage CentreZoom(RealImage image, double factor)
    {
        var ys = ZoomAxis(image.Height, factor);
        var xs = ZoomAxis(image.Width, factor);
        var result = new RealImage(image.Height, image.Width, image.Channels);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                Bilinear(image, ys[y], xs[x], Border.Clamp, result.Values.AsSpan(result.Offset(y, x)));
            }
        }
        return result;
    }

    /// <summary>The pixel at a real position, interpolated bilinearly.</summary>
    /// <param name="image">The image.</param>
    /// <param name="y">Row; pixel centres are at integers.</param>
    /// <param name="x">Column.</param>
    /// <param name="border">What lies outside.</param>
    /// <param name="pixel">Receives the channels.</param>
    public static void Bilinear(RealImage image, double y, double x, Border border, Span<double> pixel)
    {
        int top = (int)Math.Floor(y);
        int left = (int)Math.Floor(x);
        double fy = y - top;
        double fx = x - left;
        int y0 = border.Resolve(top, image.Height);
        int y1 = border.Resolve(top + 1, image.Height);
        int x0 = border.Resolve(left, image.Width);
        int x1 = border.Resolve(left + 1, image.Width);
        for (int channel = 0; channel < image.Channels; channel++)
        {
            double a = image.Values[image.Offset(y0, x0) + channel];
            double b = image.Values[image.Offset(y0, x1) + channel];
            double c = image.Values[image.Offset(y1, x0) + channel];
            double d = image.Values[image.Offset(y1, x1) + channel];
            pixel[channel] = (1 - fy) * ((1 - fx) * a + fx * b) + fy * ((1 - fx) * c + fx * d);
        }
    }

    /// <summary>Divides by the sum, in place.</summary>
    public static double[] Normalise(double[] weights)
    {
        double sum = 0;
        foreach (double weight in weights)
        {
            sum += weight;
        }
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] /= sum;
        }
        return weights;
    }

    private static RealImage Columns(RealImage image, double[] kernel, Border border)
    {
        var result = new RealImage(image.Height, image.Width, image.Channels);
        for (int i = 0; i < kernel.Length; i++)
        {
            AddShifted(result, image, kernel[i], i - kernel.Length / 2, 0, border);
        }
        return result;
    }

    private static RealImage Rows(RealImage image, double[] kernel, Border border)
    {
        var result = new RealImage(image.Height, image.Width, image.Channels);
        for (int i = 0; i < kernel.Length; i++)
        {
            AddShifted(result, image, kernel[i], 0, i - kernel.Length / 2, border);
        }
        return result;
    }

    /// <summary>sum(y, x) += weight * image(y + dy, x + dx).</summary>
    private static void AddShifted(RealImage sum, RealImage image, double weight, int dy, int dx, Border border)
    {
        int channels = image.Channels;
        for (int y = 0; y < image.Height; y++)
        {
            int row = border.Resolve(y + dy, image.Height);
            for (int x = 0; x < image.Width; x++)
            {
                int from = image.Offset(row, border.Resolve(x + dx, image.Width));
                int to = image.Offset(y, x);
                for (int channel = 0; channel < channels; channel++)
                {
                    sum.Values[to + channel] += weight * image.Values[from + channel];
                }
            }
        }
    }

    /// <summary>Where each row (or column) of a zoomed image lies in the original.</summary>
    private static double[] ZoomAxis(int side, double factor)
    {
        int crop = (int)Math.Ceiling(side / factor);
        int first = (side - crop) / 2;
        int stretched = Math.Max((int)Math.Round(crop * factor), side);
        int trim = (stretched - side) / 2;
        double step = stretched > 1 ? (crop - 1.0) / (stretched - 1) : 0;
        var places = new double[side];
        for (int i = 0; i < side; i++)
        {
            places[i] = first + (i + trim) * step;
        }
        return places;
    }
}
