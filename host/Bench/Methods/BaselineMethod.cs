using Attune.Host.Baselines;
using Attune.Host.Shell;
using Attune.Model;

namespace Attune.Host.Bench.Methods;

/// <summary>
/// Others' method of training, with labels and from the network as it was deployed, or aligned first (variant "aligned").
/// </summary>
/// <param name="baseline">The method.</param>
public sealed class BaselineMethod(IBaseline baseline) : IBenchMethod
{
    private const string FromAligned = "aligned";
    private const string BlockPrefix = "block-";

    /// <inheritdoc/>
    public string Name => baseline.Name;

    /// <inheritdoc/>
    public bool UsesLimit => true;

    /// <summary>"aligned": training starts from the aligned network; "block-B": only this block's layers are trained.</summary>
    public IReadOnlyList<string> Variants => [FromAligned, "block-0", "block-1", "block-2", "block-3"];

    /// <inheritdoc/>
    public BenchOutcome Run(BenchTask task, BenchCheckpoint? checkpoint, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(task);
        bool aligns = task.Variant == FromAligned;
        if (task.Variant.Length > 0 && !Variants.Contains(task.Variant))
        {
            throw new UsageException(
                $"variant '{task.Variant}': the method {Name} takes {string.Join(", ", Variants)}"
            );
        }
        BenchOutcome? start = aligns
            ? new AlignMethod(0).Run(task with { Variant = "" }, checkpoint, cancellation)
            : null;
        double spent = (double)(start?.Macs ?? 0) / task.ForwardMacs;
        int block = task.Variant.StartsWith(BlockPrefix, StringComparison.Ordinal) ? task.Variant[^1] - '0' : -1;
        int[] layers =
        [
            .. Enumerable
                .Range(0, task.Model.LayerCount)
                .Where(layer => block >= 0 && task.Model.Word(layer, RecordField.Block) == block),
        ];
        BaselineResult result = baseline.Run(
            new BaselineTask
            {
                Model = start?.Model ?? task.Model.Bytes,
                Samples = task.Training,
                Forwards = (long)(task.Limit - spent),
                Layers = layers.Length > 0 ? layers : null,
                Seed = task.Seed,
            },
            state => Report(state, spent, checkpoint),
            cancellation
        );
        return new BenchOutcome
        {
            Model = result.Model.Bytes,
            CountCorrect = result.Model.Bytes is null
                ? samples => (int)Math.Round(result.Model.Accuracy(samples) * samples.Count)
                : null,
            AlignedModel = start?.Model,
            Macs = (start?.Macs ?? 0) + result.Macs,
            Samples = task.Training.Count,
            Steps = result.Steps,
        };
    }

    /// <summary>FP32 networks have no .atm model, so a curve of them has only its end.</summary>
    private static void Report(BaselineProgress state, double spent, BenchCheckpoint? checkpoint)
    {
        BaselineModel model = state.Snapshot();
        if (model.Bytes is { } bytes)
        {
            checkpoint?.Invoke(spent + state.Forwards, () => bytes);
        }
    }
}
