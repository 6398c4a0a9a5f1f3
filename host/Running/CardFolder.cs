using Attune.Data;
using Attune.Host.Data;
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
    /// <exception cref="DataException">The path is of something else, which the message names.</exception>
    /// <exception cref="StorageException">There is no such file, or it is damaged.</exception>
    public static SampleFile OpenSamples(string path)
    {
        SampleReader.RequireKind(path);
        string full = Path.GetFullPath(path);
        return new SampleFile(new FolderStorage(Path.GetDirectoryName(full)!), Path.GetFileName(full));
    }
}
