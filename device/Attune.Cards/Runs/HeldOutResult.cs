using Attune.Numbers;

namespace Attune.Runs
{
    /// <summary>Validation samples under a trained network, compared one by one with the network before its training.</summary>
    public sealed class HeldOutResult
    {
        /// <summary>Correct samples, or <see cref="SessionState.NotMeasured"/>.</summary>
        public int Correct { get; internal set; } = SessionState.NotMeasured;

        /// <summary>Samples that are correct now and were not before training; 0 where nothing was compared.</summary>
        public int Gained { get; internal set; }

        /// <summary>Samples that were correct before training and are not now.</summary>
        public int Lost { get; internal set; }

        /// <summary>The part of the training that it belongs to, from 0 on; -1: a trial.</summary>
        public int Part { get; internal set; } = -1;

        /// <summary>Whether it is better than before training by more than chance.</summary>
        /// <param name="tries">Trained states that were compared, of which this is the best.</param>
        public bool IsBetter(int tries)
        {
            return SignTest.IsMore(Gained, Lost, tries);
        }
    }
}
