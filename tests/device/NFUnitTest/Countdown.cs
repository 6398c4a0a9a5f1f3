using Attune.Runs;

namespace Attune.Device.Tests
{
    /// <summary>Asks a run to stop after so many ticks.</summary>
    public sealed class Countdown : ICardMonitor
    {
        private int left;

        /// <summary>Ticks so far.</summary>
        public int Ticks { get; private set; }

        /// <summary>A monitor that asks at a tick, counted from 1.</summary>
        public Countdown(int ticks)
        {
            left = ticks;
        }

        /// <inheritdoc/>
        public bool Tick()
        {
            left--;
            Ticks++;
            return left > 0;
        }

        /// <inheritdoc/>
        public void Progress(TrainingSession session) { }

        /// <inheritdoc/>
        public void Message(string text) { }
    }
}
