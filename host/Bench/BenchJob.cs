using Attune.Host.Data;
using Attune.Host.Shell;
using Attune.Runs;

namespace Attune.Host.Bench;

/// <summary>Jobs of the engine from words of "key=value", the form in which results name what was changed.</summary>
public static class BenchJob
{
    /// <summary>The job of a task: its seed and arena, then the keys given.</summary>
    public static TrainingJob Create(BenchTask task, string keys)
    {
        ArgumentNullException.ThrowIfNull(task);
        var job = new TrainingJob { ArenaBytes = task.ArenaBytes };
        job.Training.Seed = task.Seed;
        Apply(job, keys);
        return job;
    }

    /// <summary>Sets keys of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="keys">Words of key=value as in job.txt; in a value, _ stands for a space ("layers=block_1").</param>
    /// <exception cref="UsageException">A key is unknown or a value out of range.</exception>
    public static void Apply(TrainingJob job, string keys)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(keys);
        foreach (string word in keys.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = word.Split('=', 2);
            string? problem =
                parts.Length == 2 ? job.Set(parts[0], parts[1].Replace('_', ' ')) : "expected words of key=value";
            if (problem is not null)
            {
                throw new UsageException($"variant '{keys}': {problem}");
            }
        }
    }

    /// <summary>Whether a variant is words of key=value and not a name.</summary>
    public static bool IsJob(string variant) => variant.Contains('=', StringComparison.Ordinal);

    /// <summary>Some of a task's samples, by their position.</summary>
    public static MemorySamples Part(MemorySamples samples, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new MemorySamples(
            [.. samples.Values.Skip(first).Take(count)],
            [.. samples.Labels.Skip(first).Take(count)],
            samples.Classes
        );
    }
}
