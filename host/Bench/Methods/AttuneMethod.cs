using System.Globalization;
using Attune.Runs;
using Attune.Training;

namespace Attune.Host.Bench.Methods;

/// <summary>
/// Attune's profile: the input filter and then the channel statistics are tuned to the samples, without a label. What training
/// with labels adds or costs after that is a matter of the variants; it takes as many steps as the limit on forwards allows.
/// </summary>
/// <param name="samples">The first so many samples; 0: all.</param>
public sealed class AttuneMethod(int samples) : IBenchMethod
{
    private const string Profile = "method=align learning-rate=0.001 layers=all parts=biases batch=10 queries=1";
    private const string Train = "method=align+zo ";
    private const string Learn =
        "method=align+learn parts=both weight-layers=head batch=1 learning-rate=0.001 augment-flip=on augment-shift=2";

    /// <inheritdoc/>
    public string Name => samples == 0 ? "attune" : "attune-" + samples.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public bool UsesLimit => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> Variants => [.. Changes.Keys];

    /// <summary>What the ablation table leaves out, replaces or adds, one thing at a time: name and job keys.</summary>
    private static SortedDictionary<string, string> Changes { get; } =
        new(StringComparer.Ordinal)
        {
            ["no input filter"] = "input-filter=off",
            ["always denoise"] = "input-filter=denoise",
            ["always repair"] = "input-filter=repair",
            ["align 40 % of the layers"] = "align-depth=40",
            ["align 80 % of the layers"] = "align-depth=80",
            ["align all layers"] = "align-depth=100",
            ["no guard, prior 16"] = "align-guard=0 align-prior=16",
            ["no guard"] = "align-guard=0",
            ["one pass"] = "align-groups=1",
            ["5 passes"] = "align-groups=5",
            ["train biases"] = Train,
            ["train biases, rate 0.003"] = Train + "learning-rate=0.003",
            ["train biases, rate 0.01"] = Train + "learning-rate=0.01",
            ["train biases, 5 queries"] = Train + "queries=5",
            ["train biases, 4 queries in the first 12 layers"] =
                Train + "layer-queries=1,4,2,4,3,4,4,4,5,4,6,4,7,4,8,4,9,4,11,4,12,4,13,4",
            ["train biases, centred"] = Train + "centering=on",
            ["train biases, exact head"] = Train + "head=exact",
            ["train biases, unsure samples"] = Train + "minimum-loss=0.3",
            ["train biases, nearest rounding"] = Train + "rounding=nearest",
            ["train biases, no norm scaling"] = Train + "norm-scaling=off",
            ["train biases, sequential"] = Train + "update=sequential",
            ["train biases, by nodes"] = Train + "perturbation=nodes",
            ["train biases, pseudo-labels"] = Train + "objective=pseudo-labels",
            ["train scales"] = Train + "parts=scales",
            ["train scales, rate 0.01"] = Train + "parts=scales learning-rate=0.01",
            ["train biases of block 0"] = Train + "layers=block_0",
            ["train biases of block 1"] = Train + "layers=block_1",
            ["train biases of block 2"] = Train + "layers=block_2",
            ["train biases of block 3"] = Train + "layers=block_3",
            ["train biases of projections"] = Train + "layers=5,8,11,15,18,22,25,29,32,36,40,43,47,51",
            ["train weights and biases of block 0"] = Train + "layers=block_0 parts=both",
            ["train head, exact"] = Train + "layers=head parts=both head=exact learning-rate=0.01",
            ["train head, by probes"] = Train + "layers=head parts=both learning-rate=0.01",
            ["learn biases and head"] = Learn,
            ["learn biases and head, in proportion to the loss"] = Learn + " full-rate-loss=0.5",
            ["learn biases and head, last layers"] = Learn + " layers=deep",
            ["learn all"] = Learn + " weight-layers=all",
        };

    /// <inheritdoc/>
    public BenchOutcome Run(BenchTask task, BenchCheckpoint? checkpoint, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(task);
        TrainingJob job = BenchJob.Create(task, Profile + " align-samples=" + samples);
        BenchJob.Apply(job, Changes.GetValueOrDefault(task.Variant, task.Variant));
        ITrainingMethod? method = job.Method;
        bool trains = job.Trains;
        byte[] model = (task.Filtered?.Value ?? task.Model).Bytes;
        long limit = (long)(task.Limit * task.ForwardMacs);
        job.Method = null;
        SessionRun.Result tuned = Run(trains ? null : checkpoint);
        if (tuned.Macs > limit)
        {
            // One pass over as many samples as there are forwards, and no filter.
            model = task.Model.Bytes;
            BenchJob.Apply(job, "input-filter=off align-groups=1");
            int count = job.Alignment.Samples == 0 ? task.Training.Count : job.Alignment.Samples;
            job.Alignment.Samples = (int)Math.Min(Math.Min(count, task.Training.Count), task.Limit);
            tuned = Run(trains ? null : checkpoint);
        }
        // What is left of the limit becomes whole steps; a step takes at most what its plan says.
        job.Method = method;
        long step = trains ? SessionRun.StepMacs(model, job) ?? 1 : 1;
        job.Training.Steps = trains ? (int)Math.Clamp((limit - tuned.Macs) / step, 0, 1 << 24) : 0;
        job.Method = job.Training.Steps > 0 ? method : null;
        return Outcome(task, job, job.Trains ? Run(checkpoint) : tuned);

        SessionRun.Result Run(BenchCheckpoint? told) =>
            SessionRun.Run(model, job, task.Training, null, told, 0, cancellation);
    }

    private static BenchOutcome Outcome(BenchTask task, TrainingJob job, SessionRun.Result result)
    {
        int count = task.Training.Count;
        return new BenchOutcome
        {
            Model = result.Model,
            AlignedModel = result.Aligned,
            Macs = result.Macs,
            Peak = result.Peak,
            Planned = result.Planned,
            Steps = job.Trains ? job.Training.Steps : null,
            Samples = job.Trains || job.Alignment.Samples == 0 ? count : Math.Min(job.Alignment.Samples, count),
            Values = new SortedDictionary<string, double> { ["input-filter"] = result.Filter },
        };
    }
}
