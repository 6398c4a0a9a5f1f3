namespace Attune.Host.Data;

/// <summary>The form that pictures of any size are brought to.</summary>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Channels">1 or 3; 0: as the picture has.</param>
/// <param name="Crop">
/// Whether a part of the wanted shape is cut out of the middle first; otherwise the whole picture is stretched to it.
/// </param>
public sealed record PictureForm(int Height, int Width, int Channels = 0, bool Crop = false)
{
    /// <summary>The picture in this form: its channels are converted, then it is cropped, then resized.</summary>
    public Image Apply(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Image part = image.WithChannels(Channels == 0 ? image.Channels : Channels);
        return Resize.To(Crop ? Middle(part) : part, Height, Width, ResizeFilter.Bilinear);
    }

    /// <summary>The largest part with the wanted ratio of height to width, in the middle; odd rests at right and bottom.</summary>
    private Image Middle(Image image)
    {
        int height = (int)Math.Clamp((long)image.Width * Height / Width, 1, image.Height);
        int width = (int)Math.Clamp((long)image.Height * Width / Height, 1, image.Width);
        if (height == image.Height && width == image.Width)
        {
            return image;
        }
        var part = new Image(height, width, image.Channels);
        for (int y = 0; y < height; y++)
        {
            int from = image.Offset((image.Height - height) / 2 + y, (image.Width - width) / 2);
            Array.Copy(image.Pixels, from, part.Pixels, part.Offset(y, 0), width * image.Channels);
        }
        return part;
    }
}
