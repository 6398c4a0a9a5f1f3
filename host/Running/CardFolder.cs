using Attune.Data;
using Attune.Host.Data;
using Attune.Storage;

namespace Attune.Host.Running;

/// <summary>Paths around a card folder.</summary>
public static class CardFolder
{
    /// <summary>Name of the folder on the card that Attune uses.</summary>
    public const string Name = "attune";

    /// <summary>The folder that holds job.txt: the given one, or its subfolder "attune".</summary>
    /// <exception cref="StorageException">Neither holds a job.</exception>
    public static string Find(string path)
    {
        foreach (string candidate in (string[])[path, Path.Combine(path, Name)])
        {
            if (File.Exists(Path.Combine(candidate, CardFiles.Job)))
            {
                return candidate;
            }
        }
        throw new StorageException(
            CardFault.NoJob,
            $"{path}: holds no {CardFiles.Job}; make a card with 'attune card'"
        );
    }

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
