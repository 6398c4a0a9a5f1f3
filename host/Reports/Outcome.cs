using Attune.Host.Running;
using Attune.Runs;

namespace Attune.Host.Reports;

/// <summary>How a run ended, in words: what was undone is never called adapted or trained.</summary>
/// <param name="job">The job.</param>
/// <param name="state">Where its run is; null: unknown.</param>
internal sealed class Outcome(TrainingJob job, CardState? state)
{
    /// <summary>Heading of the page.</summary>
    public string Title =>
        state is not { Complete: true } ? "Attune: an adaptation that is not finished"
        : state.AlignmentUndone || (state.RolledBack && !job.Align) ? "Attune: the network is as it was"
        : state.RolledBack ? "Attune: aligned in the field, training undone"
        : "Attune: adapted in the field";

    /// <summary>What was done, for the first sentence.</summary>
    public string Method =>
        !job.Trains ? $"aligned to unlabelled samples{(Undone ? ", which was undone" : "")}"
        : !job.Align ? $"trained on labelled samples{(Undone ? ", which was undone" : "")}"
        : state is { AlignmentUndone: true }
            ? "aligned to unlabelled samples, then trained on labelled ones; both were undone"
        : Undone ? "aligned to unlabelled samples, then trained on labelled ones, of which the training was undone"
        : "first aligned to unlabelled samples, then trained on labelled ones";

    /// <summary>Why something was undone, as a sentence after others; empty: nothing was.</summary>
    public string Reason =>
        state is { AlignmentUndone: true } ? " The adaptation was undone: it lost held-out samples."
        : state is { RolledBack: true } ? " Training was undone: no more held-out samples were right than by chance."
        : "";

    /// <summary>What charts call the last phase.</summary>
    public string Last => Undone ? "result, training undone" : "trained";

    /// <summary>Colour of the last phase, which differs from that of a training that was kept.</summary>
    public string LastColor => Undone ? "c2" : "attune";

    private bool Undone => state is { Complete: true } and ({ RolledBack: true } or { AlignmentUndone: true });
}
