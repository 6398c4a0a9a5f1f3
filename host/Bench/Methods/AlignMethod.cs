using System.Globalization;
using Attune.Runs;

namespace Attune.Host.Bench.Methods;

/// <summary>Alignment of channel statistics to unlabeled samples, and nothing else (docs/ALGORITHM.md, Alignment).</summary>
/// <param name="samples">The first so many samples; 0: all.</param>
public sealed class AlignMethod(int samples) : IBenchMethod
{
    /// <inheritdoc/>
    public string Name => samples == 0 ? "align" : "align-" + samples.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public bool UsesLimit => false;

    /// <inheritdoc/>
    public IReadOnlyList<string> Variants => [];

    /// <inheritdoc/>
    public BenchOutcome Run(BenchTask task, BenchCheckpoint? checkpoint, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(task);
        TrainingJob job = BenchJob.Create(task, "method=align align-samples=" + samples);
        BenchJob.Apply(job, task.Variant);
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
            Samples =
                job.Alignment.Samples == 0 ? task.Training.Count : Math.Min(job.Alignment.Samples, task.Training.Count),
        };
    }
}
