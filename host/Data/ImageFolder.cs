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
    private readonly bool dropsColor;

    private ImageFolder(
        List<(string Path, int Label)> files,
        IReadOnlyList<string> classes,
        (int Height, int Width, int Channels) shape,
        ResizeFilter? resize,
        bool dropsColor
    )
        : base(files.Count, shape.Height, shape.Width, shape.Channels, classes)
    {
        this.files = files;
        this.resize = resize;
        this.dropsColor = dropsColor;
    }

    /// <summary>Opens a folder. Images are read and checked when they are asked for.</summary>
    /// <param name="root">The folder that holds the classes' folders.</param>
    /// <param name="size">
    /// Height and width to which all images are resized; null: they must have the size of the first one.
    /// </param>
    /// <param name="channels">
    /// 1 or 3: images are converted (<see cref="Image.WithChannels"/>); null: as the first one has, and colour is not
    /// dropped.
    /// </param>
    /// <param name="filter">How images are resized.</param>
    /// <exception cref="DataException">The folder cannot be read, has no classes or no images.</exception>
    public static ImageFolder Open(
        string root,
        (int Height, int Width)? size = null,
        int? channels = null,
        ResizeFilter filter = ResizeFilter.Bilinear
    )
    {
        if (size is not null)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size.Value.Height, 1, nameof(size));
            ArgumentOutOfRangeException.ThrowIfLessThan(size.Value.Width, 1, nameof(size));
        }
        if (channels is not (null or 1 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "an image has 1 or 3 channels");
        }
        var classes = new List<string>();
        var files = new List<(string Path, int Label)>();
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
        var first = ImageFile.Read(files[0].Path);
        var (height, width) = size ?? (first.Height, first.Width);
        return new ImageFolder(
            files,
            classes,
            (height, width, channels ?? first.Channels),
            size is null ? null : filter,
            channels is not null
        );
    }

    /// <inheritdoc/>
    protected override LabeledImage ReadCore(int position)
    {
        var (path, label) = files[position];
        var image = ImageFile.Read(path);
        if (image.Channels > Channels && !dropsColor)
        {
            throw new DataException(
                $"{path}: the image has colours, but the first one, {files[0].Path}, is gray; convert one or the other."
            );
        }
        image = image.WithChannels(Channels);
        if (image.Height != Height || image.Width != Width)
        {
            if (resize is not ResizeFilter filter)
            {
                throw new DataException(
                    $"{path}: the image is {image.Height} high and {image.Width} wide, but the first one, {files[0].Path}, {Height} and {Width}; resize it or ask for a size."
                );
            }
            image = Resize.To(image, Height, Width, filter);
        }
        return new LabeledImage(image, label, position);
    }

    private static void AddFiles(string folder, int label, List<(string Path, int Label)> files)
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
