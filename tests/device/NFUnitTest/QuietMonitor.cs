using Attune.Training;

namespace Attune.Device.Tests
{
    /// <summary>Says nothing and lets a run go on.</summary>
    public class QuietMonitor : ICardMonitor
    {
        public bool Tick()
        {
            return true;
        }

        public void Progress(TrainingSession session) { }

        public void Message(string text) { }
    }
}
