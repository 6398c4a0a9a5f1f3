using Attune.Host.Shell;

namespace Attune.Host.Data;

/// <summary>
/// What a folder with one folder for each class holds: the pictures with their classes, and what is passed over. Classes
/// are those of a list, whose order counts, or else the folders' names in ordinal order.
/// </summary>
public sealed class ClassFolders
{
    private const int Named = 3;

    /// <summary>Files and folders that systems and programs leave behind; whatever begins with a dot is another.</summary>
    private static readonly string[] SystemNames =
    [
        "__MACOSX",
        "System Volume Information",
        "$RECYCLE.BIN",
        "Thumbs.db",
        "desktop.ini",
        "@eaDir",
    ];

    private readonly List<(string Path, int Label)> pictures = [];
    private readonly List<string> hidden = [];
    private readonly List<string> others = [];

    private ClassFolders(IReadOnlyList<string> classes) => Classes = classes;

    /// <summary>Names of the classes, in the order of the labels.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The pictures, class after class as the folders are sorted, then in ordinal order of their names.</summary>
    public IReadOnlyList<(string Path, int Label)> Pictures => pictures;

    /// <summary>What the user should know: what was passed over, and classes without pictures. One sentence each.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>Whether a file or folder is a hidden one or one that a system leaves behind.</summary>
    public static bool IsHidden(string path)
    {
        string name = Path.GetFileName(path);
        return name.StartsWith('.') || SystemNames.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Looks through a folder.</summary>
    /// <param name="root">The folder that holds the classes' folders.</param>
    /// <param name="names">The classes in the order of their labels; null: the folders, in ordinal order.</param>
    /// <exception cref="DataException">
    /// The folder cannot be read or is no folder of class folders, or a folder's name is not in the list.
    /// </exception>
    public static ClassFolders Scan(string root, IReadOnlyList<string>? names)
    {
        if (File.Exists(root))
        {
            throw new DataException($"{root}: {NoFolder(root)}");
        }
        try
        {
            string[] folders = Sorted(Directory.GetDirectories(root));
            string[] visible = [.. folders.Where(folder => !IsHidden(folder))];
            RejectLoosePictures(root, visible.Length > 0);
            if (visible.Length == 0)
            {
                throw new DataException(
                    $"{root}: there are no class folders; make one folder per class with its pictures."
                );
            }
            var found = new ClassFolders(names ?? [.. visible.Select(folder => Path.GetFileName(folder))]);
            found.hidden.AddRange(folders.Where(IsHidden));
            found.PassOver(Sorted(Directory.GetFiles(root)));
            found.AddFolders(visible, names);
            found.Notes = [.. found.Remarks()];
            return found;
        }
        catch (Exception error) when (DataFile.IsSystemError(error))
        {
            throw DataFile.Unreadable(root, error);
        }
    }

    /// <summary>Number of pictures of each class.</summary>
    public static int[] Count(IEnumerable<int> labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var counts = new int[classes];
        foreach (int label in labels.Where(label => label >= 0))
        {
            counts[label]++;
        }
        return counts;
    }

    private static string NoFolder(string path) =>
        Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".ZIP" or ".TAR" or ".GZ" or ".TGZ" or ".7Z" or ".RAR" =>
                "is an archive; unpack it and give the folder that holds the class folders.",
            ".ATS" => "is a sample file already; give it to the other commands as it is.",
            ".NPY" or ".BIN" => "is no folder; 'attune data' reads data sets in files.",
            _ => "is a file; give the folder that holds one folder of pictures for each class.",
        };

    private static string[] Sorted(string[] paths)
    {
        Array.Sort(paths, string.CompareOrdinal);
        return paths;
    }

    private static void RejectLoosePictures(string root, bool hasFolders)
    {
        string[] loose =
        [
            .. Sorted(Directory.GetFiles(root)).Where(path => !IsHidden(path) && ImageFile.IsPicture(path)),
        ];
        if (loose.Length > 0)
        {
            string how = hasFolders ? "beside the class folders" : "and no class folders";
            throw new DataException(
                $"{root}: {loose.Length} pictures {how} (such as {Path.GetFileName(loose[0])}); put each into the folder of its class."
            );
        }
    }

    private void AddFolders(string[] folders, IReadOnlyList<string>? names)
    {
        var owners = new Dictionary<int, string>();
        for (int i = 0; i < folders.Length; i++)
        {
            int label = names is null ? i : ClassOf(folders[i], names);
            if (!owners.TryAdd(label, folders[i]))
            {
                throw new DataException(
                    $"{folders[i]}: class \"{Classes[label]}\" has the folder {Path.GetFileName(owners[label])} too; keep one of them."
                );
            }
            AddFiles(folders[i], label);
        }
    }

    private void AddFiles(string folder, int label)
    {
        string[] inner = Sorted(Directory.GetDirectories(folder));
        if (inner.FirstOrDefault(path => !IsHidden(path)) is { } nested)
        {
            throw new DataException(
                $"{nested}: a folder inside a class folder; move its pictures into {Path.GetFileName(folder)}, or give the folder that holds the class folders."
            );
        }
        hidden.AddRange(inner);
        int before = pictures.Count;
        string[] files = Sorted(Directory.GetFiles(folder));
        pictures.AddRange(
            files.Where(path => !IsHidden(path) && ImageFile.IsPicture(path)).Select(path => (path, label))
        );
        PassOver(files);
        if (pictures.Count == before)
        {
            throw new DataException($"{folder}: there is no picture in this class; add pictures or remove the folder.");
        }
    }

    private void PassOver(string[] files)
    {
        hidden.AddRange(files.Where(IsHidden));
        others.AddRange(files.Where(path => !IsHidden(path) && !ImageFile.IsPicture(path)));
    }

    /// <summary>The class of a folder's name: the same name, or the only one that differs in case alone.</summary>
    private static int ClassOf(string folder, IReadOnlyList<string> names)
    {
        string name = Path.GetFileName(folder);
        int[] same = [.. Places(names, name, StringComparison.Ordinal)];
        int[] alike = same.Length > 0 ? same : [.. Places(names, name, StringComparison.OrdinalIgnoreCase)];
        return alike.Length switch
        {
            1 => alike[0],
            0 => throw new DataException(
                $"{folder}: \"{name}\" is none of the {names.Count} classes; the nearest is \"{EditDistance.Nearest(name, names)}\": rename the folder or correct the list of classes."
            ),
            _ => throw new DataException(
                $"{folder}: \"{name}\" could be {string.Join(" or ", alike.Select(place => $"\"{names[place]}\""))}; name the folder exactly as its class."
            ),
        };
    }

    private static IEnumerable<int> Places(IReadOnlyList<string> names, string name, StringComparison comparison) =>
        Enumerable.Range(0, names.Count).Where(place => string.Equals(names[place], name, comparison));

    private IEnumerable<string> Remarks()
    {
        if (hidden.Count > 0)
        {
            yield return $"skipped {Listed(hidden)}: hidden or left by a system";
        }
        if (others.Count > 0)
        {
            yield return $"skipped {Listed(others)}: no pictures";
        }
        int[] counts = Count(pictures.Select(one => one.Label), Classes.Count);
        string[] empty = [.. Classes.Where((_, place) => counts[place] == 0)];
        if (empty.Length > 0)
        {
            string more = empty.Length > Named ? $" and {empty.Length - Named} more" : "";
            yield return $"no folder, so no pictures, of class {string.Join(", ", empty.Take(Named))}{more}";
        }
    }

    private static string Listed(List<string> paths) =>
        string.Join(", ", paths.Take(Named).Select(path => Path.GetFileName(path)))
        + (paths.Count > Named ? $" and {paths.Count - Named} more" : "");
}
