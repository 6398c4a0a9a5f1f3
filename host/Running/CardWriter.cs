using System.Text;
using Attune.Data;
using Attune.Host.Data;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Host.Running;

/// <summary>Model, samples and job for a card folder.</summary>
/// <param name="Job">What to do.</param>
/// <param name="Model">Bytes of the .atm model.</param>
/// <param name="Training">Path of the samples to adapt to (.ats).</param>
/// <param name="Validation">Path of the held-out samples (.ats), or null.</param>
public sealed record CardInputs(TrainingJob Job, byte[] Model, string Training, string? Validation);

/// <summary>
/// Writes a card folder. A run that is there is never mixed with another job: it stays if the job is the same, else it is set
/// aside whole. job.txt comes last, so that what was not written to its end is no card.
/// </summary>
public static class CardWriter
{
    private const string Staging = "new";

    /// <summary>Writes a card.</summary>
    /// <param name="folder">The folder of job.txt; it is held by the caller.</param>
    /// <param name="inputs">What it gets; files of the folder itself are fine.</param>
    /// <param name="force">Begin anew even where a run of another job is not finished, or one of this job is there.</param>
    /// <returns>What became of a run that was there, for people; null: none was.</returns>
    /// <exception cref="CardException">An unfinished run of another job is there.</exception>
    /// <exception cref="DataException">A file cannot be read or written.</exception>
    public static string? Write(string folder, CardInputs inputs, bool force)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        bool earlier = EarlierRun.IsIn(folder);
        CardState? unfinished = earlier ? EarlierRun.Unfinished(folder) : null;
        if (earlier && !force)
        {
            if (IsSame(folder, inputs))
            {
                WriteJob(folder, inputs.Job);
                return unfinished is null
                    ? $"{folder}: this job is done here; its result stays, 'attune train --restart' runs it again"
                    : $"{folder}: this job has begun here ({unfinished.Place}); 'attune train' goes on";
            }
            if (unfinished is not null)
            {
                throw new CardException(
                    $"{folder}: holds an unfinished run of another job ({unfinished.Place}); finish it with 'attune train', or add --force to set it aside"
                );
            }
        }
        string staging = Path.Combine(folder, Staging);
        try
        {
            Stage(staging, inputs);
            string? old = earlier ? EarlierRun.SetAsideAll(folder) : null;
            Install(folder, staging);
            WriteJob(folder, inputs.Job);
            return old is null ? null : $"{folder}: the run that was here is set aside in {old}";
        }
        finally
        {
            Remove(staging);
        }
    }

    /// <summary>Whether the run of a folder is one of the same job, model and samples.</summary>
    private static bool IsSame(string folder, CardInputs inputs)
    {
        try
        {
            IReadOnlyList<CardState> states = CardState.Read(folder);
            return states.Count > 0
                && CardRun.ReadJob(CardFolder.Storage(folder)).Canonical() == inputs.Job.Canonical()
                && File.ReadAllBytes(CardFolder.PathOf(folder, CardFiles.Model)).AsSpan().SequenceEqual(inputs.Model)
                && IsSame(inputs.Training, CardFolder.PathOf(folder, CardFiles.Training))
                && IsSame(inputs.Validation, CardFolder.PathOf(folder, CardFiles.Validation))
                && CardState.IdentityOf(folder) is var identity
                && states.All(one => one.Identity == identity);
        }
        catch (Exception error)
            when (error
                    is DataException
                        or StorageException
                        or JobException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            // What cannot be read is no run to go on with.
            return false;
        }
    }

    private static bool IsSame(string? source, string path)
    {
        if (source is null || !File.Exists(path))
        {
            return source is null && !File.Exists(path);
        }
        using FileStream first = File.OpenRead(source);
        using FileStream second = File.OpenRead(path);
        if (first.Length != second.Length)
        {
            return false;
        }
        byte[] one = new byte[1 << 16];
        byte[] other = new byte[1 << 16];
        for (int count = one.Length; count == one.Length; )
        {
            count = first.ReadAtLeast(one, one.Length, throwOnEndOfStream: false);
            second.ReadAtLeast(other, other.Length, throwOnEndOfStream: false);
            if (!one.AsSpan(0, count).SequenceEqual(other.AsSpan(0, count)))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Copies everything beside the card's files, so that a full disk is noticed before any of them is touched.</summary>
    private static void Stage(string staging, CardInputs inputs)
    {
        Remove(staging);
        Directory.CreateDirectory(staging);
        AtomicFile.Write(Path.Combine(staging, CardFiles.Model), stream => stream.Write(inputs.Model));
        Copy(inputs.Training, Path.Combine(staging, CardFiles.Training));
        if (inputs.Validation is { } validation)
        {
            Copy(validation, Path.Combine(staging, CardFiles.Validation));
        }
    }

    private static void Install(string folder, string staging)
    {
        File.Delete(CardFolder.PathOf(folder, CardFiles.Job));
        File.Delete(CardFolder.PathOf(folder, CardFiles.Validation));
        SkipList.Delete(CardFolder.Storage(folder));
        foreach (string path in Directory.GetFiles(staging))
        {
            File.Move(path, CardFolder.PathOf(folder, Path.GetFileName(path)), overwrite: true);
        }
    }

    private static void WriteJob(string folder, TrainingJob job) =>
        AtomicFile.Write(
            CardFolder.PathOf(folder, CardFiles.Job),
            stream => stream.Write(Encoding.UTF8.GetBytes(job.Write()))
        );

    private static void Copy(string from, string to)
    {
        using FileStream source = File.OpenRead(from);
        AtomicFile.Write(to, source.CopyTo);
    }

    private static void Remove(string staging)
    {
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }
    }
}
