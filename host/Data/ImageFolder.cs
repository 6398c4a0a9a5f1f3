namespace Attune.Host.Data;

/// <summary>
/// A folder with one folder per class, each with pictures (<see cref="ClassFolders"/>). All pictures are read when the
/// folder is opened, so that everything that is wrong with them is known before anything is written. As many as
/// <see cref="KeptBytes"/> hold stay in memory; the others are read again when they are asked for.
/// </summary>
public sealed class ImageFolder : ImageSet
{
    private const long KeptBytes = 1 << 28;
    private const int Listed = 5;

    private readonly IReadOnlyList<(string Path, int Label)> files;
    private readonly PictureForm? form;
    private readonly Image?[] kept;

    private ImageFolder(
        ClassFolders folders,
        IReadOnlyList<(string Path, int Label)> files,
        Image?[] kept,
        (int Height, int Width, int Channels) shape,
        PictureForm? form
    )
        : base(files.Count, shape.Height, shape.Width, shape.Channels, folders.Classes)
    {
        this.files = files;
        this.kept = kept;
        this.form = form;
        Notes = folders.Notes;
    }

    /// <summary>What was passed over, and classes without pictures. One sentence each.</summary>
    public IReadOnlyList<string> Notes { get; private init; }

    /// <summary>Number of pictures that could not be read and were left out.</summary>
    public int Skipped { get; private init; }

    /// <summary>Opens a folder and reads all of its pictures.</summary>
    /// <param name="root">The folder that holds the classes' folders.</param>
    /// <param name="options">How pictures are read, or null for the defaults.</param>
    /// <exception cref="DataException">
    /// The folder cannot be read, is no folder of classes, or has pictures that cannot be read (the message names the
    /// first ones) or, without a form, that differ in size.
    /// </exception>
    public static ImageFolder Open(string root, ImageFolderOptions? options = null)
    {
        options ??= new ImageFolderOptions();
        ClassFolders folders = ClassFolders.Scan(root, options.Classes);
        var pass = new ReadingPass(folders.Pictures, options);
        pass.Run();
        int[] good = pass.Good();
        string[] faults = [.. pass.Faults.OfType<string>()];
        if (faults.Length > 0 && !options.SkipsBad)
        {
            throw Bad(root, faults);
        }
        if (good.Length == 0)
        {
            throw new DataException(
                $"{root}: none of the {faults.Length} pictures can be read; the first is {faults[0]}"
            );
        }
        IReadOnlyList<string> notes = folders.Notes;
        if (faults.Length > 0)
        {
            notes = [.. notes, .. faults.Take(Listed), $"left out {faults.Length} pictures that cannot be read"];
        }
        return new ImageFolder(
            folders,
            [.. good.Select(place => folders.Pictures[place])],
            [.. good.Select(place => pass.Kept[place])],
            pass.Shape(good),
            options.Form
        )
        {
            Notes = notes,
            Skipped = faults.Length,
        };
    }

    /// <summary>Number of pictures of each class.</summary>
    public int[] Counts() => ClassFolders.Count(files.Select(file => file.Label), Classes.Count);

    /// <inheritdoc/>
    public override int LabelOf(int position) => files[position].Label;

    /// <inheritdoc/>
    protected override LabeledImage ReadCore(int position)
    {
        var (path, label) = files[position];
        Image image = kept[position] ?? Read(path, form);
        return new LabeledImage(image.WithChannels(Channels), label, position);
    }

    private static Image Read(string path, PictureForm? form)
    {
        Image image = ImageFile.Read(path);
        return form?.Apply(image) ?? image;
    }

    private static DataException Bad(string root, string[] faults)
    {
        string first = string.Join(" ", faults.Take(Listed));
        string more = faults.Length > Listed ? $" And {faults.Length - Listed} more." : "";
        string count = faults.Length == 1 ? "1 picture" : $"{faults.Length} pictures";
        return new DataException(
            $"{root}: {count} cannot be read: {first}{more} Repair or remove them, or leave them out with --skip-bad."
        );
    }

    /// <summary>Reads pictures on all processors and keeps what there is room for.</summary>
    private sealed class ReadingPass(IReadOnlyList<(string Path, int Label)> files, ImageFolderOptions options)
    {
        private readonly (int Height, int Width, int Channels)[] shapes = new (int, int, int)[files.Count];
        private long bytes;
        private int done;

        public Image?[] Kept { get; } = new Image?[files.Count];

        public string?[] Faults { get; } = new string?[files.Count];

        public void Run() => Parallel.For(0, files.Count, Take);

        public int[] Good() => [.. Enumerable.Range(0, files.Count).Where(place => Faults[place] is null)];

        /// <summary>Height, width and channels of all: those of the first, three channels if any picture has colours.</summary>
        public (int Height, int Width, int Channels) Shape(int[] good)
        {
            var first = shapes[good[0]];
            foreach (int place in good)
            {
                var shape = shapes[place];
                if ((shape.Height, shape.Width) != (first.Height, first.Width))
                {
                    throw new DataException(
                        $"{files[place].Path}: the picture is {shape.Height} high and {shape.Width} wide, but the first one, {files[good[0]].Path}, {first.Height} and {first.Width}; give --size or --model, and all are resized."
                    );
                }
            }
            return (first.Height, first.Width, good.Max(place => shapes[place].Channels));
        }

        private void Take(int place)
        {
            try
            {
                Image image = Read(files[place].Path, options.Form);
                shapes[place] = (image.Height, image.Width, image.Channels);
                if (Interlocked.Add(ref bytes, image.Pixels.Length) <= KeptBytes)
                {
                    Kept[place] = image;
                }
            }
            catch (DataException error)
            {
                Faults[place] = error.Message;
            }
            options.Progress?.Invoke(Interlocked.Increment(ref done));
        }
    }
}
