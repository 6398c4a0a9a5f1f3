using Attune.Host.Data;
using Attune.Runs;

namespace Attune.Host.Running;

/// <summary>Whether samples stand class after class, so that the first of them are of a few classes only.</summary>
public static class SampleOrder
{
    /// <summary>What a job that aligns to a part of sorted samples misses; null: nothing.</summary>
    /// <param name="job">The job.</param>
    /// <param name="path">Path of the training samples (.ats).</param>
    /// <param name="name">Their name in the message.</param>
    /// <exception cref="DataException">The file is no sound sample file.</exception>
    public static string? Problem(TrainingJob job, string path, string name)
    {
        ArgumentNullException.ThrowIfNull(job);
        using SampleReader reader = SampleReader.Open(path);
        int taken = job.Alignment.Samples;
        if (!job.Align || reader.Header.Classes < 2 || taken == 0 || taken >= reader.Header.Count)
        {
            return null;
        }
        int[] labels = [.. reader.ReadAll().Select(sample => sample.Label)];
        int classes = labels.Distinct().Count();
        int runs = 1 + labels.Zip(labels.Skip(1)).Count(pair => pair.First != pair.Second);
        int seen = labels.Take(taken).Distinct().Count();
        return runs == classes && seen < classes
            ? $"{name}: is sorted by class, and align-samples takes its first {taken} samples: {seen} of {classes} classes; pack it with --shuffle 1"
            : null;
    }
}
