using System.CommandLine;
using Attune.Host.Boards;
using Attune.Training;

namespace Attune.Host.Commands;

/// <summary>The keys of job.txt as command-line options, for commands that plan or write a job.</summary>
public sealed class JobOptions
{
    private static readonly (string Key, string Help)[] Keys =
    [
        ("profile", "attune (input filter and alignment, no labels) or paper: sets everything below at once"),
        ("method", "align, zo or align+zo"),
        ("seed", "seed of everything random"),
        ("epochs", "passes over the training samples"),
        ("steps", "steps instead of whole epochs; 0: the epochs decide"),
        ("batch", "samples accumulated before an update (N)"),
        ("queries", "probes for each layer and sample (Q)"),
        ("layer-queries", "other numbers of probes: layer,queries,layer,queries..."),
        ("learning-rate", "learning rate of the first step; falls to 0 along half a cosine"),
        ("layers", "auto (try each block), all, 'block B', or layer numbers such as 3,5-9"),
        ("parts", "both, weights or biases"),
        ("perturbation", "adaptive, weights or nodes"),
        ("update", "global or sequential"),
        ("rounding", "stochastic or nearest"),
        ("norm-scaling", "gradient-norm scaling: on or off"),
        ("rollback", "undo training that leaves fewer held-out samples correct: on or off"),
        ("quantization-scaling", "quantization-aware scaling: on or off"),
        ("centering", "take the mean of a step's loss differences from each: on or off"),
        ("head", "gradient of the classifier: exact (closed form) or probed"),
        ("objective", "what training makes smaller: labels (cross-entropy), entropy or pseudo-labels"),
        ("maximum-loss", "samples whose clean loss is larger are not probed; 0: all are"),
        ("minimum-loss", "samples whose clean loss is smaller are not probed"),
        ("input-filter", "auto (the device chooses), off, repair, denoise or both"),
        ("align-samples", "samples to align to; 0: all"),
        ("align-guard", "how far beyond chance statistics must have moved to be corrected; 0: off"),
        ("align-prior", "weight of the source statistics, in samples"),
        ("align-groups", "passes of alignment; 0: chosen from the number of samples"),
        ("align-epsilon", "added to variances"),
        ("checkpoint-steps", "units of work between checkpoints"),
        ("verify-model", "take the model's checksum again before a result is written: on or off"),
        ("night-from", "HH:MM from which a device trains, with night-to"),
        ("night-to", "HH:MM at which it saves and sleeps"),
    ];

    private readonly List<(string Key, Option<string?> Option)> options = [];
    private readonly Option<string> board = new("--board")
    {
        Description = "board profile: " + string.Join(", ", Board.All.Select(one => one.Name)),
        DefaultValueFactory = _ => Board.All[0].Name,
    };
    private readonly Option<int?> arena = new("--arena") { Description = "bytes of arena instead of the board's" };

    /// <summary>Adds the options to a command.</summary>
    public JobOptions(Command command)
    {
        command.Options.Add(board);
        command.Options.Add(arena);
        foreach (var (key, help) in Keys)
        {
            var option = new Option<string?>("--" + key) { Description = help };
            options.Add((key, option));
            command.Options.Add(option);
        }
    }

    /// <summary>The board that was named.</summary>
    /// <exception cref="UsageException">There is no such profile.</exception>
    public Board BoardOf(ParseResult parsed)
    {
        string name = parsed.GetValue(board)!;
        return Board.Find(name)
            ?? throw new UsageException(
                $"--board {name}: there is no such profile; known are {string.Join(", ", Board.All.Select(one => one.Name))}"
            );
    }

    /// <summary>The job that the options describe.</summary>
    public TrainingJob Job(ParseResult parsed)
    {
        var job = new TrainingJob();
        Board profile = BoardOf(parsed);
        Set(job, "board", profile.Name);
        Set(job, "arena", (parsed.GetValue(arena) ?? profile.ArenaBytes).ToString());
        foreach (var (key, option) in options)
        {
            if (parsed.GetValue(option) is { } value)
            {
                Set(job, key, value);
            }
        }
        return job;
    }

    private static void Set(TrainingJob job, string key, string value)
    {
        if (job.Set(key, value) is { } problem)
        {
            throw new UsageException("--" + problem);
        }
    }
}
