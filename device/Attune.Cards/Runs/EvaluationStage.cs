using Attune.Data;
using Attune.Execution;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>Counts the validation samples that the network classifies correctly, and decides what follows from it.</summary>
    internal sealed class EvaluationStage : IStage
    {
        /// <summary>Samples of one unit.</summary>
        private const int Part = 20;
        private static readonly string[] Nothing = new string[0];
        private readonly SessionState state;
        private readonly LayerChoice layers;
        private Network network;
        private int correct;

        /// <summary>An evaluation.</summary>
        /// <param name="state">The session.</param>
        /// <param name="kind">One of the evaluations of <see cref="StageKind"/>.</param>
        /// <param name="layers">What a trial trains; null: what the session has chosen.</param>
        public EvaluationStage(SessionState state, int kind, LayerChoice layers)
        {
            this.state = state;
            this.layers = layers;
            Kind = kind;
        }

        public int Kind { get; private set; }

        public LayerChoice Layers
        {
            get { return layers != null ? layers : state.ChosenLayers; }
        }

        public int Units
        {
            get { return (state.ValidationSamples.Count + Part - 1) / Part; }
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
            this.network = network;
            correct = 0;
        }

        public void Begin() { }

        public int Advance(int unit, ITick tick)
        {
            ISampleSource samples = state.ValidationSamples;
            int first = unit * Part;
            int count = samples.Count - first < Part ? samples.Count - first : Part;
            correct += network.CountCorrect(samples, first, count);
            return unit + 1;
        }

        public void Finish()
        {
            switch (Kind)
            {
                case StageKind.EvaluateBefore:
                    state.CorrectBefore = correct;
                    break;
                case StageKind.EvaluateAligned:
                    state.CorrectAligned = correct;
                    break;
                case StageKind.TrialEvaluate:
                    state.CorrectOfTrial = correct;
                    if (correct > state.BestCorrect)
                    {
                        state.BestCorrect = correct;
                        state.ChosenLayers = layers;
                    }
                    break;
                default:
                    state.CorrectAfter = correct;
                    UndoWhatDidNotHelp();
                    break;
            }
            network = null;
        }

        public void Save(int[] words, int at)
        {
            words[at] = correct;
        }

        public void Restore(int unit, int[] words, int at)
        {
            correct = words[at];
        }

        public string[] LogCells(int unit)
        {
            return unit >= 0 ? Nothing : new string[] { ",,," + state.CorrectOf(Kind) };
        }

        /// <summary>Training goes unless it gained samples, alignment if it lost some.</summary>
        private void UndoWhatDidNotHelp()
        {
            TrainingJob job = state.Job;
            int untrained = job.Align ? state.CorrectAligned : state.CorrectBefore;
            if (job.Trains && job.Rollback && correct <= untrained)
            {
                network.Parameters.ResetTrained();
                state.CorrectAfter = untrained;
                state.RolledBack = true;
            }
            if (job.Align && job.Rollback && state.CorrectAfter < state.CorrectBefore)
            {
                state.UndoAlignment(network);
                state.CorrectAfter = state.CorrectBefore;
            }
        }
    }
}
