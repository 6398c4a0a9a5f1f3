using Attune.Data;
using Attune.Execution;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>
    /// Counts the validation samples that a trained network classifies correctly, compares each with the network before
    /// training, and remembers the best state.
    /// </summary>
    internal sealed class ComparisonStage : IStage
    {
        private static readonly string[] Nothing = new string[0];
        private readonly SessionState state;
        private readonly LayerChoice trial;
        private readonly int part;
        private readonly int parts;
        private readonly bool[] correct = new bool[EvaluationStage.Part];
        private HeldOutResult result;
        private Network network;

        /// <summary>An evaluation of a trial.</summary>
        public ComparisonStage(SessionState state, LayerChoice trial)
            : this(state, trial, -1, 0) { }

        /// <summary>An evaluation after a part of the training.</summary>
        public ComparisonStage(SessionState state, int part, int parts)
            : this(state, null, part, parts) { }

        private ComparisonStage(SessionState state, LayerChoice trial, int part, int parts)
        {
            this.state = state;
            this.trial = trial;
            this.part = part;
            this.parts = parts;
        }

        public int Kind
        {
            get { return trial != null ? StageKind.TrialEvaluate : StageKind.TrainEvaluate; }
        }

        public LayerChoice Layers
        {
            get { return trial != null ? trial : state.ChosenLayers; }
        }

        public int Units
        {
            get { return trial == null && state.TrainingStopped ? 0 : EvaluationStage.UnitsOf(state); }
        }

        public bool Adapts
        {
            get { return false; }
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
            result = new HeldOutResult();
            result.Part = part;
            result.Correct = 0;
        }

        public void Begin() { }

        public int Advance(int unit, ITick tick)
        {
            ISampleSource samples = state.ValidationSamples;
            int first = unit * EvaluationStage.Part;
            int rest = samples.Count - first;
            int count = rest < EvaluationStage.Part ? rest : EvaluationStage.Part;
            network.UseInference();
            for (int i = 0; i < count; i++)
            {
                correct[i] = network.IsCorrect(samples, first + i);
                result.Correct += correct[i] ? 1 : 0;
            }
            if (state.Job.Rollback)
            {
                Compare(samples, first, count);
            }
            return unit + 1;
        }

        public void Finish()
        {
            state.Compared(result, Layers, parts);
            network = null;
        }

        public void Save(int[] words, int at)
        {
            words[at] = result.Correct;
            words[at + 1] = result.Gained;
            words[at + 2] = result.Lost;
        }

        public void Restore(int unit, int[] words, int at)
        {
            result.Correct = words[at];
            result.Gained = words[at + 1];
            result.Lost = words[at + 2];
        }

        public string[] LogCells(int unit)
        {
            return unit >= 0 ? Nothing : new string[] { ",,," + result.Correct };
        }

        /// <summary>Compares samples with the network before training, which runs again where its result is not known.</summary>
        private void Compare(ISampleSource samples, int first, int count)
        {
            CorrectSamples before = state.CorrectUntrained;
            if (before.Known < first + count)
            {
                network.Parameters.Untrained = true;
                network.UseInference();
                for (int i = before.Known > first ? before.Known - first : 0; i < count; i++)
                {
                    before.Note(first + i, network.IsCorrect(samples, first + i));
                }
                network.Parameters.Untrained = false;
            }
            for (int i = 0; i < count; i++)
            {
                bool was = before.IsCorrect(first + i);
                result.Gained += correct[i] && !was ? 1 : 0;
                result.Lost += was && !correct[i] ? 1 : 0;
            }
        }
    }
}
