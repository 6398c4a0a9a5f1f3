namespace Attune.Host.Data;

/// <summary>Many images side by side in one, to look at a data set.</summary>
public static class ContactSheet
{
    private const int Gap = 2;
    private const int LeastSide = 64;

    /// <summary>Writes the first images of a set, row after row, as a square-ish grid on black.</summary>
    /// <param name="path">The file; its ending (.png, .ppm or .pgm) chooses the format.</param>
    /// <param name="images">The set.</param>
    /// <param name="count">How many images at most, at least 1.</param>
    /// <exception cref="DataException">An image cannot be read or the file cannot be written.</exception>
    public static void Write(string path, ImageSet images, int count)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        count = Math.Min(count, images.Count);
        ImageFile.Write(path, Make(images, count, (int)Math.Ceiling(Math.Sqrt(count))));
    }

    /// <summary>The first images of a set as a grid. Small images are enlarged, every pixel to a square.</summary>
    /// <param name="images">The set.</param>
    /// <param name="count">How many images, 1..images.Count.</param>
    /// <param name="columns">Images in a row, at least 1.</param>
    /// <exception cref="DataException">The sheet would be too large, or an image cannot be read.</exception>
    public static Image Make(ImageSet images, int count, int columns)
    {
        ArgumentNullException.ThrowIfNull(images);
        int factor = (LeastSide + Math.Max(images.Height, images.Width) - 1) / Math.Max(images.Height, images.Width);
        int rows = (count + columns - 1) / columns;
        int height = factor * images.Height + Gap;
        int width = factor * images.Width + Gap;
        if ((Int128)rows * height * columns * width * images.Channels > Image.MaxElements)
        {
            throw new DataException($"a sheet of {count} images of this size is too large; choose fewer.");
        }
        var sheet = new Image(rows * height - Gap, columns * width - Gap, images.Channels);
        for (int position = 0; position < count; position++)
        {
            var large = Resize.To(images.Read(position).Image, height - Gap, width - Gap, ResizeFilter.Box);
            for (int y = 0; y < large.Height; y++)
            {
                int to = sheet.Offset(position / columns * height + y, position % columns * width);
                Array.Copy(large.Pixels, large.Offset(y, 0), sheet.Pixels, to, large.Width * large.Channels);
            }
        }
        return sheet;
    }
}
