using Attune.Numbers;
using Attune.Runs;

namespace Attune.Supervision
{
    /// <summary>Watches a run on a board: lines now and then, the mark of the unit that comes, the end of the night.</summary>
    public sealed class RunMonitor : ICardMonitor
    {
        private const int LineTime = 30000;
        private readonly IBoard board;
        private readonly BootRecord boot;
        private readonly NightWindow night;
        private int stage = -1;
        private int block = -1;
        private long shown;

        /// <summary>A monitor of one run.</summary>
        public RunMonitor(IBoard board, BootRecord boot, NightWindow night)
        {
            this.board = board;
            this.boot = boot;
            this.night = night;
        }

        /// <summary>Whether training must rest now, by the board's clock and the job's hours.</summary>
        public bool MustRest
        {
            get { return night.Set && board.ClockSet && !night.Contains(board.MinuteOfDay); }
        }

        /// <inheritdoc/>
        public bool Tick()
        {
            boot.Step();
            return !MustRest;
        }

        /// <inheritdoc/>
        public void Progress(TrainingSession session)
        {
            boot.At(session.Stage, session.Unit);
            bool entered = session.Stage != stage || session.Block != block;
            long now = board.Milliseconds;
            if (session.Stage == StageKind.Done || (!entered && now - shown < LineTime))
            {
                return;
            }
            stage = session.Stage;
            block = session.Block;
            shown = now;
            bool trains = StageKind.Trains(stage);
            string loss = trains && session.Unit > 0 ? ", loss " + DecimalNumber.Format(session.State.Loss) : "";
            Message(Place(stage, block) + ": " + session.Unit + " of " + session.UnitCount + loss);
        }

        /// <inheritdoc/>
        public void Message(string text)
        {
            board.Line("attune: " + text);
        }

        /// <summary>A stage and its block in words.</summary>
        private static string Place(int stage, int block)
        {
            bool blocks = stage >= StageKind.TrialTrain && stage <= StageKind.Train && block >= 0;
            return StageKind.Name(stage) + (blocks ? " block " + block : "");
        }
    }
}
