namespace Attune.Host.Data.Corruptions;

/// <summary>An image of real values, 0 for black and 1 for white, in H, W, C order.</summary>
internal sealed class RealImage(int height, int width, int channels)
{
    public int Height { get; } = height;

    public int Width { get; } = width;

    public int Channels { get; } = channels;

    public double[] Values { get; } = new double[height * width * channels];

    /// <summary>pixel / 255.</summary>
    public static RealImage From(Image image)
    {
        var result = new RealImage(image.Height, image.Width, image.Channels);
        for (int i = 0; i < result.Values.Length; i++)
        {
            result.Values[i] = image.Pixels[i] / 255.0;
        }
        return result;
    }

    /// <summary>Clipped to 0..1, times 255, cut off to an integer, as the benchmark does it.</summary>
    public Image ToImage()
    {
        var result = new Image(Height, Width, Channels);
        for (int i = 0; i < Values.Length; i++)
        {
            result.Pixels[i] = (byte)(Math.Clamp(Values[i], 0, 1) * 255);
        }
        return result;
    }

    /// <summary>Index into <see cref="Values"/> of a pixel's first channel.</summary>
    public int Offset(int y, int x) => (y * Width + x) * Channels;
}
