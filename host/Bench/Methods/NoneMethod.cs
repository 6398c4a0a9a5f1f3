using Attune.Execution;
using Attune.Host.Shell;
using Attune.Memory;
using Attune.Model;

namespace Attune.Host.Bench.Methods;

/// <summary>No adaptation: the network as it was deployed.</summary>
public sealed class NoneMethod : IBenchMethod
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public bool UsesLimit => false;

    /// <inheritdoc/>
    public IReadOnlyList<string> Variants => [];

    /// <inheritdoc/>
    public BenchOutcome Run(BenchTask task, BenchCheckpoint? checkpoint, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (task.Variant.Length > 0)
        {
            throw new UsageException($"variant '{task.Variant}': the method none has nothing to change");
        }
        using var arena = new Arena(task.ArenaBytes);
        arena.LoadModel(task.Model.Bytes);
        var model = new QuantizedModel(arena);
        MemoryPlan plan = MemoryPlan.ForInference(new PlanRequest(model, arena) { Limit = task.ArenaBytes });
        if (plan.Peak > task.ArenaBytes)
        {
            throw new PlanException(plan, task.ArenaBytes);
        }
        // One inference, so that the peak is a measured one.
        _ = new Network(arena, model, plan).CountCorrect(task.Training, 0, 1);
        return new BenchOutcome
        {
            Model = task.Model.Bytes,
            Macs = 0,
            Peak = arena.HighWater,
            Planned = plan.Peak,
            Samples = 0,
        };
    }
}
