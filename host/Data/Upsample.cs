namespace Attune.Host.Data;

/// <summary>
/// Enlarges images by a whole factor f in integers, bilinearly with half-pixel centres. New coordinate o = f i + r lies
/// at (2 r + 1 - f) / (2 f) from old coordinate i: it takes |2 r + 1 - f| parts of 2 f from the neighbour on that side
/// (clamped to the image) and the rest from i. Both directions are weighed before the one rounding to nearest,
/// halves up. For f = 4 these are the weights 3:5, 1:7, 7:1, 5:3.
/// </summary>
public static class Upsample
{
    /// <summary>The largest factor.</summary>
    public const int MaxFactor = 64;

    /// <summary>The image, factor times as high and as wide.</summary>
    /// <param name="image">The image.</param>
    /// <param name="factor">1..<see cref="MaxFactor"/>.</param>
    /// <exception cref="DataException">The factor is out of range or the result would be too large.</exception>
    public static Image Apply(Image image, int factor)
    {
        ArgumentNullException.ThrowIfNull(image);
        Check(image.Height, image.Width, image.Channels, factor);
        var result = new Image(image.Height * factor, image.Width * factor, image.Channels);
        var columns = new (int Near, int Far, int FarParts)[result.Width];
        for (int x = 0; x < columns.Length; x++)
        {
            columns[x] = Place(x, factor, image.Width);
        }
        int whole = 2 * factor;
        int area = whole * whole;
        for (int y = 0; y < result.Height; y++)
        {
            var row = Place(y, factor, image.Height);
            for (int x = 0; x < columns.Length; x++)
            {
                var column = columns[x];
                int a = image.Offset(row.Near, column.Near);
                int b = image.Offset(row.Near, column.Far);
                int c = image.Offset(row.Far, column.Near);
                int d = image.Offset(row.Far, column.Far);
                int to = result.Offset(y, x);
                for (int channel = 0; channel < image.Channels; channel++)
                {
                    int near =
                        (whole - column.FarParts) * image.Pixels[a + channel]
                        + column.FarParts * image.Pixels[b + channel];
                    int far =
                        (whole - column.FarParts) * image.Pixels[c + channel]
                        + column.FarParts * image.Pixels[d + channel];
                    int sum = (whole - row.FarParts) * near + row.FarParts * far;
                    result.Pixels[to + channel] = (byte)((sum + area / 2) / area);
                }
            }
        }
        return result;
    }

    /// <summary>A set whose images are enlarged when they are read. Disposing it disposes the source.</summary>
    /// <param name="source">The images.</param>
    /// <param name="factor">1..<see cref="MaxFactor"/>.</param>
    /// <exception cref="DataException">The factor is out of range or the result would be too large.</exception>
    public static ImageSet Apply(ImageSet source, int factor)
    {
        ArgumentNullException.ThrowIfNull(source);
        Check(source.Height, source.Width, source.Channels, factor);
        return new EnlargedSet(source, factor);
    }

    private static void Check(int height, int width, int channels, int factor)
    {
        if (factor is < 1 or > MaxFactor || (long)height * width * channels * factor * factor > Image.MaxElements)
        {
            throw new DataException(
                $"a {height}x{width} image cannot be enlarged {factor} times; use a whole factor of 1..{MaxFactor} and at most {Image.MaxElements} values."
            );
        }
    }

    private static (int Near, int Far, int FarParts) Place(int coordinate, int factor, int side)
    {
        int near = coordinate / factor;
        int offset = 2 * (coordinate % factor) + 1 - factor;
        return (near, Math.Clamp(near + Math.Sign(offset), 0, side - 1), Math.Abs(offset));
    }

    private sealed class EnlargedSet(ImageSet source, int factor)
        : ImageSet(source.Count, source.Height * factor, source.Width * factor, source.Channels, source.Classes, source)
    {
        protected override LabeledImage ReadCore(int position)
        {
            var image = source.Read(position);
            return image with { Image = Apply(image.Image, factor) };
        }
    }
}
