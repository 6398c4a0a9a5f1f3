using Attune.Execution;

namespace Attune.Runs
{
    /// <summary>Watches a card run: progress to show, and a way to ask for an early end.</summary>
    public interface ICardMonitor : ITick
    {
        /// <summary>A unit has ended, or a stage has begun.</summary>
        void Progress(TrainingSession session);

        /// <summary>A line worth showing: a resume, a skipped block, a result.</summary>
        void Message(string text);
    }
}
