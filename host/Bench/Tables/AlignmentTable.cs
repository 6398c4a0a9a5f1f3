using System.Collections.Concurrent;
using System.Globalization;
using Attune.Host.Bench.Methods;
using Attune.Host.Data;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Numbers;

namespace Attune.Host.Bench.Tables;

/// <summary>
/// Accuracy after alignment, by number of samples, depth, guard and number of passes, on the corruptions that settings are chosen on
/// and on clean images; a seed draws the samples from the images to adapt to. Beside keys of a job a variant may hold
/// classes=C: then only C of the classes occur in the samples, drawn by the seed too.
/// </summary>
public sealed class AlignmentTable : IBenchTable
{
    private const string Prefix = "align-";
    private const string ClassesKey = "classes=";

    /// <summary>Most samples times passes of the cells that are measured unasked.</summary>
    private const int UsualSamples = 5000;
    private const int AllPasses = 41;
    private static readonly int[] Counts = [8, 16, 32, 64, 256, 1000];
    private static readonly (string Keys, int Passes)[] Usual =
    [
        ("", 1),
        ("align-depth=40", 1),
        ("align-depth=80", 1),
        ("align-depth=100", 1),
        ("align-depth=100 align-guard=0 align-prior=16 align-groups=1", 1),
        ("align-depth=100 align-guard=0 align-prior=16 align-groups=10", 10),
        ("align-depth=100 align-guard=2 align-groups=10", 10),
        ("align-depth=100 align-guard=3 align-groups=1", 1),
        ("align-depth=100 align-guard=3 align-groups=5", 5),
        ("align-depth=100 align-guard=3 align-groups=10", 10),
        ("align-depth=100 align-guard=3 align-groups=1024", AllPasses),
        ("align-depth=100 align-guard=4 align-groups=10", 10),
    ];

    private readonly ConcurrentDictionary<BenchLine, Lazy<double>> starts = new();

    /// <inheritdoc/>
    public string Name => "alignment";

    /// <inheritdoc/>
    public string Description => "alignment by number of samples, guard and passes";

    /// <inheritdoc/>
    public IReadOnlyList<BenchCell> Cells(BenchSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        IEnumerable<int> counts = settings.Methods.Count > 0 ? settings.Methods.Select(CountOf) : Counts;
        IReadOnlyList<string> corruptions =
            settings.Corruptions.Count > 0 ? settings.Corruptions : [BenchData.Clean, .. BenchData.Choice];
        return
        [
            .. from seed in settings.Seeds
            from corruption in corruptions
            from count in counts
            from variant in settings.Variants.Count > 0
                ? settings.Variants
                : Usual.Where(one => count * one.Passes <= UsualSamples).Select(one => one.Keys)
            select Cell(settings, corruption, seed, count, variant),
        ];
    }

    private static int CountOf(string method) =>
        method.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(method[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        && count is >= 1 and <= 2000
            ? count
            : throw new UsageException(
                $"--methods {method}: the table of alignment has the methods align-N with N samples, 1..2000"
            );

    private BenchCell Cell(BenchSettings settings, string corruption, int seed, int count, string variant)
    {
        var head = new BenchLine
        {
            Table = "alignment",
            Split = settings.HeldOut ? "held-out" : null,
            Corruption = corruption,
            Severity = corruption == BenchData.Clean ? 0 : settings.Severity,
            Method = Prefix + count.ToString(CultureInfo.InvariantCulture),
            Variant = variant.Length > 0 ? variant : null,
            Seed = seed,
            Test = settings.TestCount,
            Train = settings.TrainCount,
            Budget = settings.ArenaBytes ?? 256 * 1024,
        };
        return new BenchCell(head, count + (2 * settings.TestCount), context => Measure(head, count, context));
    }

    private BenchLine Measure(BenchLine head, int count, BenchContext context)
    {
        BenchData data = context.Data;
        (string corruption, int severity, int seed) = (head.Corruption!, head.Severity!.Value, head.Seed!.Value);
        string[] words = (head.Variant ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        MemorySamples all = data.Training(corruption, severity, seed, head.Train!.Value);
        HashSet<int> classes = Classes(words, all.Classes, seed);
        var task = new BenchTask
        {
            Model = data.Network,
            Training = Draw(all, classes, count, seed),
            Seed = (uint)seed,
            Limit = double.MaxValue,
            ArenaBytes = head.Budget!.Value,
            Variant = string.Join(' ', words.Where(word => !IsClasses(word))),
        };
        MemorySamples test = data.Test(corruption, severity, seed, head.Test!.Value, head.Split is not null);
        MemorySamples seen = Select(test, classes, Enumerable.Range(0, test.Count));
        static double Ratio(byte[] model, MemorySamples samples) =>
            (double)Evaluator.CountCorrect(model, () => samples, 1) / samples.Count;
        BenchOutcome outcome = new AlignMethod(0).Run(
            task,
            (forwards, _) => context.Progress(forwards),
            context.Cancellation
        );
        context.Cancellation.ThrowIfCancellationRequested();
        double accuracy = Ratio(outcome.Model!, test);
        var values = new SortedDictionary<string, double> { ["classes"] = classes.Count };
        if (classes.Count < all.Classes)
        {
            values["seen-accuracy"] = Ratio(outcome.Model!, seen);
            values["seen-start"] = Ratio(task.Model.Bytes, seen);
        }
        return head with
        {
            Accuracy = accuracy,
            Correct = (int)Math.Round(accuracy * test.Count),
            Forwards = Math.Round((double)outcome.Macs / task.ForwardMacs, 1),
            Macs = outcome.Macs,
            Peak = outcome.Peak,
            Planned = outcome.Planned,
            Samples = outcome.Samples,
            Start = starts
                .GetOrAdd(
                    head with
                    {
                        Method = "none",
                        Variant = null,
                    },
                    _ => new Lazy<double>(() => Ratio(task.Model.Bytes, test))
                )
                .Value,
            Values = values,
        };
    }

    private static bool IsClasses(string word) => word.StartsWith(ClassesKey, StringComparison.Ordinal);

    /// <summary>The classes that occur: all, or as many as a word says.</summary>
    private static HashSet<int> Classes(string[] words, int all, int seed)
    {
        int count = all;
        if (Array.Find(words, IsClasses) is { } word)
        {
            bool good = int.TryParse(
                word[ClassesKey.Length..],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out count
            );
            if (!good || count < 1 || count > all)
            {
                throw new UsageException($"variant '{word}': takes 1..{all}");
            }
        }
        var order = new Permutation(all, (uint)seed);
        return [.. Enumerable.Range(0, count).Select(order.At)];
    }

    /// <summary>The first samples of some classes in an order that the seed makes.</summary>
    private static MemorySamples Draw(MemorySamples samples, HashSet<int> classes, int count, int seed)
    {
        var order = new Permutation(samples.Count, (uint)seed);
        MemorySamples drawn = Select(samples, classes, Enumerable.Range(0, samples.Count).Select(order.At));
        return drawn.Count >= count
            ? BenchJob.Part(drawn, 0, count)
            : throw new UsageException(
                $"align-{count}: only {drawn.Count} of {samples.Count} images are of these classes; raise --train-count"
            );
    }

    private static MemorySamples Select(MemorySamples samples, HashSet<int> classes, IEnumerable<int> order)
    {
        List<int> places = [.. order.Where(place => classes.Contains(samples.Labels[place]))];
        return new MemorySamples(
            [.. places.Select(place => samples.Values[place])],
            [.. places.Select(place => samples.Labels[place])],
            samples.Classes
        );
    }
}
