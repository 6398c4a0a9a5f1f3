using Attune.Execution;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Host.Running;

/// <summary>What a job needs and costs.</summary>
/// <param name="Job">The job.</param>
/// <param name="Plans">Its plans; none if the model cannot do it.</param>
/// <param name="Cost">Its cost; null if the model cannot do it.</param>
/// <param name="Problem">Why the model cannot do it, or null.</param>
public sealed record JobPrice(TrainingJob Job, IReadOnlyList<StagePlan> Plans, JobCost? Cost, string? Problem)
{
    /// <summary>What it does in words, where the method's name does not say it.</summary>
    public string? Title { get; init; }

    /// <summary>Percentage points that trials of it have gained, or null.</summary>
    public double? Gain { get; init; }

    /// <summary>Whether every stage fits; of blocks to be tried, at least one.</summary>
    public bool Fits
    {
        get
        {
            StagePlan[] trials = [.. Plans.Where(entry => entry.IsTrial)];
            return Problem is null
                && Plans.Where(entry => !entry.IsTrial).All(IsSmall)
                && (trials.Length == 0 || trials.Any(IsSmall));
        }
    }

    /// <summary>Bytes of arena of the stages that run: the job's peak.</summary>
    public int PlannedBytes =>
        Plans
            .Where(entry => !entry.IsTrial || IsSmall(entry))
            .Select(entry => entry.Plan.Peak)
            .DefaultIfEmpty(Plans.Select(entry => entry.Plan.Peak).DefaultIfEmpty(0).Min())
            .Max();

    /// <summary>Whether a stage stays within the job's arena.</summary>
    public bool IsSmall(StagePlan entry) => entry.Plan.Peak <= Job.ArenaBytes;
}

/// <summary>Plans and costs of jobs for one model and so many samples.</summary>
/// <param name="Model">The model.</param>
/// <param name="Arena">The arena that holds it, of any size.</param>
/// <param name="Samples">Samples to adapt to.</param>
/// <param name="HeldOut">Held-out samples; 0: accuracy is not measured.</param>
public sealed record JobForecast(QuantizedModel Model, Arena Arena, int Samples, int HeldOut)
{
    /// <summary>A job that the model can do.</summary>
    /// <exception cref="JobException">It cannot.</exception>
    public JobPrice Of(TrainingJob job)
    {
        StagePlan[] plans = JobPlans.Of(Model, Arena, job, evaluates: true);
        return new JobPrice(job, plans, JobCost.Of(Model, Arena, job, plans, Samples, HeldOut), null);
    }

    /// <summary>Every way that method = auto chooses from, that of the largest gain first.</summary>
    /// <param name="job">A job with method = auto.</param>
    public JobPrice[] Ways(TrainingJob job) =>
        [
            .. Enumerable
                .Range(0, AutomaticChoice.Count)
                .Select(way =>
                    Try(AutomaticChoice.JobOf(job, way)) with
                    {
                        Title = AutomaticChoice.NameOf(way),
                        Gain = AutomaticChoice.GainOf(way) is >= 0 and var gain ? gain / 100.0 : null,
                    }
                ),
        ];

    /// <summary>A job that the model may not be able to do.</summary>
    public JobPrice Try(TrainingJob job)
    {
        try
        {
            JobCheck.Check(job, Model);
            return Of(job);
        }
        catch (Exception error) when (error is JobException or ModelException)
        {
            return new JobPrice(job, [], null, error.Message);
        }
    }
}
