using Attune.Memory;
using Attune.Model;
using Attune.Training;

namespace Attune.Host.Reports;

/// <summary>
/// What a training step costs, derived from the plan: multiply-accumulates of all its forward passes, exactly those that
/// the engine counts when it runs the step; with a minimum loss, the most that it may count.
/// </summary>
/// <param name="Macs">Multiply-accumulates of a step of <c>batch</c> samples.</param>
/// <param name="ForwardMacs">Multiply-accumulates of one whole inference.</param>
public sealed record StepCost(long Macs, long ForwardMacs)
{
    /// <summary>Instructions per multiply-accumulate of mcunet-cifar10 at 128x128, about those counted in
    /// docs/results/cortexm.json; a test compares them.</summary>
    public const double InstructionsPerMac = 1.42;

    /// <summary>Instructions per clock of a Cortex-M7 on such code, from TinyEngine's published times.</summary>
    public const double InstructionsPerCycle = 1.37;

    /// <summary>Full-forward equivalents of a step.</summary>
    public double Forwards => ForwardMacs == 0 ? 0 : (double)Macs / ForwardMacs;

    /// <summary>Estimated instructions of a step on a Cortex-M7.</summary>
    public double Instructions => Macs * InstructionsPerMac;

    /// <summary>Estimated seconds of a step at a core clock.</summary>
    public double Seconds(int megaHertz) => Seconds(Macs, megaHertz);

    /// <summary>Estimated seconds of some multiply-accumulates at a core clock.</summary>
    public static double Seconds(double macs, int megaHertz) =>
        macs * InstructionsPerMac / InstructionsPerCycle / (megaHertz * 1e6);

    /// <summary>The cost of a step with all samples of a batch.</summary>
    public static StepCost Of(QuantizedModel model, MemoryPlan plan, TrainingJob job)
    {
        int last = MemoryPlan.LastLayer(model);
        long Range(int from, int to)
        {
            long macs = 0;
            for (int layer = from; layer <= to; layer++)
            {
                macs += model.Macs(layer);
            }
            return macs;
        }
        // By sample, and once a step.
        long sum = 0;
        long once = 0;
        bool first = true;
        for (int layer = last; layer >= 0; layer--)
        {
            if (!plan.Trained[layer])
            {
                continue;
            }
            int cut = plan.Cut[layer];
            bool clean = first || job.Sequential || plan.PendingAt >= 0;
            sum += Range(0, cut - 1);
            int probes = job.ExactHead && layer == model.Head ? 0 : job.QueriesOf(layer);
            sum += (probes + (clean ? 1 : 0)) * Range(cut, last);
            first = false;
            if (plan.UsesNodes[layer])
            {
                long input = Range(0, model.Word(layer, RecordField.Input) - 1);
                if (job.Batch > 1 || plan.ReadsChain(layer))
                {
                    sum += Tiles(model, plan, layer) * input;
                }
                else
                {
                    once += input;
                }
            }
        }
        return new StepCost(sum * job.Batch + once, Range(0, model.LayerCount - 1));
    }

    /// <summary>Tiles of filters in which a layer's gradient is formed; each needs the layer's input of every sample.</summary>
    private static int Tiles(QuantizedModel model, MemoryPlan plan, int layer)
    {
        int channels = model.Channels(layer);
        int tile = (plan.RegionBytes - plan.GradientStart(layer)) / plan.FilterGradientBytes(layer);
        return (channels + tile - 1) / tile;
    }
}
