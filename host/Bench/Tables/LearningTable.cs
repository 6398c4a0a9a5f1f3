using Attune.Host.Bench.Tasks;
using Attune.Host.Running;
using Attune.Host.Shell;

namespace Attune.Host.Bench.Tables;

/// <summary>
/// Tasks that a network learns from the start: another set of images from random weights, or other classes with a new
/// classifier. A variant is a task with what moves, as in "sign-digits 20 biases+head".
/// </summary>
/// <param name="name">Name in commands and results.</param>
/// <param name="description">One line for people.</param>
/// <param name="arena">Bytes of arena.</param>
/// <param name="tasks">Tasks of the table.</param>
public sealed class LearningTable(string name, string description, int arena, params LearningTable.Entry[] tasks)
    : IBenchTable
{
    /// <summary>A task of the table.</summary>
    /// <param name="Name">Name in variants.</param>
    /// <param name="Methods">Methods that are compared; null: all.</param>
    /// <param name="Parts">What may move; null: everything that the methods can.</param>
    /// <param name="Keys">Job keys of the task, epochs among them.</param>
    /// <param name="Work">Forwards that a cell takes, about.</param>
    /// <param name="Open">Opens it: folder of reference data, seed, whether to test on held-out training images.</param>
    public sealed record Entry(
        string Name,
        string[]? Methods,
        string[]? Parts,
        string Keys,
        double Work,
        Func<string, ulong, bool, LearningTask> Open
    )
    {
        /// <summary>Files below the folder of reference data.</summary>
        public IReadOnlyList<string> Files { get; init; } = [];
    }

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Description => description;

    /// <inheritdoc/>
    public IReadOnlyList<string> Files { get; } = [.. tasks.SelectMany(task => task.Files).Distinct()];

    /// <inheritdoc/>
    public IReadOnlyList<BenchCell> Cells(BenchSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        List<BenchCell> all =
        [
            .. from seed in settings.Seeds
            from task in tasks
            from one in LearningMethods.All
            where task.Methods?.Contains(one.Method) ?? true
            where task.Parts?.Contains(one.Parts) ?? true
            select Cell(settings, task, one.Method, one.Parts, seed),
        ];
        Require(settings.Methods, [.. all.Select(cell => cell.Head.Method)], "--methods");
        Require(settings.Variants, [.. all.Select(cell => cell.Head.Variant!)], "--variants");
        return
        [
            .. all.Where(cell =>
                (settings.Methods.Count == 0 || settings.Methods.Contains(cell.Head.Method))
                && (settings.Variants.Count == 0 || settings.Variants.Contains(cell.Head.Variant))
            ),
        ];
    }

    private void Require(IReadOnlyList<string> wanted, IReadOnlyList<string> known, string option)
    {
        string? stranger = wanted.FirstOrDefault(one => !known.Contains(one));
        if (stranger is not null)
        {
            throw new UsageException($"{option} {stranger}: {name} takes {string.Join(", ", known.Distinct())}");
        }
    }

    private BenchCell Cell(BenchSettings settings, Entry task, string method, string parts, int seed)
    {
        var head = new BenchLine
        {
            Table = name,
            Split = settings.HeldOut ? "held-out" : null,
            Method = method,
            Variant = $"{task.Name} {parts}",
            Seed = seed,
            Budget = settings.ArenaBytes ?? arena,
        };
        return new BenchCell(head, task.Work, context => Measure(head, task, parts, context));
    }

    private static BenchLine Measure(BenchLine head, Entry entry, string parts, BenchContext context)
    {
        LearningTask learning = entry.Open(context.Data.Folder, (ulong)head.Seed!.Value, head.Split is not null);
        var task = new BenchTask
        {
            Model = learning.Model,
            Training = learning.Training,
            Seed = (uint)head.Seed.Value,
            Limit = double.PositiveInfinity,
            ArenaBytes = head.Budget!.Value,
            Variant = entry.Keys,
        };
        int start = Evaluator.CountCorrect(task.Model.Bytes, () => learning.Test, 1);
        BenchOutcome outcome = LearningMethods.Run(
            head.Method,
            parts,
            task,
            (forwards, _) => context.Progress(forwards),
            context.Cancellation
        );
        int correct =
            outcome.CountCorrect?.Invoke(learning.Test)
            ?? Evaluator.CountCorrect(outcome.Model!, () => learning.Test, 1);
        return head with
        {
            Accuracy = (double)correct / learning.Test.Count,
            Correct = correct,
            Start = (double)start / learning.Test.Count,
            Forwards = Math.Round((double)outcome.Macs / task.ForwardMacs, 1),
            Macs = outcome.Macs,
            Peak = outcome.Peak,
            Planned = outcome.Planned,
            Samples = outcome.Samples,
            Steps = outcome.Steps,
        };
    }
}
