using Attune.Training;

namespace Attune.Host.Bench.Methods;

/// <summary>
/// Attune's profile: alignment to all samples, then zeroth-order training of the biases of all layers with few probes and
/// small steps, for as many steps as the limit on forwards allows.
/// </summary>
public sealed class AttuneMethod : IBenchMethod
{
    private const string Profile =
        "method=align+zo layers=all parts=biases batch=10 queries=5 learning-rate=0.003 rounding=stochastic rollback=off";

    /// <summary>Passes over single samples that alignment takes by default, unless there are more samples.</summary>
    private const int AlignmentPasses = 1024;

    /// <inheritdoc/>
    public string Name => "attune";

    /// <inheritdoc/>
    public bool UsesLimit => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> Variants => [.. Changes.Keys];

    /// <summary>What the ablation table leaves out or replaces, one thing at a time: name and job keys.</summary>
    private static SortedDictionary<string, string> Changes { get; } =
        new(StringComparer.Ordinal)
        {
            ["no-alignment"] = "method=zo",
            ["nearest-rounding"] = "rounding=nearest",
            ["no-norm-scaling"] = "norm-scaling=off",
            ["no-quantization-scaling"] = "quantization-scaling=off",
            ["weights-and-biases"] = "parts=both",
            ["sequential"] = "update=sequential",
        };

    /// <inheritdoc/>
    public BenchOutcome Run(BenchTask task, BenchCheckpoint? checkpoint, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(task);
        TrainingJob job = BenchJob.Create(task, Profile);
        BenchJob.Apply(job, Changes.GetValueOrDefault(task.Variant, task.Variant));
        int samples = task.Training.Count;
        int aligned = job.AlignSamples == 0 ? samples : Math.Min(job.AlignSamples, samples);
        long limit = (long)(task.Limit * task.ForwardMacs);
        // Alignment takes at most so many passes, and a step exactly what its plan says.
        long passes = Math.Max(AlignmentPasses, (long)aligned * Math.Max(1, job.AlignGroups));
        if (job.Align && passes > task.Limit)
        {
            // One pass over as many samples as there are forwards.
            job.AlignGroups = 1;
            job.AlignSamples = aligned = (int)Math.Min(aligned, task.Limit);
            passes = aligned;
        }
        long alignment = job.Align ? passes * task.ForwardMacs : 0;
        long? step = SessionRun.StepMacs(task.Model.Bytes, job);
        int steps = (int)Math.Clamp((limit - alignment) / (step ?? 1), 0, 1 << 24);
        job.Steps = steps;
        job.Train = steps > 0;
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
            AlignedModel = result.Aligned,
            Macs = result.Macs,
            Peak = result.Peak,
            Planned = result.Planned,
            Samples = Math.Max(job.Align ? aligned : 0, Math.Min(samples, steps * job.Batch)),
            Steps = steps,
        };
    }
}
