namespace Attune.Host.Data;

/// <summary>An image of 8-bit values 0..255 in H, W, C order: rows from the top, pixels from the left, then R, G, B.</summary>
public sealed class Image
{
    /// <summary>The most values (height * width * channels) that an image may have.</summary>
    public const int MaxElements = 1 << 28;

    /// <summary>Wraps an array; it is not copied.</summary>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="channels">1 (gray) or 3 (R, G, B).</param>
    /// <param name="pixels">height * width * channels values.</param>
    public Image(int height, int width, int channels, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "an image has 1 or 3 channels");
        }
        if (pixels.Length != (long)height * width * channels)
        {
            throw new ArgumentException(
                $"{height}x{width}x{channels} needs another number than {pixels.Length}",
                nameof(pixels)
            );
        }
        Height = height;
        Width = width;
        Channels = channels;
        Pixels = pixels;
    }

    /// <summary>An image of zeros.</summary>
    public Image(int height, int width, int channels)
        : this(height, width, channels, new byte[checked(height * width * channels)]) { }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>1 or 3.</summary>
    public int Channels { get; }

    /// <summary>The values, in H, W, C order.</summary>
    public byte[] Pixels { get; }

    /// <summary>Index into <see cref="Pixels"/> of a pixel's first channel.</summary>
    public int Offset(int y, int x) => (y * Width + x) * Channels;

    /// <summary>
    /// The image with the wanted number of channels: itself; gray repeated three times; or colour reduced to luma,
    /// (299 R + 587 G + 114 B + 500) / 1000 (ITU-R BT.601).
    /// </summary>
    /// <param name="channels">1 or 3.</param>
    public Image WithChannels(int channels)
    {
        if (channels == Channels)
        {
            return this;
        }
        var result = new Image(Height, Width, channels);
        for (int i = 0; i < Height * Width; i++)
        {
            if (channels == 3)
            {
                result.Pixels.AsSpan(3 * i, 3).Fill(Pixels[i]);
            }
            else
            {
                var rgb = Pixels.AsSpan(3 * i, 3);
                result.Pixels[i] = (byte)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
            }
        }
        return result;
    }
}
