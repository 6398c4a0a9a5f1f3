using Attune.Execution;
using Attune.Numbers;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>Trains some layers by the job's method: a block's trial of at most one epoch, or the whole training.</summary>
    internal sealed class TrainingStage : IStage
    {
        private static readonly string[] End = new string[] { ",,," };
        private readonly SessionState state;
        private readonly LayerChoice trial;
        private Network network;
        private ITrainer trainer;

        /// <summary>A stage of a session whose job trains.</summary>
        /// <param name="state">The session.</param>
        /// <param name="trial">The block to try; null: this is the training of what the session has chosen.</param>
        public TrainingStage(SessionState state, LayerChoice trial)
        {
            this.state = state;
            this.trial = trial;
        }

        public int Kind
        {
            get { return trial != null ? StageKind.TrialTrain : StageKind.Train; }
        }

        public LayerChoice Layers
        {
            get { return trial != null ? trial : state.ChosenLayers; }
        }

        public int Units
        {
            get
            {
                TrainingOptions options = state.Job.Training;
                int epoch = options.StepsPerEpoch(state.TrainingSamples.Count);
                int whole = options.Steps > 0 ? options.Steps : epoch * options.Epochs;
                bool shorter = options.Steps > 0 && options.Steps < epoch;
                return trial == null || shorter ? whole : epoch;
            }
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
            this.network = network;
            trainer = state.Job.Method.Create(network, state.Job.Training, state.TrainingSamples);
        }

        public void Begin()
        {
            network.Parameters.ResetTrained();
        }

        public int Advance(int unit, ITick tick)
        {
            if (!trainer.Step(unit, Units, tick))
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
            return new string[] { unit + "," + values + ",," };
        }
    }
}
