namespace Attune.Host.Data;

/// <summary>How pixels are weighed when an image is resized. When it shrinks, the filter widens with the scale.</summary>
public enum ResizeFilter
{
    /// <summary>Mean of the pixels whose centres lie under the new pixel; enlarged: the nearest pixel.</summary>
    Box,

    /// <summary>Weights that fall off linearly with the distance, to 0 at one pixel (shrunk: one new pixel).</summary>
    Bilinear,
}

/// <summary>Changes an image's size: each row, then each column, rounded to 8 bits each time.</summary>
public static class Resize
{
    /// <summary>The image at a new size; the image itself if it has that size already.</summary>
    /// <param name="image">The image.</param>
    /// <param name="height">New number of rows, at least 1.</param>
    /// <param name="width">New number of columns, at least 1.</param>
    /// <param name="filter">How pixels are weighed.</param>
    public static Image To(Image image, int height, int width, ResizeFilter filter)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width != width)
        {
            var wide = new Image(image.Height, width, image.Channels);
            for (int x = 0; x < width; x++)
            {
                var (first, weights) = Taps(x, image.Width, width, filter);
                for (int y = 0; y < image.Height; y++)
                {
                    Sum(image, image.Offset(y, first), image.Channels, weights, wide, wide.Offset(y, x));
                }
            }
            image = wide;
        }
        if (image.Height != height)
        {
            var high = new Image(height, image.Width, image.Channels);
            for (int y = 0; y < height; y++)
            {
                var (first, weights) = Taps(y, image.Height, height, filter);
                for (int x = 0; x < image.Width; x++)
                {
                    Sum(image, image.Offset(first, x), image.Offset(1, 0), weights, high, high.Offset(y, x));
                }
            }
            image = high;
        }
        return image;
    }

    /// <summary>The first old pixel that a new one is made of, and the weights from there on; their sum is 1.</summary>
    private static (int First, double[] Weights) Taps(int place, int oldSide, int newSide, ResizeFilter filter)
    {
        double scale = (double)oldSide / newSide;
        double reach = Math.Max(scale, 1) * (filter == ResizeFilter.Box ? 0.5 : 1);
        double centre = (place + 0.5) * scale;
        int first = Math.Max((int)Math.Floor(centre - reach), 0);
        int last = Math.Min((int)Math.Ceiling(centre + reach), oldSide - 1);
        var weights = new double[last - first + 1];
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double distance = (first + i + 0.5 - centre) / reach;
            weights[i] = filter switch
            {
                // Half-open, so that a centre on the boundary counts for one new pixel alone.
                ResizeFilter.Box => distance is > -1 and <= 1 ? 1 : 0,
                _ => Math.Max(1 - Math.Abs(distance), 0),
            };
            sum += weights[i];
        }
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] /= sum;
        }
        return (first, weights);
    }

    private static void Sum(Image from, int first, int stride, double[] weights, Image to, int at)
    {
        for (int channel = 0; channel < from.Channels; channel++)
        {
            double sum = 0.5;
            for (int i = 0; i < weights.Length; i++)
            {
                if (weights[i] != 0)
                {
                    sum += weights[i] * from.Pixels[first + i * stride + channel];
                }
            }
            to.Pixels[at + channel] = (byte)sum;
        }
    }
}
