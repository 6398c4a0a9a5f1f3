namespace Attune.Host.Data;

/// <summary>
/// Images and labels in two IDX files (<see cref="IdxFile"/>): images of shape (N, H, W), or (N, H, W, C) with C 1 or 3, and
/// labels of shape (N). They are held in memory.
/// </summary>
public sealed class IdxImageSet : ImageSet
{
    private readonly IdxFile images;
    private readonly IdxFile labels;

    private IdxImageSet(IdxFile images, IdxFile labels, IReadOnlyList<string> classes)
        : base(
            images.Shape[0],
            images.Shape[1],
            images.Shape[2],
            images.Shape.Count == 4 ? images.Shape[3] : 1,
            classes
        )
    {
        this.images = images;
        this.labels = labels;
    }

    /// <summary>Reads both files.</summary>
    /// <param name="imagePath">The file of the images.</param>
    /// <param name="labelPath">The file of their labels.</param>
    /// <param name="classes">Names of the classes, in the order of the labels.</param>
    /// <exception cref="DataException">A file cannot be read, or the two or the classes do not fit together.</exception>
    public static IdxImageSet Open(string imagePath, string labelPath, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        IdxFile images = IdxFile.Read(imagePath);
        IReadOnlyList<int> shape = images.Shape;
        bool pictures =
            shape.Count is 3 or 4
            && (long)shape[1] * shape[2] <= Image.MaxElements / 3
            && (shape.Count == 3 || shape[3] is 1 or 3);
        if (!pictures)
        {
            throw new DataException(
                $"{imagePath}: an array of {Describe(shape)} holds no images; give images x height x width, as in …-images-idx3-ubyte."
            );
        }
        IdxFile labels = IdxFile.Read(labelPath);
        if (labels.Shape.Count != 1)
        {
            throw new DataException(
                $"{labelPath}: an array of {Describe(labels.Shape)} holds no labels; give one dimension, as in …-labels-idx1-ubyte."
            );
        }
        if (labels.Shape[0] != shape[0])
        {
            throw new DataException(
                $"{labelPath}: {labels.Shape[0]} labels for {shape[0]} images in {imagePath}; give the labels that belong to the images."
            );
        }
        int wrong = Array.FindIndex(labels.Values, label => label >= classes.Count);
        return wrong < 0
            ? new IdxImageSet(images, labels, classes)
            : throw new DataException(
                $"{labelPath}: label {wrong} is {labels.Values[wrong]}, but there are {classes.Count} classes; give the names of all with --classes, or the labels that belong to the images."
            );
    }

    /// <inheritdoc/>
    public override int LabelOf(int position) => labels.Values[position];

    /// <inheritdoc/>
    protected override LabeledImage ReadCore(int position)
    {
        var image = new Image(Height, Width, Channels);
        images.Values.AsSpan(position * image.Pixels.Length, image.Pixels.Length).CopyTo(image.Pixels);
        return new LabeledImage(image, labels.Values[position], position);
    }

    private static string Describe(IReadOnlyList<int> shape) => string.Join(" x ", shape);
}
