using Attune.Host.Boards;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;

namespace Attune.Host.Commands;

/// <summary>Says what fits in place of a job that does not.</summary>
public static class AdviceText
{
    /// <summary>Says it of a job that options describe, in options.</summary>
    /// <param name="model">The model.</param>
    /// <param name="arena">The arena that holds it, of any size.</param>
    /// <param name="job">The job that does not fit.</param>
    /// <param name="evaluates">Whether accuracy is measured.</param>
    public static void WriteOptions(QuantizedModel model, Arena arena, TrainingJob job, bool evaluates)
    {
        var adviser = new PlanAdviser(model, arena, job, evaluates);
        Write(job, adviser.Changes(), adviser.Places([.. Board.All]), advice => advice.Options);
    }

    /// <summary>Says it of a job of a card, in keys of job.txt.</summary>
    /// <param name="bytes">The .atm model.</param>
    /// <param name="job">The job that does not fit.</param>
    /// <param name="evaluates">Whether accuracy is measured.</param>
    public static void WriteKeys(byte[] bytes, TrainingJob job, bool evaluates)
    {
        using var arena = new Arena(16);
        arena.LoadModel(bytes);
        var adviser = new PlanAdviser(new QuantizedModel(arena), arena, job, evaluates);
        Write(job, adviser.Changes(), adviser.Places([]), advice => advice.Keys);
    }

    private static void Write(
        TrainingJob job,
        IReadOnlyList<PlanAdvice> changes,
        IReadOnlyList<PlanAdvice> places,
        Func<PlanAdvice, string> words
    )
    {
        Terminal.Note(
            changes.Count > 0
                ? $"attune: what fits {job.ArenaBytes:N0} bytes, each tried:"
                : $"attune: nothing of this job fits {job.ArenaBytes:N0} bytes"
        );
        WriteLines(changes, words);
        if (places.Count > 0)
        {
            Terminal.Note("attune: what fits this job as it is:");
            WriteLines(places, words);
        }
    }

    private static void WriteLines(IReadOnlyList<PlanAdvice> lines, Func<PlanAdvice, string> words)
    {
        int width = lines.Count == 0 ? 0 : lines.Max(line => words(line).Length);
        foreach (PlanAdvice line in lines)
        {
            Terminal.Note($"  {words(line).PadRight(width)}  {line.Bytes, 11:N0} bytes");
        }
    }
}
