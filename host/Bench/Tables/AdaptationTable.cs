using Attune.Host.Bench.Methods;
using Attune.Host.Data;
using Attune.Host.Running;
using Attune.Host.Shell;

namespace Attune.Host.Bench.Tables;

/// <summary>A table of accuracies: method and variant by corruption and seed.</summary>
/// <param name="name">Name in commands.</param>
/// <param name="id">Name in results.</param>
/// <param name="description">One line for people.</param>
public sealed class AdaptationTable(string name, string id, string description) : IBenchTable
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Description => description;

    /// <summary>Methods unless others are asked for; of these, those that <see cref="BenchMethods"/> has.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>Variants of every method unless others are asked for; "*": all that the method has; "": none.</summary>
    public IReadOnlyList<string> Variants { get; init; } = [""];

    /// <summary>Corruptions unless others are asked for.</summary>
    public IReadOnlyList<string> Corruptions { get; init; } = BenchData.Paper12;

    /// <summary>Full-forward equivalents a task unless another limit is asked for.</summary>
    public double Limit { get; init; } = 2e5;

    /// <summary>Bytes of arena unless others are asked for.</summary>
    public int ArenaBytes { get; init; } = 256 * 1024;

    /// <summary>Test accuracies at so many moments of the run, evenly spaced in the logarithm of forwards; 0: none.</summary>
    public int Points { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<BenchCell> Cells(BenchSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        IEnumerable<string> names =
            settings.Methods.Count > 0
                ? settings.Methods
                : Methods.Where(name => BenchMethods.All.Any(method => method.Name == name));
        var methods = names.Select(BenchMethods.Find).ToList();
        IReadOnlyList<string> corruptions = settings.Corruptions.Count > 0 ? settings.Corruptions : Corruptions;
        return
        [
            .. from seed in settings.Seeds
            from corruption in corruptions
            from method in methods
            from variant in VariantsOf(method, settings)
            select Cell(settings, method, variant, corruption, seed),
        ];
    }

    private IEnumerable<string> VariantsOf(IBenchMethod method, BenchSettings settings)
    {
        IReadOnlyList<string> wanted = settings.Variants.Count > 0 ? settings.Variants : Variants;
        foreach (string variant in wanted)
        {
            if (variant == "*")
            {
                foreach (string one in method.Variants)
                {
                    yield return one;
                }
            }
            else if (variant.Length == 0 || BenchJob.IsJob(variant) || method.Variants.Contains(variant))
            {
                yield return variant;
            }
            else
            {
                throw new UsageException(
                    $"--variants {variant}: the method {method.Name} takes {string.Join(", ", method.Variants.Append("words of key=value"))}"
                );
            }
        }
    }

    private BenchCell Cell(BenchSettings settings, IBenchMethod method, string variant, string corruption, int seed)
    {
        double limit = settings.Limit ?? Limit;
        var head = new BenchLine
        {
            Table = id,
            Split = settings.HeldOut ? "held-out" : null,
            Corruption = corruption,
            Severity = corruption == BenchData.Clean ? 0 : settings.Severity,
            Method = method.Name,
            Variant = variant.Length > 0 ? variant : null,
            Seed = seed,
            Limit = method.UsesLimit ? limit : null,
            Test = settings.TestCount,
            Train = settings.TrainCount,
            Budget = settings.ArenaBytes ?? ArenaBytes,
        };
        double weight = (method.UsesLimit ? limit : settings.TrainCount) + 3 * settings.TestCount;
        return new BenchCell(head, weight, context => Measure(head, method, limit, context));
    }

    private BenchLine Measure(BenchLine head, IBenchMethod method, double limit, BenchContext context)
    {
        BenchData data = context.Data;
        (string corruption, int severity, int seed) = (head.Corruption!, head.Severity!.Value, head.Seed!.Value);
        var task = new BenchTask
        {
            Model = data.Network,
            Filtered = data.FilteredNetwork,
            Training = data.Training(corruption, severity, seed, head.Train!.Value),
            Seed = (uint)seed,
            Limit = limit,
            ArenaBytes = head.Budget!.Value,
            Variant = head.Variant ?? "",
        };
        MemorySamples test = data.Test(corruption, severity, seed, head.Test!.Value, head.Split is not null);
        double Ratio(byte[] model) => (double)Evaluator.CountCorrect(model, () => test, 1) / test.Count;
        double start = Ratio(task.Model.Bytes);
        var curve = new AccuracyCurve(Points, task.Training.Count, limit, Ratio);
        void Checkpoint(double forwards, Func<byte[]> model)
        {
            context.Progress(forwards);
            curve.Reach(forwards, model);
        }
        BenchOutcome outcome = method.Run(task, Checkpoint, context.Cancellation);
        context.Cancellation.ThrowIfCancellationRequested();
        double forwards = (double)outcome.Macs / task.ForwardMacs;
        if (method.UsesLimit && forwards > limit)
        {
            throw new InvalidOperationException(
                $"{method.Name} took {forwards:F1} forwards of {limit:F0}: it does not respect its limit"
            );
        }
        int correct =
            outcome.CountCorrect?.Invoke(test)
            ?? Evaluator.CountCorrect(outcome.Model ?? task.Model.Bytes, () => test, 1);
        double accuracy = (double)correct / test.Count;
        return head with
        {
            Accuracy = accuracy,
            Correct = correct,
            Forwards = Math.Round(forwards, 1),
            Macs = outcome.Macs,
            Peak = outcome.Peak,
            Planned = outcome.Planned,
            Samples = outcome.Samples,
            Block = outcome.Block,
            Steps = outcome.Steps,
            Start = start,
            Aligned = outcome.AlignedModel is { } aligned ? Ratio(aligned) : null,
            Points = Points > 0 ? curve.Finish(start, forwards, accuracy) : null,
            Values = outcome.Values,
        };
    }
}
