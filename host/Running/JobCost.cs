using Attune.Adaptation;
using Attune.Data;
using Attune.Execution;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;

namespace Attune.Host.Running;

/// <summary>A part of a job: a stage, or all evaluations.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Macs">Multiply-accumulates, at most.</param>
public sealed record CostPart(string Name, long Macs);

/// <summary>
/// What a whole job costs, derived from its plans and the number of samples, before it runs. An upper bound: the input
/// filter leaves out candidates that change nothing, and training may stop early.
/// </summary>
/// <param name="Parts">The parts, in the order in which they run.</param>
/// <param name="ForwardMacs">Multiply-accumulates of one whole inference.</param>
public sealed record JobCost(IReadOnlyList<CostPart> Parts, long ForwardMacs)
{
    /// <summary>Name of the part that is not adaptation.</summary>
    public const string Evaluations = "accuracy of held-out samples";

    /// <summary>Multiply-accumulates of all parts.</summary>
    public long Macs => Parts.Sum(part => part.Macs);

    /// <summary>Multiply-accumulates of adaptation alone: those that a session counts.</summary>
    public long AdaptationMacs => Parts.Where(part => part.Name != Evaluations).Sum(part => part.Macs);

    /// <summary>Full-forward equivalents.</summary>
    public double Forwards => ForwardMacs == 0 ? 0 : (double)Macs / ForwardMacs;

    /// <summary>Estimated instructions on a Cortex-M7.</summary>
    public double Instructions => Macs * StepCost.InstructionsPerMac;

    /// <summary>Estimated seconds at a core clock.</summary>
    public double Seconds(int megaHertz) => StepCost.Seconds(Macs, megaHertz);

    /// <summary>The cost of a job.</summary>
    /// <param name="model">The model.</param>
    /// <param name="arena">The arena that holds it, of any size.</param>
    /// <param name="job">The job.</param>
    /// <param name="plans">Its plans; of blocks to be tried, those that do not fit are not counted.</param>
    /// <param name="samples">Samples to adapt to.</param>
    /// <param name="heldOut">Held-out samples; 0: accuracy is not measured.</param>
    public static JobCost Of(
        QuantizedModel model,
        Arena arena,
        TrainingJob job,
        IReadOnlyList<StagePlan> plans,
        int samples,
        int heldOut
    )
    {
        var parts = new List<CostPart>();
        var source = new CountedSamples(samples, model.TensorBytes(0));
        foreach (StagePlan entry in plans)
        {
            if (entry.Plan is AlignmentPlan plan)
            {
                var network = new Network(arena, model, plan);
                bool tunes = plan.PatchSumsBytes > 0;
                long macs = tunes ? Tuning(network, job.Alignment, source) : Alignment(network, job.Alignment, source);
                parts.Add(new(entry.Name, macs));
            }
        }
        StagePlan[] trained =
        [
            .. plans.Where(entry =>
                entry.Training is not null && (!entry.IsTrial || entry.Plan.Peak <= job.ArenaBytes)
            ),
        ];
        int tried = trained.Length > 1 ? trained.Length : 0;
        bool compares = heldOut > 0 && job.Rollback && trained.Length > 0;
        parts.AddRange(Training(job, trained, samples, compares));
        if (heldOut > 0)
        {
            int compared = compares ? (int)Math.Min(SessionState.MaximumParts, Steps(job, samples)) : 0;
            int times = 2 + (job.Align && job.Trains ? 1 : 0) + tried + compared;
            parts.Add(new(Evaluations, times * (long)heldOut * MacsUpTo(model, model.LogitsTensor - 1)));
        }
        return new JobCost(parts, model.ForwardMacs());
    }

    private static long Steps(TrainingJob job, int samples) =>
        job.Training.Steps > 0 ? job.Training.Steps : (long)job.Training.StepsPerEpoch(samples) * job.Training.Epochs;

    private static IEnumerable<CostPart> Training(TrainingJob job, StagePlan[] trained, int samples, bool compares)
    {
        if (trained.Length == 0)
        {
            yield break;
        }
        long epoch = job.Training.StepsPerEpoch(samples);
        long steps = Steps(job, samples);
        long trial = job.Training.Steps > 0 ? Math.Min(epoch, steps) : epoch;
        long[] macs = [.. trained.Select(entry => StepCost.Of(entry.Training!).Macs)];
        if (trained.Length > 1)
        {
            yield return new($"trials of {trained.Length} blocks", trial * macs.Sum());
        }
        yield return new(trained.Length > 1 ? "training of the chosen block" : trained[0].Name, steps * macs.Max());
        if (compares)
        {
            // To the end of the last part but one; the last part's state is there already.
            long parts = Math.Min(SessionState.MaximumParts, steps);
            long again = Math.Max(steps * (parts - 1) / parts, trained.Length > 1 ? trial : 0);
            yield return new("training again, as far as it was best", again * macs.Max());
        }
    }

    private static long Alignment(Network network, AlignmentOptions options, ISampleSource samples) =>
        Passes(network, new Aligner(network, options, samples));

    /// <summary>Passes of an aligner: each runs the layers up to the last one that it corrects, or its chain's end.</summary>
    private static long Passes(Network network, Aligner aligner)
    {
        QuantizedModel model = network.Model;
        int[] layers =
        [
            .. Enumerable.Range(0, model.LayerCount).Where(layer => network.Plan.AlignedMultipliersAt[layer] >= 0),
        ];
        long macs = 0;
        for (int pass = 1; pass <= aligner.PassCount; pass++)
        {
            int end = (int)((long)pass * layers.Length / aligner.PassCount);
            macs += MacsUpTo(model, network.Plan.Chains.Last(layers[end - 1]));
        }
        return macs * aligner.SampleCount;
    }

    private static long Tuning(Network network, AlignmentOptions options, ISampleSource samples)
    {
        QuantizedModel model = network.Model;
        int filter = model.InputFilter;
        int wanted = options.Samples > 0 ? Math.Min(options.Samples, samples.Count) : samples.Count;
        int count = Math.Min(wanted, InputFilterTuner.TrialSamples);
        int kernel = model.Word(filter, RecordField.KernelH);
        long patches = (long)(model.Dimension(0, 1) - kernel + 1) * (model.Dimension(0, 2) - kernel + 1);
        long elements = model.FilterSize(filter);
        long solution = Math.Min(count, InputFilterTuner.PatchSamples) * patches * elements * (elements + 1) / 2;
        if (options.InputFilter != InputFilterChoice.Automatic)
        {
            return (options.InputFilter & InputFilterChoice.Denoise) != 0 ? solution : 0;
        }
        var aligner = new Aligner(network, options, samples, count, InputFilterTuner.SampleBudget);
        long trial = Passes(network, aligner) + count * MacsUpTo(model, model.LossLayer);
        // Half of the candidates have the filter, and the last unit solves it again for the one that is chosen.
        int solutions = InputFilterTuner.Candidates / 2 + 1;
        return InputFilterTuner.Candidates * trial + solutions * solution;
    }

    private static long MacsUpTo(QuantizedModel model, int last) =>
        Enumerable.Range(0, last + 1).Sum(layer => (long)model.Macs(layer));

    /// <summary>A number of samples; nobody loads them.</summary>
    private sealed record CountedSamples(int Count, int SampleBytes) : ISampleSource
    {
        public int Classes => 0;

        public int Load(int index, Arena arena, int offset) => throw new InvalidOperationException("only counted");
    }
}
