using Attune.Adaptation;
using Attune.Execution;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>Measures channel statistics and corrects them.</summary>
    internal sealed class AlignmentStage : IStage
    {
        private static readonly string[] Nothing = new string[0];
        private static readonly string[] End = new string[] { ",,," };
        private readonly SessionState state;
        private Aligner aligner;

        /// <summary>A stage of a session whose job aligns.</summary>
        public AlignmentStage(SessionState state)
        {
            this.state = state;
        }

        public int Kind
        {
            get { return StageKind.Align; }
        }

        public LayerChoice Layers
        {
            get { return state.ChosenLayers; }
        }

        public int Units
        {
            get { return aligner.Length; }
        }

        public bool Adapts
        {
            get { return true; }
        }

        public MemoryPlan Plan()
        {
            return JobPlans.ForAlignment(state.Model, state.Arena, state.Job);
        }

        public void Enter(Network network)
        {
            aligner = new Aligner(network, state.Job.Alignment, state.TrainingSamples);
        }

        public void Begin()
        {
            aligner.Reset();
        }

        public int Advance(int unit, ITick tick)
        {
            aligner.Advance(unit);
            return unit + 1;
        }

        public void Finish()
        {
            aligner = null;
        }

        public void Save(int[] words, int at) { }

        public void Restore(int unit, int[] words, int at)
        {
            aligner.Resume(unit);
        }

        public string[] LogCells(int unit)
        {
            return unit < 0 ? End : Nothing;
        }
    }
}
