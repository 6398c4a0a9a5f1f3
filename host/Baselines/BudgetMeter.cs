using Attune.Numbers;

namespace Attune.Host.Baselines;

/// <summary>Counts a run's multiply-accumulates against its budget and tells progress.</summary>
internal sealed class BudgetMeter
{
    private readonly BaselineTask task;
    private readonly Action<BaselineProgress>? progress;
    private readonly long fullForward;
    private long reported;

    /// <param name="task">Has the budget.</param>
    /// <param name="fullForward">Multiply-accumulates of a forward of one sample.</param>
    /// <param name="progress">Is told, or null.</param>
    public BudgetMeter(BaselineTask task, long fullForward, Action<BaselineProgress>? progress)
    {
        this.task = task;
        this.fullForward = fullForward;
        this.progress = progress;
        Budget = checked(task.Forwards * fullForward);
    }

    /// <summary>Multiply-accumulates that may be used.</summary>
    public long Budget { get; }

    /// <summary>Multiply-accumulates that may still be used.</summary>
    public long Left => Budget - Macs;

    /// <summary>Multiply-accumulates used.</summary>
    public long Macs { get; private set; }

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>Whole steps that the budget pays for if a sample costs so much.</summary>
    public int StepsOf(long sampleMacs) =>
        MinibatchSchedule.StepsWithin(Budget / sampleMacs, task.Samples.Count, task.BatchSize);

    /// <summary>The rate of a step, falling to 0 along half a cosine.</summary>
    public static double Rate(double start, int step, int steps) =>
        start * CosineDecay.Factor(Math.Min(step, steps), Math.Max(1, steps)) / (1 << 30);

    /// <summary>Counts a step that is done and tells progress if it is time.</summary>
    public void Step(long macs, double loss, bool epochEnded, Func<BaselineModel> snapshot)
    {
        Macs += macs;
        Steps++;
        double forwards = (double)Macs / fullForward;
        long due = task.ReportEvery == 0 ? 0 : (long)(forwards / task.ReportEvery);
        if (task.ReportEvery == 0 ? epochEnded : due > reported)
        {
            reported = due;
            progress?.Invoke(new BaselineProgress(Steps, forwards, loss, snapshot));
        }
    }

    /// <summary>The result with this model.</summary>
    public BaselineResult Result(BaselineModel model) => new(model, Steps, Macs, (double)Macs / fullForward);
}
