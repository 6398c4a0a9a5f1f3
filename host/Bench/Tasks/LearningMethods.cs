using Attune.Host.Baselines;
using Attune.Host.Shell;

namespace Attune.Host.Bench.Tasks;

/// <summary>
/// The ways to learn a task, each with what it moves. Settings were chosen on held-out training images. A new method of the
/// engine is one line of <see cref="Jobs"/>.
/// </summary>
public static class LearningMethods
{
    /// <summary>Name of back-propagation in FP32, the yardstick.</summary>
    public const string Float = "fp32";

    private const int FloatBatch = 32;

    /// <summary>What moves, as <see cref="TrainedParts"/> names it, in job keys of back-propagation.</summary>
    private static readonly (string Parts, string Keys)[] Parts =
    [
        ("head", "layers=head learning-rate=0.02"),
        ("biases+head", "layers=all weight-layers=head"),
        ("last-block", "layers=block_3"),
        ("all", "layers=all"),
    ];

    /// <summary>Method, what it moves, and its job keys beside those of the task.</summary>
    private static readonly (string Method, string Parts, string Keys)[] Jobs =
    [
        ("head-exact", "head", "method=zo layers=head head=exact batch=1 learning-rate=0.02"),
        (
            "zo",
            "biases+head",
            "method=zo layers=all weight-layers=head head=exact batch=10 queries=4 learning-rate=0.01"
        ),
        .. Parts.Select(parts =>
            ("learn", parts.Parts, "method=learn batch=1 learning-rate=0.005 rollback=off " + parts.Keys)
        ),
        ("hybrid", "biases+head", "method=hybrid batch=1 learning-rate=0.005 layers=all weight-layers=head"),
    ];

    /// <summary>All methods with what they can move.</summary>
    public static IReadOnlyList<(string Method, string Parts)> All { get; } =
    [.. Jobs.Select(job => (job.Method, job.Parts)), .. Parts.Select(parts => (Float, parts.Parts))];

    /// <summary>Trains the task's model.</summary>
    /// <param name="method">One of <see cref="All"/>.</param>
    /// <param name="parts">What moves.</param>
    /// <param name="task">Model, samples, seed and arena; the variant is job keys of the task, epochs among them.</param>
    /// <param name="checkpoint">Told from time to time how far it is.</param>
    /// <param name="cancellation">Asks for an early end by <see cref="OperationCanceledException"/>.</param>
    public static BenchOutcome Run(
        string method,
        string parts,
        BenchTask task,
        BenchCheckpoint? checkpoint,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(task);
        string keys = Jobs.FirstOrDefault(job => job.Method == method && job.Parts == parts).Keys ?? "";
        var job = BenchJob.Create(task, "rollback=off " + keys);
        BenchJob.Apply(job, task.Variant);
        if (method == Float)
        {
            return RunFloat(parts, task, job.Training.Epochs, cancellation);
        }
        SessionRun.Result result = SessionRun.Run(
            task.Model.Bytes,
            job,
            task.Training,
            null,
            checkpoint,
            0,
            cancellation
        );
        return new BenchOutcome
        {
            Model = result.Model,
            Macs = result.Macs,
            Peak = result.Peak,
            Planned = result.Planned,
            Samples = task.Training.Count,
            Steps = result.Losses.Count,
        };
    }

    private static BenchOutcome RunFloat(string parts, BenchTask task, int epochs, CancellationToken cancellation)
    {
        Func<Model.AtmFile, TrainedParts> trained =
            TrainedParts.Find(parts) ?? throw new UsageException($"'{parts}' is not trained in FP32");
        var method = new FloatBackPropagation(
            Float,
            0.02,
            new FloatTrainingOptions { Parts = trained, Momentum = 0.9 }
        );
        BaselineResult result = method.Run(
            new BaselineTask
            {
                Model = task.Model.Bytes,
                Samples = task.Training,
                Forwards = method.ForwardsOf(task.Model, task.Training.Count, epochs),
                BatchSize = FloatBatch,
                Seed = task.Seed,
            },
            null,
            cancellation
        );
        return new BenchOutcome
        {
            CountCorrect = samples => (int)Math.Round(result.Model.Accuracy(samples) * samples.Count),
            Macs = result.Macs,
            Samples = task.Training.Count,
            Steps = result.Steps,
        };
    }
}
