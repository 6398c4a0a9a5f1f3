namespace Attune.Host.Data;

/// <summary>An <see cref="ImageSet"/> that is held in memory.</summary>
public sealed class MemoryImageSet : ImageSet
{
    private readonly LabeledImage[] images;

    /// <summary>Wraps images of one size.</summary>
    /// <param name="images">At least one.</param>
    /// <param name="classes">Names of the classes; empty if every label is -1.</param>
    public MemoryImageSet(IReadOnlyList<LabeledImage> images, IReadOnlyList<string> classes)
        : this([.. images], First(images), classes) { }

    private MemoryImageSet(LabeledImage[] images, Image first, IReadOnlyList<string> classes)
        : base(images.Length, first.Height, first.Width, first.Channels, classes)
    {
        this.images = images;
        foreach (var (image, label, _) in this.images)
        {
            if (image.Height != Height || image.Width != Width || image.Channels != Channels)
            {
                throw new ArgumentException("the images of a set have one size", nameof(images));
            }
            if (classes.Count == 0 ? label != -1 : (uint)label >= (uint)classes.Count)
            {
                throw new ArgumentException($"label {label} is not among {classes.Count} classes", nameof(images));
            }
        }
    }

    /// <inheritdoc/>
    protected override LabeledImage ReadCore(int position) => images[position];

    private static Image First(IReadOnlyList<LabeledImage> images) =>
        images.Count > 0
            ? images[0].Image
            : throw new ArgumentException("a set has at least one image", nameof(images));
}
