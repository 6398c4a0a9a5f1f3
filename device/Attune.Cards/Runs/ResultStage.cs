using Attune.Execution;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>The end of a session: the network as it has become, and nothing to do.</summary>
    internal sealed class ResultStage : IStage
    {
        private static readonly string[] Nothing = new string[0];
        private readonly SessionState state;

        /// <summary>The end of a session.</summary>
        public ResultStage(SessionState state)
        {
            this.state = state;
        }

        public int Kind
        {
            get { return StageKind.Done; }
        }

        public LayerChoice Layers
        {
            get { return state.ChosenLayers; }
        }

        public int Units
        {
            get { return 0; }
        }

        public bool Adapts
        {
            get { return false; }
        }

        public MemoryPlan Plan()
        {
            return StagePlans.OfResult(state, Kind, Layers);
        }

        public void Enter(Network network) { }

        public void Begin() { }

        public int Advance(int unit, ITick tick)
        {
            return unit;
        }

        public void Finish() { }

        public void Save(int[] words, int at) { }

        public void Restore(int unit, int[] words, int at) { }

        public string[] LogCells(int unit)
        {
            return Nothing;
        }
    }
}
