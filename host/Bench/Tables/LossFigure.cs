using Attune.Host.Data;
using Attune.Host.Shell;
using Attune.Runs;

namespace Attune.Host.Bench.Tables;

/// <summary>
/// Training loss along the run (the paper's Figure 7): weights and biases of four point-wise convolutions, gaussian noise. Left:
/// node perturbation with and without quantization-aware (QAS) and gradient-norm scaling (GNS). Right: weight, node and
/// adaptive perturbation. Every line is one learning rate; the best one of a method is the one with the lowest loss at the end.
/// </summary>
/// <remarks>
/// The paper's four layers are of its block 1, two with more outputs than weights and two with more weights than outputs. In this
/// network all point-wise convolutions of the first block have more outputs, so that adaptive perturbation is weight perturbation
/// there; layers 13, 16, 20 and 23 of the next block are of both kinds. Both sets are measured.
/// </remarks>
public sealed class LossFigure : IBenchTable
{
    private const int Points = 40;
    private static readonly (string Name, string Layers)[] Sets = [("first", "3,4,6,7"), ("mixed", "13,16,20,23")];
    private static readonly (string Name, string Keys)[] Kinds =
    [
        ("nodes", "perturbation=nodes"),
        ("nodes-no-qas", "perturbation=nodes quantization-scaling=off"),
        ("nodes-no-gns", "perturbation=nodes norm-scaling=off"),
        ("nodes-unscaled", "perturbation=nodes quantization-scaling=off norm-scaling=off"),
        ("weights", "perturbation=weights"),
        ("adaptive", "perturbation=adaptive"),
    ];

    /// <summary>With QAS; without it a step is larger by about 1 / s^2, so rates are those times that.</summary>
    private static readonly string[] Rates = ["0.001", "0.003", "0.01", "0.03", "0.1"];
    private static readonly string[] PlainRates = ["1", "10", "100", "1000", "10000"];

    /// <inheritdoc/>
    public string Name => "figure7";

    /// <inheritdoc/>
    public string Description => "training loss with and without learning-rate scaling, and by kind of probe";

    /// <inheritdoc/>
    public IReadOnlyList<BenchCell> Cells(BenchSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (string method in settings.Methods.Where(method => Kinds.All(kind => kind.Name != method)))
        {
            throw new UsageException(
                $"--methods {method}: figure7 has no such method; known are {string.Join(", ", Kinds.Select(kind => kind.Name))}"
            );
        }
        return
        [
            .. from seed in settings.Seeds
            from corruption in settings.Corruptions.Count > 0 ? settings.Corruptions : ["gaussian_noise"]
            from set in Sets
            from kind in Kinds
            where settings.Methods.Count == 0 || settings.Methods.Contains(kind.Name)
            from rate in kind.Keys.Contains("quantization-scaling=off", StringComparison.Ordinal) ? PlainRates : Rates
            let variant = $"{set.Name} learning-rate={rate}"
            where settings.Variants.Count == 0 || settings.Variants.Contains(variant)
            select Cell(settings, corruption, seed, kind, variant, set.Layers, rate),
        ];
    }

    private static BenchCell Cell(
        BenchSettings settings,
        string corruption,
        int seed,
        (string Name, string Keys) kind,
        string variant,
        string layers,
        string rate
    )
    {
        double limit = settings.Limit ?? 1e5;
        var head = new BenchLine
        {
            Table = "figure7",
            Corruption = corruption,
            Severity = corruption == BenchData.Clean ? 0 : settings.Severity,
            Method = kind.Name,
            Variant = variant,
            Seed = seed,
            Limit = limit,
            Train = settings.TrainCount,
            Budget = settings.ArenaBytes ?? 1024 * 1024,
        };
        string keys =
            $"method=zo layers={layers} batch=20 queries=20 rounding=nearest learning-rate={rate} {kind.Keys}";
        return new BenchCell(head, limit, context => Measure(head, keys, context));
    }

    private static BenchLine Measure(BenchLine head, string keys, BenchContext context)
    {
        BenchData data = context.Data;
        MemorySamples training = data.Training(
            head.Corruption!,
            head.Severity!.Value,
            head.Seed!.Value,
            head.Train!.Value
        );
        var task = new BenchTask
        {
            Model = data.Network,
            Training = training,
            Seed = (uint)head.Seed!.Value,
            Limit = head.Limit!.Value,
            ArenaBytes = head.Budget!.Value,
        };
        TrainingJob job = BenchJob.Create(task, keys);
        job.Training.Batch = Math.Min(job.Training.Batch, training.Count);
        long step = SessionRun.StepMacs(task.Model.Bytes, job) ?? long.MaxValue;
        job.Training.Steps = (int)(task.Limit * task.ForwardMacs / step);
        if (job.Training.Steps < 1)
        {
            throw new UsageException(
                $"--forwards {task.Limit:F0}: not one step fits; a step takes {(double)step / task.ForwardMacs:F0}"
            );
        }
        SessionRun.Result result = SessionRun.Run(
            task.Model.Bytes,
            job,
            training,
            null,
            (forwards, _) => context.Progress(forwards),
            0,
            context.Cancellation
        );
        double forwards = (double)result.Macs / task.ForwardMacs;
        return head with
        {
            Forwards = Math.Round(forwards, 1),
            Macs = result.Macs,
            Peak = result.Peak,
            Planned = result.Planned,
            Samples = Math.Min(training.Count, job.Training.Steps * job.Training.Batch),
            Steps = job.Training.Steps,
            Points = Curve(result.Losses, forwards),
            Values = new SortedDictionary<string, double>
            {
                ["final-loss"] = Math.Round(result.Losses.TakeLast(Math.Max(1, job.Training.Steps / 10)).Average(), 5),
            },
        };
    }

    /// <summary>Mean loss of consecutive steps, against the forwards at their end.</summary>
    private static double[][] Curve(IReadOnlyList<double> losses, double forwards)
    {
        int count = Math.Min(Points, losses.Count);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(point =>
                {
                    int first = point * losses.Count / count;
                    int end = (point + 1) * losses.Count / count;
                    return new[]
                    {
                        Math.Round(forwards * end / losses.Count, 1),
                        Math.Round(losses.Skip(first).Take(end - first).Average(), 5),
                    };
                }),
        ];
    }
}
