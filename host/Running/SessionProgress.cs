using Attune.Host.Shell;
using Attune.Runs;
using Spectre.Console;

namespace Attune.Host.Running;

/// <summary>Shows a card run: one bar a stage, with the loss and the remaining time.</summary>
public static class SessionProgress
{
    /// <summary>Runs to the end or to the interrupt. Returns whether it is complete.</summary>
    /// <param name="run">The run.</param>
    /// <param name="interrupt">Asks for an early end.</param>
    /// <param name="observe">Told the session after every unit, or null.</param>
    public static bool Run(CardRun run, InterruptSignal interrupt, Action<TrainingSession>? observe = null) =>
        ProgressView.Run(add => run.Run(new Monitor(add, interrupt, observe)));

    private sealed class Monitor(
        Func<string, double, ProgressTask?> add,
        InterruptSignal interrupt,
        Action<TrainingSession>? observe
    ) : ICardMonitor
    {
        private ProgressTask? task;
        private int stage = -1;
        private int block = -1;

        public bool Tick() => !interrupt.Requested;

        public void Message(string text) => Terminal.Note(text);

        public void Progress(TrainingSession session)
        {
            if (session.Stage != stage || session.Block != block)
            {
                if (task is not null)
                {
                    task.Value = task.MaxValue;
                }
                stage = session.Stage;
                block = session.Block;
                task = stage == StageKind.Done ? null : add(Title(session), session.UnitCount);
            }
            if (task is not null)
            {
                task.Value = session.Unit;
                bool trains = StageKind.Trains(stage);
                task.Description =
                    Title(session) + (trains && session.Unit > 0 ? $", loss {session.State.Loss:F4}" : "");
            }
            observe?.Invoke(session);
        }

        private static string Title(TrainingSession session)
        {
            string place = session.Current.Layers.Describe();
            return session.Stage switch
            {
                StageKind.EvaluateBefore => "accuracy before",
                StageKind.InputFilter => "tuning the input filter",
                StageKind.Align => "aligning",
                StageKind.EvaluateAligned => "accuracy aligned",
                StageKind.TrialTrain => $"trying {place}",
                StageKind.TrialEvaluate => $"accuracy of {place}",
                StageKind.Train => $"training {place}",
                StageKind.TrainEvaluate => $"accuracy of {place} so far",
                StageKind.Repeat => $"training {place} again, as far as it was best",
                _ => "accuracy after",
            };
        }
    }
}
