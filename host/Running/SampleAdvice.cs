using Attune.Host.Data;
using Attune.Host.Shell;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Host.Running;

/// <summary>Says what makes the samples of a job worth less than they seem.</summary>
public static class SampleAdvice
{
    /// <summary>Checks the samples that a card is made of.</summary>
    /// <param name="job">The job.</param>
    /// <param name="training">Path of the training samples (.ats).</param>
    /// <param name="validation">Path of the held-out samples (.ats), or null.</param>
    /// <param name="force">Take held-out samples that are training samples.</param>
    /// <exception cref="DataException">
    /// The job trains and no sample is held out: whether training is kept would be decided by what it has seen.
    /// </exception>
    public static void Check(TrainingJob job, string training, string? validation, bool force)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (validation is not null)
        {
            SampleOverlap overlap = SampleOverlap.Of(training, validation);
            string? problem = overlap.Describe(training, validation);
            if (problem is not null && overlap.IsWhole && job.Trains && !force)
            {
                throw new DataException($"{problem}, or add --force");
            }
            Say(problem);
        }
        Say(SampleOrder.Problem(job, training, training));
    }

    /// <summary>Says the same of a card folder; files that cannot be read are left to the run.</summary>
    public static void Note(string folder)
    {
        try
        {
            TrainingJob job = CardRun.ReadJob(CardFolder.Storage(folder));
            string training = CardFolder.PathOf(folder, CardFiles.Training);
            string validation = CardFolder.PathOf(folder, CardFiles.Validation);
            Check(job, training, File.Exists(validation) ? validation : null, force: true);
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
            // The run opens the same files and says what is wrong with them.
        }
    }

    private static void Say(string? problem)
    {
        if (problem is not null)
        {
            Terminal.Note($"attune: {problem}");
        }
    }
}
