namespace Attune.Host.Reference.Training;

/// <summary>Random changes of a picture that leave its class: mirrored left to right, and shifted.</summary>
/// <param name="Flip">Whether half of the pictures are mirrored.</param>
/// <param name="Shift">Pixels by which a picture moves at most, down or up and to either side; its border is repeated.</param>
public sealed record PictureAugmentation(bool Flip, int Shift)
{
    /// <summary>Changes a picture in place, by one draw for the mirror and two for the shift.</summary>
    /// <param name="picture">Values in H, W, C order.</param>
    /// <param name="shape">N, H, W, C; N is 1.</param>
    /// <param name="random">Decides.</param>
    public void Apply(Span<float> picture, int[] shape, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(random);
        var (height, width, channels) = (shape[1], shape[2], shape[3]);
        bool mirrored = random.Below(2) == 1 && Flip;
        int down = random.Below(2 * Shift + 1) - Shift;
        int right = random.Below(2 * Shift + 1) - Shift;
        float[] source = picture.ToArray();
        for (int y = 0; y < height; y++)
        {
            int row = Math.Clamp(y - down, 0, height - 1) * width;
            for (int x = 0; x < width; x++)
            {
                int column = Math.Clamp(x - right, 0, width - 1);
                column = mirrored ? width - 1 - column : column;
                source.AsSpan((row + column) * channels, channels).CopyTo(picture[((y * width + x) * channels)..]);
            }
        }
    }

    /// <summary>The changes of a text such as <c>flip,shift=2</c>; null if it is none.</summary>
    public static PictureAugmentation? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool flip = false;
        int shift = 0;
        foreach (string word in text.Split(','))
        {
            bool shifts = word.StartsWith("shift=", StringComparison.Ordinal);
            bool good = shifts ? int.TryParse(word[6..], out shift) && shift is >= 1 and <= 64 : word == "flip";
            if (!good)
            {
                return null;
            }
            flip |= word == "flip";
        }
        return new PictureAugmentation(flip, shift);
    }
}
