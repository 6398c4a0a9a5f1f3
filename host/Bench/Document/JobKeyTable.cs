using System.Text;
using Attune.Runs;

namespace Attune.Host.Bench.Document;

/// <summary>The table of job keys in docs/FORMATS.md, from the engine's own table.</summary>
public static class JobKeyTable
{
    /// <summary>Name of the passage.</summary>
    public const string Name = "job-keys";

    /// <summary>A line for each key: name, values, default, meaning.</summary>
    public static string Render()
    {
        var table = new StringBuilder("| key | values | default | meaning |\n|---|---|---|---|\n");
        var job = new TrainingJob();
        for (int number = 0; number < JobKeys.Count; number++)
        {
            JobKey key = JobKeys.At(number);
            table.Append($"| {key.Name} | {key.Takes} | {key.Text(job)} | {key.Help} |\n");
        }
        return table.ToString();
    }
}
