using Attune.Data;
using Attune.Execution;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>Counts the validation samples that the network classifies correctly: before, aligned, and as the result.</summary>
    internal sealed class EvaluationStage : IStage
    {
        /// <summary>Samples of one unit.</summary>
        public const int Part = 20;
        private static readonly string[] Nothing = new string[0];
        private readonly SessionState state;
        private Network network;
        private int correct;

        /// <summary>An evaluation.</summary>
        /// <param name="state">The session.</param>
        /// <param name="kind">One of the evaluations of <see cref="StageKind"/>.</param>
        public EvaluationStage(SessionState state, int kind)
        {
            this.state = state;
            Kind = kind;
        }

        public int Kind { get; private set; }

        public LayerChoice Layers
        {
            get { return state.ChosenLayers; }
        }

        public int Units
        {
            get { return UnitsOf(state); }
        }

        public bool Adapts
        {
            get { return false; }
        }

        /// <summary>Units of every evaluation of a session.</summary>
        public static int UnitsOf(SessionState state)
        {
            return (state.ValidationSamples.Count + Part - 1) / Part;
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
            bool untrained = Kind != StageKind.EvaluateAfter;
            network.UseInference();
            for (int index = first; index < first + count; index++)
            {
                bool right = network.IsCorrect(samples, index);
                correct += right ? 1 : 0;
                if (untrained)
                {
                    state.CorrectUntrained.Note(index, right);
                }
            }
            return unit + 1;
        }

        public void Finish()
        {
            switch (Kind)
            {
                case StageKind.EvaluateBefore:
                    state.CorrectBefore = correct;
                    if (state.Job.Align)
                    {
                        // Training starts from another network.
                        state.CorrectUntrained = new CorrectSamples(state.ValidationSamples.Count);
                    }
                    break;
                case StageKind.EvaluateAligned:
                    state.CorrectAligned = correct;
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

        /// <summary>Training goes unless it gained samples by more than chance, alignment if it lost some.</summary>
        private void UndoWhatDidNotHelp()
        {
            TrainingJob job = state.Job;
            if (job.Trains && job.Rollback && !state.TrainingHelps)
            {
                network.Parameters.ResetTrained();
                state.CorrectAfter = state.CorrectBeforeTraining;
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
