using Attune.Execution;
using Attune.Numbers;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>
    /// Trains some layers by the job's method: a block's trial of at most one epoch, a part of the whole training, or either
    /// again from its beginning to the best state.
    /// </summary>
    internal sealed class TrainingStage : IStage
    {
        private static readonly string[] End = new string[] { ",,," };
        private readonly SessionState state;
        private readonly LayerChoice trial;
        private readonly int part;
        private readonly int parts;
        private Network network;
        private ITrainer trainer;

        private TrainingStage(SessionState state, int kind, LayerChoice trial, int part, int parts)
        {
            this.state = state;
            this.trial = trial;
            this.part = part;
            this.parts = parts;
            Kind = kind;
        }

        public int Kind { get; private set; }

        public LayerChoice Layers
        {
            get { return trial != null ? trial : state.ChosenLayers; }
        }

        public int Units
        {
            get
            {
                if (Kind == StageKind.Repeat)
                {
                    return !state.Repeats ? 0
                        : state.Best.Part < 0 ? UnitsOfTrial(state)
                        : EndOf(state.Best.Part);
                }
                return trial != null ? UnitsOfTrial(state)
                    : state.TrainingStopped ? 0
                    : EndOf(part) - First;
            }
        }

        /// <summary>Number of the first step, counted from the beginning of the training.</summary>
        private int First
        {
            get { return part > 0 ? EndOf(part - 1) : 0; }
        }

        /// <summary>Steps of the whole training that the learning rate falls over.</summary>
        private int All
        {
            get
            {
                bool ofTrial = trial != null || (Kind == StageKind.Repeat && state.Best.Part < 0);
                return ofTrial ? UnitsOfTrial(state) : UnitsOfAll(state);
            }
        }

        /// <summary>A block's trial.</summary>
        public static TrainingStage OfTrial(SessionState state, LayerChoice block)
        {
            return new TrainingStage(state, StageKind.TrialTrain, block, 0, 1);
        }

        /// <summary>A part of the training of what the session has chosen.</summary>
        public static TrainingStage OfPart(SessionState state, int part, int parts)
        {
            return new TrainingStage(state, StageKind.Train, null, part, parts);
        }

        /// <summary>What led to the session's best state, if that is no longer there.</summary>
        public static TrainingStage OfRepeat(SessionState state, int parts)
        {
            return new TrainingStage(state, StageKind.Repeat, null, 0, parts);
        }

        /// <summary>Steps of the whole training.</summary>
        public static int UnitsOfAll(SessionState state)
        {
            TrainingOptions options = state.Job.Training;
            return options.Steps > 0
                ? options.Steps
                : options.StepsPerEpoch(state.TrainingSamples.Count) * options.Epochs;
        }

        private static int UnitsOfTrial(SessionState state)
        {
            TrainingOptions options = state.Job.Training;
            int epoch = options.StepsPerEpoch(state.TrainingSamples.Count);
            return options.Steps > 0 && options.Steps < epoch ? options.Steps : epoch;
        }

        private int EndOf(int part)
        {
            return (int)((long)UnitsOfAll(state) * (part + 1) / parts);
        }

        public bool Adapts
        {
            get { return true; }
        }

        public MemoryPlan Plan()
        {
            return StagePlans.OfResult(state, Kind, Layers);
        }

        public void Enter(Network network)
        {
            if (Units == 0)
            {
                // It is passed over, and nothing gives the memory back.
                return;
            }
            this.network = network;
            trainer = state.Job.Method.Create(network, state.Job.Training, state.TrainingSamples);
        }

        public void Begin()
        {
            if (part == 0)
            {
                network.Parameters.ResetTrained();
            }
        }

        public int Advance(int unit, ITick tick)
        {
            if (!trainer.Step(First + unit, All, tick))
            {
                return unit;
            }
            state.Loss = trainer.Loss;
            state.Rate = trainer.Rate;
            return unit + 1;
        }

        public void Finish()
        {
            // Finished stages stay in the session's list; what they worked with must not.
            network = null;
            trainer = null;
        }

        public void Save(int[] words, int at) { }

        public void Restore(int unit, int[] words, int at) { }

        public string[] LogCells(int unit)
        {
            if (unit < 0)
            {
                return End;
            }
            string values = DecimalNumber.Format(state.Loss) + "," + DecimalNumber.Format(state.Rate);
            return new string[] { First + unit + "," + values + ",," };
        }
    }
}
