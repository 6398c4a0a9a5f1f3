using Attune.Host.Data;

namespace Attune.Host.Bench.Tasks;

/// <summary>Images as samples of networks whose input is pixel - 128.</summary>
public static class PixelSamples
{
    /// <summary>All images of a set, in its order.</summary>
    /// <exception cref="DataException">The data behind the set is damaged.</exception>
    public static MemorySamples Of(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        LabeledImage[] all = [.. images.ReadAll()];
        return new MemorySamples(
            [.. all.Select(one => Array.ConvertAll(one.Image.Pixels, pixel => (byte)(pixel ^ 0x80)))],
            [.. all.Select(one => one.Label)],
            images.Classes.Count
        );
    }
}
