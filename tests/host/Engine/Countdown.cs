using Attune.Runs;

namespace Attune.Tests.Engine;

/// <summary>Asks to stop at one tick, counted from 1, and from then on.</summary>
internal sealed class Countdown(int stopAt) : ICardMonitor
{
    public int Ticks { get; private set; }

    public List<string> Messages { get; } = [];

    public bool Tick() => ++Ticks < stopAt;

    public void Progress(TrainingSession session) { }

    public void Message(string text) => Messages.Add(text);
}
