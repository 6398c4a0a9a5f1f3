using Attune.Data;
using Attune.Execution;
using Attune.Memory;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>
    /// A whole adaptation as a list of stages: accuracy before, input filter, alignment, accuracy, trial of each block,
    /// training, accuracy after. A caller runs unit after unit, may stop between any two, and can save and restore the
    /// session there; the result is the same to the last bit.
    /// </summary>
    public sealed class TrainingSession
    {
        private readonly SessionState state;
        private readonly StageList stages;
        private int current = -1;
        private int measuredPeak;

        /// <summary>Starts a session. The arena holds the model.</summary>
        /// <param name="arena">Of at least the job's arena size.</param>
        /// <param name="job">What to do.</param>
        /// <param name="training">Samples to adapt to; labels are needed only for training.</param>
        /// <param name="validation">Held-out labelled samples, or null: then accuracy is not measured.</param>
        /// <exception cref="JobException">The job, the model and the samples do not go together.</exception>
        /// <exception cref="PlanException">The plan needs more than the job's arena size.</exception>
        public TrainingSession(Arena arena, TrainingJob job, ISampleSource training, ISampleSource validation)
        {
            state = new SessionState(arena, job, training, validation);
            JobCheck.Check(state.Job, state.Model, training, validation);
            stages = new StageList(state);
            Enter(0);
            Begin();
        }

        /// <summary>What the stages have found so far.</summary>
        public SessionState State
        {
            get { return state; }
        }

        /// <summary>The current stage.</summary>
        public IStage Current
        {
            get { return stages.At(current); }
        }

        /// <summary>Kind of the current stage, one of <see cref="StageKind"/>.</summary>
        public int Stage
        {
            get { return Current.Kind; }
        }

        /// <summary>Next unit of the stage, 0..<see cref="UnitCount"/>-1.</summary>
        public int Unit { get; private set; }

        /// <summary>Units of the stage.</summary>
        public int UnitCount { get; private set; }

        /// <summary>The block of the current trial or training, or <see cref="LayerChoice.NoBlock"/>.</summary>
        public int Block
        {
            get { return Current.Layers.Block; }
        }

        /// <summary>Trials that the job's arena is too small for, with their plans.</summary>
        public StagePlan[] SkippedTrials
        {
            get { return stages.SkippedTrials; }
        }

        /// <summary>Largest peak of all stages that the session will run through, bytes.</summary>
        public int LargestPlan
        {
            get { return stages.LargestPlan; }
        }

        /// <summary>Largest planned peak of the stages so far, bytes.</summary>
        public int PlannedPeak { get; private set; }

        /// <summary>Highest byte of the arena that was touched so far, bytes; across interruptions.</summary>
        public int MeasuredPeak
        {
            get
            {
                int mark = state.Arena.HighWater;
                return mark > measuredPeak ? mark : measuredPeak;
            }
        }

        /// <summary>The network in its current state.</summary>
        public Network Network { get; private set; }

        /// <summary>Multiply-accumulates of all forward passes so far, evaluation left out.</summary>
        public long AdaptationMacs { get; private set; }

        /// <summary>Full-forward equivalents of <see cref="AdaptationMacs"/>.</summary>
        public double Forwards
        {
            get
            {
                long all = state.Model.ForwardMacs();
                return all == 0 ? 0 : (double)AdaptationMacs / all;
            }
        }

        /// <summary>Runs the next unit.</summary>
        /// <param name="tick">Called often meanwhile, or null. When it asks to stop, the unit either completes or leaves
        /// the session as it was before.</param>
        /// <returns>False when nothing is left to do, or the tick stopped a unit.</returns>
        public bool Advance(ITick tick)
        {
            IStage stage = Current;
            if (Unit == UnitCount)
            {
                return false;
            }
            long before = Network.MacsRun;
            int next = stage.Advance(Unit, tick);
            if (next == Unit)
            {
                return false;
            }
            AdaptationMacs += stage.Adapts ? Network.MacsRun - before : 0;
            Unit = next;
            if (Unit == UnitCount)
            {
                stage.Finish();
                Enter(current + 1);
                Begin();
            }
            return true;
        }

        /// <summary>Writes everything beside the arena's state into the words of a checkpoint.</summary>
        public void Save(int[] words)
        {
            words[SessionWord.Stage] = current;
            words[SessionWord.Kind] = Stage;
            words[SessionWord.Unit] = Unit;
            words[SessionWord.PlannedPeak] = PlannedPeak;
            words[SessionWord.MeasuredPeak] = MeasuredPeak;
            words[SessionWord.MacsLow] = (int)AdaptationMacs;
            words[SessionWord.MacsHigh] = (int)(AdaptationMacs >> 32);
            state.Save(words);
            Current.Save(words, SessionWord.OfStage);
        }

        /// <summary>Goes on where <see cref="Save"/> was called; the arena's state is restored afterwards, by the
        /// caller, from <see cref="MemoryPlan.StateAt"/> to <see cref="MemoryPlan.StateEnd"/>.</summary>
        public void Restore(int[] words)
        {
            state.Restore(words);
            Enter(words[SessionWord.Stage]);
            Unit = words[SessionWord.Unit];
            int planned = words[SessionWord.PlannedPeak];
            PlannedPeak = planned > PlannedPeak ? planned : PlannedPeak;
            measuredPeak = words[SessionWord.MeasuredPeak];
            AdaptationMacs = (uint)words[SessionWord.MacsLow] | ((long)words[SessionWord.MacsHigh] << 32);
            Current.Restore(Unit, words, SessionWord.OfStage);
        }

        /// <summary>Enters a stage; the arena's tables and trained copies stay as they are.</summary>
        private void Enter(int number)
        {
            current = number;
            MemoryPlan plan = Current.Plan();
            Network = state.Open(plan, Stage);
            Current.Enter(Network);
            Unit = 0;
            UnitCount = Current.Units;
            PlannedPeak = UnitCount > 0 && plan.Peak > PlannedPeak ? plan.Peak : PlannedPeak;
        }

        /// <summary>Begins the current stage, or the next one that has something to do.</summary>
        private void Begin()
        {
            while (UnitCount == 0 && Stage != StageKind.Done)
            {
                Enter(current + 1);
            }
            Current.Begin();
        }
    }
}
