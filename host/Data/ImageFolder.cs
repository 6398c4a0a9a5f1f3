namespace Attune.Host.Data;

/// <summary>
/// A folder with one folder per class, each with images (.png, .ppm, .pgm, .pnm). Classes are the folders' names in ordinal
/// order; within a class, images are in ordinal order of their names. Other files are passed over, but images in
/// formats that cannot be read are an error, so that none is left out unnoticed.
/// </summary>
public sealed class ImageFolder : ImageSet
{
    private static readonly string[] Readable = [".PNG", ".PPM", ".PGM", ".PNM"];

    private static readonly string[] Unreadable =
    [
        ".JPG",
        ".JPEG",
        ".BMP",
        ".GIF",
        ".TIF",
        ".TIFF",
        ".WEBP",
        ".HEIC",
        ".AVIF",
    ];

    private readonly List<(string Path, int Label)> files;
    private readonly ResizeFilter? resize;

    private ImageFolder(
        List<(string Path, int Label)> files,
        IReadOnlyList<string> classes,
        int height,
        int width,
        int channels,
        ResizeFilter? resize
    )
        : base(files.Count, height, width, channels, classes)
    {
        this.files = files;
        this.resize = resize;
    }

    /// <summary>Opens a folder. Images are read and checked when they are asked for.</summary>
    /// <param name="root">The folder that holds the classes' folders.</param>
    /// <param name="height">Rows that every image has or gets, at least 1.</param>
    /// <param name="width">Columns that every image has or gets, at least 1.</param>
    /// <param name="channels">1 or 3; gray images and colour images are converted (<see cref="Image.WithChannels"/>).</param>
    /// <param name="resize">How images of another size are resized; null: they are an error.</param>
    /// <exception cref="DataException">The folder cannot be read, has no classes or no images.</exception>
    public static ImageFolder Open(string root, int height, int width, int channels, ResizeFilter? resize = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "an image has 1 or 3 channels");
        }
        var classes = new List<string>();
        var files = new List<(string, int)>();
        try
        {
            var folders = Directory.GetDirectories(root);
            Array.Sort(folders, string.CompareOrdinal);
            foreach (string folder in folders)
            {
                int before = files.Count;
                AddFiles(folder, classes.Count, files);
                if (files.Count == before)
                {
                    throw new DataException(
                        $"{folder}: there is no PNG, PPM or PGM image in this class; add images or remove the folder."
                    );
                }
                classes.Add(Path.GetFileName(folder));
            }
        }
        catch (Exception error) when (DataFile.IsSystemError(error))
        {
            throw DataFile.Unreadable(root, error);
        }
        if (files.Count == 0)
        {
            throw new DataException($"{root}: there are no class folders; make one folder per class with its images.");
        }
        return new ImageFolder(files, classes, height, width, channels, resize);
    }

    /// <inheritdoc/>
    protected override LabeledImage ReadCore(int position)
    {
        var (path, label) = files[position];
        var image = ImageFile.Read(path).WithChannels(Channels);
        if (image.Height != Height || image.Width != Width)
        {
            if (resize is not ResizeFilter filter)
            {
                throw new DataException(
                    $"{path}: the image is {image.Height} high and {image.Width} wide, but {Height} and {Width} are needed; resize it or ask for resizing."
                );
            }
            image = Resize.To(image, Height, Width, filter);
        }
        return new LabeledImage(image, label, position);
    }

    private static void AddFiles(string folder, int label, List<(string, int)> files)
    {
        var paths = Directory.GetFiles(folder);
        Array.Sort(paths, string.CompareOrdinal);
        foreach (string path in paths)
        {
            string extension = Path.GetExtension(path).ToUpperInvariant();
            if (Unreadable.Contains(extension))
            {
                throw new DataException(
                    $"{path}: images of this format are not supported; convert the folder to PNG, PPM or PGM with any image tool."
                );
            }
            if (Readable.Contains(extension))
            {
                files.Add((path, label));
            }
        }
    }
}
