using System.CommandLine;
using Attune.Host.Boards;
using Attune.Host.Shell;
using Attune.Runs;
using Attune.Training;

namespace Attune.Host.Commands;

/// <summary>The keys of job.txt as command-line options, for commands that plan or write a job.</summary>
public sealed class JobOptions
{
    private readonly List<(JobKey Key, Option<string?> Option)> options = [];
    private readonly Option<string> board = BoardOption.Create();
    private readonly Option<int?> arena = new("--arena") { Description = "bytes of arena instead of the board's" };

    /// <summary>Adds the options to a command.</summary>
    public JobOptions(Command command)
    {
        command.Options.Add(board);
        command.Options.Add(arena);
        foreach (JobKey key in Enumerable.Range(0, JobKeys.Count).Select(JobKeys.At))
        {
            // These two have options of their own, with the board's values.
            if (key.Name is not ("board" or "arena"))
            {
                var option = new Option<string?>("--" + key.Name) { Description = key.Help };
                options.Add((key, option));
                command.Options.Add(option);
            }
        }
    }

    /// <summary>The board that was named, or that a board file describes.</summary>
    /// <exception cref="UsageException">There is no such profile.</exception>
    public Board BoardOf(ParseResult parsed) => BoardOption.Find(parsed.GetValue(board)!);

    /// <summary>The job that the options describe; without a method or profile it is alignment.</summary>
    /// <exception cref="UsageException">An option has a wrong value, or is one of training and nothing is trained.</exception>
    public TrainingJob Job(ParseResult parsed)
    {
        var job = new TrainingJob();
        Board profile = BoardOf(parsed);
        Set(job, "board", profile.Name);
        Set(job, "method", "align");
        Set(job, "arena", (parsed.GetValue(arena) ?? profile.ArenaBytes).ToString());
        var given = options.FindAll(one => parsed.GetValue(one.Option) is not null);
        foreach (var (key, option) in given)
        {
            Set(job, key.Name, parsed.GetValue(option)!);
        }
        if (job.Superfluous is { } superfluous)
        {
            throw new UsageException($"--{superfluous}: --method {job.MethodName} chooses it; leave it out");
        }
        string usual = TrainingMethods.At(0).Name;
        if (!job.Trains && given.Find(one => one.Key.OfTraining) is { Key: { } idle })
        {
            throw new UsageException($"--{idle.Name}: nothing is trained; add --method align+{usual}, or {usual}");
        }
        return job;
    }

    /// <summary>The same job with another method; what the options say about training goes for it too.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="method">A name that the key "method" takes.</param>
    public TrainingJob Job(ParseResult parsed, string method)
    {
        var job = new TrainingJob();
        foreach (var (key, option) in options.Where(one => one.Key.Name != "method"))
        {
            if (parsed.GetValue(option) is { } value)
            {
                Set(job, key.Name, value);
            }
        }
        Board profile = BoardOf(parsed);
        Set(job, "board", profile.Name);
        Set(job, "arena", (parsed.GetValue(arena) ?? profile.ArenaBytes).ToString());
        Set(job, "method", method);
        return job;
    }

    private static void Set(TrainingJob job, string key, string value)
    {
        if (job.Set(key, value) is { } problem)
        {
            throw new UsageException(OptionWords.Of(problem));
        }
    }
}
