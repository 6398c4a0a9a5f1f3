using System.CommandLine;
using Attune.Host.Boards;
using Attune.Host.Shell;
using Attune.Runs;

namespace Attune.Host.Commands;

/// <summary>The keys of job.txt as command-line options, for commands that plan or write a job.</summary>
public sealed class JobOptions
{
    private static readonly (string Key, bool Trains, string Help)[] Keys =
    [
        ("profile", false, "attune (input filter and alignment, no labels) or paper: sets everything below at once"),
        ("method", false, "align (unless another is named), zo or align+zo: zo trains with labels"),
        ("seed", false, "seed of everything random"),
        ("epochs", true, "passes over the training samples"),
        ("steps", true, "steps instead of whole epochs; 0: the epochs decide"),
        ("batch", true, "samples accumulated before an update (N)"),
        ("queries", true, "probes for each layer and sample (Q)"),
        ("layer-queries", true, "other numbers of probes: layer,queries,layer,queries..."),
        ("learning-rate", true, "learning rate of the first step; falls to 0 along half a cosine"),
        ("layers", true, "auto (try each block), all, head, 'block B', or layer numbers such as 3,5-9"),
        ("parts", true, "both (weights and biases), weights, biases or scales (of requantization)"),
        ("perturbation", true, "adaptive, weights or nodes"),
        ("update", true, "global or sequential"),
        ("rounding", true, "stochastic or nearest"),
        ("norm-scaling", true, "gradient-norm scaling: on or off"),
        ("rollback", false, "undo training that leaves no more held-out samples correct: on or off"),
        ("quantization-scaling", true, "quantization-aware scaling: on or off"),
        ("centering", true, "take the mean of a step's loss differences from each: on or off"),
        ("head", true, "gradient of the classifier: exact (closed form) or probed"),
        ("objective", true, "whose labels training learns: labels (the samples') or pseudo-labels (the network's own)"),
        ("minimum-loss", true, "samples whose clean loss is smaller are not probed"),
        ("input-filter", false, "auto (the device chooses), off, repair, denoise or both"),
        ("align-samples", false, "samples to align to; 0: all"),
        ("align-guard", false, "how far beyond chance statistics must have moved to be corrected; 0: off"),
        ("align-prior", false, "weight of the source statistics, in samples"),
        ("align-depth", false, "per cent of the layers, from the first on, that are aligned"),
        ("align-groups", false, "passes of alignment; 0: chosen from the number of samples"),
        ("align-epsilon", false, "added to variances"),
        ("checkpoint-steps", false, "units of work between checkpoints"),
        ("verify-model", false, "take the model's checksum again before a result is written: on or off"),
        ("night-from", false, "HH:MM from which a device trains, with night-to"),
        ("night-to", false, "HH:MM at which it saves and sleeps"),
    ];

    private readonly List<(string Key, bool Trains, Option<string?> Option)> options = [];
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
        foreach (var (key, trains, help) in Keys)
        {
            var option = new Option<string?>("--" + key) { Description = help };
            options.Add((key, trains, option));
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
        foreach (var (key, _, option) in given)
        {
            Set(job, key, parsed.GetValue(option)!);
        }
        if (!job.Train && given.Find(one => one.Trains) is { Key: { } idle })
        {
            throw new UsageException($"--{idle}: nothing is trained; add --method align+zo, or zo");
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
