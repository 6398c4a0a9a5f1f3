namespace Attune.Host.Data;

/// <summary>
/// Images in a NumPy file of uint8, shape (N, H, W) or (N, H, W, C) with C 1 or 3, with labels in a second file.
/// </summary>
public sealed class NumpyImageSet : ImageSet
{
    private readonly NumpyFile file;
    private readonly int[]? labels;

    private NumpyImageSet(NumpyFile file, int[]? labels, IReadOnlyList<string> classes)
        : base((int)file.Shape[0], (int)file.Shape[1], (int)file.Shape[2], ChannelsOf(file), classes, file)
    {
        this.file = file;
        this.labels = labels;
    }

    /// <summary>Opens images and labels.</summary>
    /// <param name="imagePath">The .npy file of the images.</param>
    /// <param name="labelPath">The .npy file of the labels, shape (N,); null: the set has no labels.</param>
    /// <param name="classes">Names of the classes; null: "0", "1", ... up to the largest label.</param>
    /// <exception cref="DataException">A file cannot be read, or the two do not fit together.</exception>
    public static NumpyImageSet Open(string imagePath, string? labelPath, IReadOnlyList<string>? classes = null)
    {
        var file = NumpyFile.Open(imagePath);
        try
        {
            CheckShape(file);
            if (labelPath is null)
            {
                return new NumpyImageSet(file, null, []);
            }
            var labels = ReadLabels(labelPath, file);
            int largest = labels.Max();
            if (classes is not null && largest >= classes.Count)
            {
                throw new DataException(
                    $"{labelPath}: element {Array.IndexOf(labels, largest)} is label {largest}, but there are {classes.Count} classes; give the labels that belong to the images."
                );
            }
            return new NumpyImageSet(
                file,
                labels,
                classes ?? [.. Enumerable.Range(0, largest + 1).Select(n => $"{n}")]
            );
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override LabeledImage ReadCore(int position)
    {
        var image = new Image(Height, Width, Channels);
        file.ReadBytes((long)position * image.Pixels.Length, image.Pixels);
        return new LabeledImage(image, labels?[position] ?? -1, position);
    }

    private static int ChannelsOf(NumpyFile file) => file.Shape.Count == 4 ? (int)file.Shape[3] : 1;

    private static void CheckShape(NumpyFile file)
    {
        var shape = file.Shape;
        bool images =
            file.Type == NumpyType.UInt8
            && shape.Count is 3 or 4
            && shape.All(side => side is > 0 and <= Image.MaxElements)
            && shape[1] * shape[2] <= Image.MaxElements / 3
            && (shape.Count == 3 || shape[3] is 1 or 3);
        if (!images)
        {
            throw new DataException(
                $"{file.Path}: {file.Type} of shape {NumpyFile.Describe(shape)} are no images; give uint8 of shape (N, H, W, 3), (N, H, W, 1) or (N, H, W)."
            );
        }
    }

    private static int[] ReadLabels(string path, NumpyFile images)
    {
        using var file = NumpyFile.Open(path);
        var labels = file.ReadLabels();
        return labels.Length == images.Shape[0]
            ? labels
            : throw new DataException(
                $"{path}: {labels.Length} labels for {images.Shape[0]} images in {images.Path}; give the labels that belong to the images."
            );
    }
}
