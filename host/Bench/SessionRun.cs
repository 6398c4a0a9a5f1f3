using Attune.Adaptation;
using Attune.Data;
using Attune.Execution;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Runs;
using Attune.Training;

namespace Attune.Host.Bench;

/// <summary>
/// The engine's session over samples in memory, in an arena of its own, from start to end; counts every
/// multiply-accumulate that the board would run, evaluation of held-out samples included.
/// </summary>
public static class SessionRun
{
    /// <summary>What a session came to.</summary>
    /// <param name="Model">The adapted model.</param>
    /// <param name="Aligned">The model after alignment, if the job also trains; else null.</param>
    /// <param name="Macs">Multiply-accumulates.</param>
    /// <param name="Peak">Highest byte of the arena that was touched.</param>
    /// <param name="Planned">Planned bytes of arena.</param>
    /// <param name="CorrectBefore">Held-out samples that were right before, -1: not measured.</param>
    /// <param name="CorrectAfter">Held-out samples that are right now, -1: not measured.</param>
    /// <param name="Block">The block that was trained, or null.</param>
    /// <param name="Losses">Mean clean loss of each training step.</param>
    /// <param name="Filter">What the input filter does (<see cref="InputFilterChoice"/>), -1: there is none, or it was not tuned.</param>
    public sealed record Result(
        byte[] Model,
        byte[]? Aligned,
        long Macs,
        int Peak,
        int Planned,
        int CorrectBefore,
        int CorrectAfter,
        int? Block,
        IReadOnlyList<double> Losses,
        int Filter
    );

    /// <summary>Runs a job.</summary>
    /// <param name="model">Bytes of an .atm model.</param>
    /// <param name="job">What to do; its arena size is that of the arena.</param>
    /// <param name="training">Samples to adapt to.</param>
    /// <param name="validation">Held-out samples, or null.</param>
    /// <param name="checkpoint">Told after every unit of alignment and training, or null.</param>
    /// <param name="spent">Multiply-accumulates before this run, for the checkpoints.</param>
    /// <param name="cancellation">Ends the run by <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="JobException">Job, model and samples do not go together.</exception>
    /// <exception cref="PlanException">The plan needs more than the arena.</exception>
    public static Result Run(
        byte[] model,
        TrainingJob job,
        ISampleSource training,
        ISampleSource? validation,
        BenchCheckpoint? checkpoint,
        long spent,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(model);
        var session = new TrainingSession(arena, job, training, validation);
        long forward = session.Network.Model.ForwardMacs();
        long macs = 0;
        byte[]? aligned = null;
        var losses = new List<double>();
        var stop = new Stop(cancellation);
        while (session.Stage != StageKind.Done)
        {
            int stage = session.Stage;
            var network = session.Network;
            long before = network.MacsRun;
            if (!session.Advance(stop))
            {
                throw new OperationCanceledException(cancellation);
            }
            cancellation.ThrowIfCancellationRequested();
            macs += network.MacsRun - before;
            if (stage == StageKind.Train)
            {
                losses.Add(session.State.Loss);
            }
            if (stage == StageKind.Align && session.Stage != stage && job.Trains)
            {
                aligned = ModelCapture.Of(session.Network);
            }
            if (stage is StageKind.Align or StageKind.Train)
            {
                checkpoint?.Invoke((double)(spent + macs) / forward, () => ModelCapture.Of(session.Network));
            }
        }
        return new Result(
            ModelCapture.Of(session.Network),
            aligned,
            macs,
            session.MeasuredPeak,
            session.PlannedPeak,
            session.State.CorrectBefore,
            session.State.CorrectAfter,
            job.Trains && session.State.ChosenLayers.Block >= 0 ? session.State.ChosenLayers.Block : null,
            losses,
            session.State.InputFilter
        );
    }

    /// <summary>Multiply-accumulates of a training step of a job, exactly; null if its plan exceeds the job's arena.</summary>
    public static long? StepMacs(byte[] model, TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        using var arena = new Arena(16);
        arena.LoadModel(model);
        var view = new Attune.Model.QuantizedModel(arena);
        TrainingPlan plan = JobPlans.ForTraining(view, arena, job);
        return plan.Peak <= job.ArenaBytes ? StepCost.Of(plan).Macs : null;
    }

    private sealed class Stop(CancellationToken cancellation) : ITick
    {
        public bool Tick() => !cancellation.IsCancellationRequested;
    }
}
