using Attune.Data;
using Attune.Storage;

namespace Attune.Host.Running;

/// <summary>
/// Paths around a card folder. Cards are FAT, where names have no case: where a file system tells <c>JOB.TXT</c> from
/// <c>job.txt</c>, either is found.
/// </summary>
public static class CardFolder
{
    /// <summary>Name of the folder on the card that Attune uses.</summary>
    public const string Name = "attune";

    /// <summary>The folder that holds job.txt: the given one, or its subfolder "attune".</summary>
    /// <exception cref="StorageException">Neither holds a job.</exception>
    /// <exception cref="CardException">Two names differ only by case.</exception>
    public static string Find(string path)
    {
        if (File.Exists(path))
        {
            throw new StorageException(CardFault.NoJob, $"{path}: is a file; name the card folder that holds it");
        }
        if (!Directory.Exists(path))
        {
            throw new StorageException(
                CardFault.NoJob,
                $"{path}: there is no such folder; make a card with 'attune card'"
            );
        }
        foreach (string candidate in (string[])[path, Inside(path)])
        {
            if (File.Exists(PathOf(candidate, CardFiles.Job)))
            {
                return candidate;
            }
        }
        throw new StorageException(
            CardFault.NoJob,
            $"{path}: holds no {CardFiles.Job}; make a card with 'attune card'"
        );
    }

    /// <summary>The folder "attune" of a card, there or not, in whatever case it is written.</summary>
    /// <exception cref="CardException">There are two.</exception>
    public static string Inside(string card) => PathOf(card, Name);

    /// <summary>A file of the folder, there or not, in whatever case it is written.</summary>
    /// <exception cref="CardException">Two differ only by case.</exception>
    public static string PathOf(string folder, string name)
    {
        string exact = Path.Combine(folder, name);
        if (!Directory.Exists(folder))
        {
            return exact;
        }
        var likely = new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive, AttributesToSkip = 0 };
        string[] found = [.. Directory.EnumerateFileSystemEntries(folder, name, likely).Order(StringComparer.Ordinal)];
        return found.Length switch
        {
            0 => exact,
            1 => Path.Combine(folder, Path.GetFileName(found[0])),
            _ => throw new CardException(
                $"{folder}: holds {string.Join(" and ", found.Select(Path.GetFileName))}, which are one file on a card; remove one"
            ),
        };
    }

    /// <summary>The files of a folder, in whatever case they are written.</summary>
    public static IStorage Storage(string folder) => new CardStorage(folder);

    /// <summary>Opens a sample file by path.</summary>
    /// <exception cref="StorageException">It is no sound sample file; names the path.</exception>
    public static SampleFile OpenSamples(string path)
    {
        string full = Path.GetFullPath(path);
        string? problem =
            Directory.Exists(full)
                ? $"is a folder, samples are a file (.ats); make one with 'attune pack {path} -o FILE.ats'"
            : !File.Exists(full) ? "there is no such file; make it with 'attune pack'"
            : new FileInfo(full).Length == 0 ? "the file is empty; make it again with 'attune pack', or copy it again"
            : null;
        if (problem is not null)
        {
            throw new StorageException(CardFault.BadSamples, $"{path}: {problem}");
        }
        return new SampleFile(new FolderStorage(Path.GetDirectoryName(full)!), Path.GetFileName(full));
    }
}
