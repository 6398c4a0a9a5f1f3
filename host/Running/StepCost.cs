using Attune.Model;
using Attune.Training;

namespace Attune.Host.Running;

/// <summary>
/// What a training step costs, derived from the plan: multiply-accumulates of all its forward passes, exactly those that
/// the engine counts when it runs the step; with a minimum loss, the most that it may count.
/// </summary>
/// <param name="Macs">Multiply-accumulates of a step of <c>batch</c> samples.</param>
/// <param name="ForwardMacs">Multiply-accumulates of one whole inference.</param>
public sealed record StepCost(long Macs, long ForwardMacs)
{
    /// <summary>Instructions per multiply-accumulate of an inference, counted on the emulated core (docs/results/cortexm.json).</summary>
    public const double InstructionsPerMac = 1.39;

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

    /// <summary>The cost of a step with all samples of a batch, by the plan's method.</summary>
    public static StepCost Of(TrainingPlan plan) => new(plan.Method.StepMacs(plan), plan.Model.ForwardMacs());
}
