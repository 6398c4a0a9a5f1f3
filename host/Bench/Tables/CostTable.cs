using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Shell;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;

namespace Attune.Host.Bench.Tables;

/// <summary>
/// Hardware cost of a training step (the paper's Tables 8 and 9): one sample, Q = 50. Of zeroth-order training, bytes are those of
/// the plan and those that a step really touched, multiply-accumulates those that it really ran; of back-propagation both are
/// counted analytically.
/// </summary>
/// <param name="name">Name in commands.</param>
/// <param name="id">Name in results.</param>
/// <param name="description">One line for people.</param>
/// <param name="block">The block that is trained, -1: all layers.</param>
/// <param name="arenas">Bytes of arena to plan for; 0: the fewest that a plan is found for.</param>
public sealed class CostTable(string name, string id, string description, int block, int[] arenas) : IBenchTable
{
    private const string BackPropagation = "bp";
    private const string ZeroOrder = "bp-free";
    private const string Inference = "inference";
    private const int Queries = 50;
    private const int SearchStep = 2000;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Description => description;

    /// <inheritdoc/>
    public IReadOnlyList<BenchCell> Cells(BenchSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        int[] budgets = settings.ArenaBytes is { } asked ? [asked] : arenas;
        List<BenchCell> cells =
        [
            Cell(Inference, budgets.Max(), InferenceCost),
            Cell(BackPropagation, 0, BackPropagationLine),
            .. budgets.Select(budget => Cell(ZeroOrder, budget, StepLine)),
        ];
        string[] known = [Inference, BackPropagation, ZeroOrder];
        foreach (string method in settings.Methods.Where(method => !known.Contains(method)))
        {
            throw new UsageException(
                $"--methods {method}: {name} has no such method; known are {string.Join(", ", known)}"
            );
        }
        return
        [
            .. cells.Where(cell =>
                (settings.Methods.Count == 0 || settings.Methods.Contains(cell.Head.Method))
                && (settings.Variants.Count == 0 || settings.Variants.Contains(cell.Head.Variant ?? ""))
            ),
        ];
    }

    private BenchCell Cell(string method, int budget, Func<BenchLine, BenchContext, BenchLine> measure)
    {
        var head = new BenchLine
        {
            Table = id,
            Method = method,
            Variant = method == ZeroOrder && budget == 0 ? "smallest" : null,
            Budget = budget > 0 ? budget : null,
        };
        return new BenchCell(head, 1000, context => measure(head, context));
    }

    private BenchLine InferenceCost(BenchLine head, BenchContext context)
    {
        BenchOutcome outcome = new Methods.NoneMethod().Run(
            Task(context, head.Budget!.Value),
            null,
            context.Cancellation
        );
        return head with
        {
            Peak = outcome.Peak,
            Planned = outcome.Planned,
            Macs = new ModelSummary(context.Data.Network).Macs,
            Forwards = 1,
        };
    }

    private BenchLine BackPropagationLine(BenchLine head, BenchContext context)
    {
        var file = context.Data.Network;
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        int inference = MemoryPlan.ForInference(new PlanRequest(new QuantizedModel(arena), arena)).Peak;
        var cost = BackPropagationCost.Of(file, inference, BackPropagationCost.LayersOf(file, block));
        return head with
        {
            Planned = cost.Bytes,
            Macs = cost.Macs,
            Forwards = Math.Round((double)cost.Macs / new ModelSummary(file).Macs, 1),
            Values = new SortedDictionary<string, double>
            {
                ["gradients"] = cost.Gradients,
                ["inference"] = cost.Inference,
                ["kept"] = cost.Kept,
                ["parameters"] = cost.Parameters,
            },
        };
    }

    private BenchLine StepLine(BenchLine head, BenchContext context)
    {
        BenchTask task = Task(context, head.Budget ?? 1 << 22);
        TrainingJob job = Job(task);
        if (head.Budget is null)
        {
            job.ArenaBytes = Smallest(task.Model.Bytes, job, context.Cancellation);
        }
        SessionRun.Result result = SessionRun.Run(
            task.Model.Bytes,
            job,
            task.Training,
            null,
            null,
            0,
            context.Cancellation
        );
        return head with
        {
            Seed = null,
            Peak = result.Peak,
            Planned = result.Planned,
            Macs = result.Macs,
            Forwards = Math.Round((double)result.Macs / task.ForwardMacs, 1),
            Steps = 1,
            Samples = 1,
        };
    }

    private static BenchTask Task(BenchContext context, int arena)
    {
        MemorySamples samples = context.Data.Training(BenchData.Clean, 0, 1, 1);
        return new BenchTask
        {
            Model = context.Data.Network,
            Training = samples,
            Seed = 1,
            Limit = double.PositiveInfinity,
            ArenaBytes = arena,
        };
    }

    private TrainingJob Job(BenchTask task) =>
        BenchJob.Create(
            task,
            $"method=zo batch=1 steps=1 queries={Queries} layers={(block < 0 ? "all" : "block_" + block)}"
        );

    /// <summary>The fewest bytes of arena that a plan is found for, searched downwards in steps.</summary>
    private static int Smallest(byte[] model, TrainingJob job, CancellationToken cancellation)
    {
        using var arena = new Arena(16);
        arena.LoadModel(model);
        var view = new QuantizedModel(arena);
        int smallest = int.MaxValue;
        for (int limit = job.ArenaBytes; ; limit = Math.Min(limit, smallest) - SearchStep)
        {
            cancellation.ThrowIfCancellationRequested();
            job.ArenaBytes = limit;
            int peak = JobPlans.ForTraining(view, arena, job, job.Training.Layers, evaluates: false).Peak;
            if (peak > limit)
            {
                return smallest;
            }
            smallest = peak;
        }
    }
}
