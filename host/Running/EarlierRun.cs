using Attune.Data;
using Attune.Host.Data;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Host.Running;

/// <summary>What a card folder holds of runs before: found, and set aside where another job comes.</summary>
public static class EarlierRun
{
    /// <summary>Beginning of the names of folders that earlier runs are set aside in: old-1, old-2...</summary>
    public const string Prefix = "old-";

    private static readonly string[] Inputs =
    [
        CardFiles.Job,
        CardFiles.Model,
        CardFiles.Training,
        CardFiles.Validation,
        CardFiles.Skips,
    ];

    /// <summary>Whether a folder holds any file that a run made.</summary>
    public static bool IsIn(string folder) => Present(folder, CardState.ResultFiles).Any();

    /// <summary>
    /// The newest checkpoint of an unfinished run, whatever job it is of, or null. One of another version of the program does
    /// not count: no run can go on from it.
    /// </summary>
    public static CardState? Unfinished(string folder)
    {
        try
        {
            return CardState.Read(folder) is [{ Complete: false } newest, ..] ? newest : null;
        }
        catch (DataException)
        {
            return null;
        }
    }

    /// <summary>Moves a run with its job, model and samples aside: what is left is a card of its own in the new folder.</summary>
    /// <returns>The new folder.</returns>
    public static string SetAsideAll(string folder) =>
        Move(folder, [.. Present(folder, CardState.ResultFiles), .. Present(folder, Inputs)]);

    /// <summary>
    /// Moves results aside that belong to another job than the folder's. A folder that has a checkpoint of its job, or whose
    /// files cannot be read, is left to the run, which says what is wrong.
    /// </summary>
    /// <returns>The new folder, or null where nothing had to be moved.</returns>
    public static string? SetAsideForeign(string folder)
    {
        IReadOnlyList<CardState> states;
        uint identity;
        try
        {
            states = CardState.Read(folder);
            if (states.Count == 0)
            {
                return null;
            }
            identity = CardState.IdentityOf(folder);
        }
        catch (Exception error)
            when (error
                    is DataException
                        or StorageException
                        or JobException
                        or ModelException
                        or KernelException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            return null;
        }
        return states.Any(one => one.Identity == identity)
            ? null
            : Move(folder, Present(folder, CardState.ResultFiles));
    }

    private static IEnumerable<string> Present(string folder, IEnumerable<string> names) =>
        names.Select(name => CardFolder.PathOf(folder, name)).Where(File.Exists);

    private static string Move(string folder, IEnumerable<string> paths)
    {
        int number = 1;
        while (Path.Exists(CardFolder.PathOf(folder, Prefix + number)))
        {
            number++;
        }
        string old = Path.Combine(folder, Prefix + number);
        Directory.CreateDirectory(old);
        foreach (string path in paths.ToList())
        {
            File.Move(path, Path.Combine(old, Path.GetFileName(path)));
        }
        return old;
    }
}
