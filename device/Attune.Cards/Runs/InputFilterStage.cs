using System.Collections;
using Attune.Adaptation;
using Attune.Execution;
using Attune.Numbers;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>Tunes the input filter.</summary>
    internal sealed class InputFilterStage : IStage
    {
        private readonly SessionState state;
        private InputFilterTuner tuner;

        /// <summary>A stage of a session whose job tunes an input filter.</summary>
        public InputFilterStage(SessionState state)
        {
            this.state = state;
        }

        public int Kind
        {
            get { return StageKind.InputFilter; }
        }

        public LayerChoice Layers
        {
            get { return state.ChosenLayers; }
        }

        public int Units
        {
            get { return tuner.Length; }
        }

        public bool Adapts
        {
            get { return true; }
        }

        public MemoryPlan Plan()
        {
            return JobPlans.ForInputFilter(state.Model, state.Arena, state.Job);
        }

        public void Enter(Network network)
        {
            tuner = new InputFilterTuner(network, state.Job.Alignment, state.TrainingSamples);
            state.InputFilterEntropies = tuner.Entropies;
        }

        public void Begin() { }

        public int Advance(int unit, ITick tick)
        {
            return tuner.Advance(unit, tick);
        }

        public void Finish()
        {
            state.InputFilter = tuner.Choice;
            tuner = null;
        }

        public void Save(int[] words, int at)
        {
            tuner.Save(words, at);
        }

        public void Restore(int unit, int[] words, int at)
        {
            tuner.Resume(unit, words, at);
        }

        /// <summary>At the end: the mean entropy of each candidate that was tried, then the choice.</summary>
        public string[] LogCells(int unit)
        {
            ArrayList cells = new ArrayList();
            int[] entropies = state.InputFilterEntropies;
            for (int candidate = 0; unit < 0 && candidate < entropies.Length; candidate++)
            {
                if (entropies[candidate] >= 0)
                {
                    string entropy = DecimalNumber.Format(entropies[candidate] / 1e6);
                    cells.Add(InputFilterChoice.Name(candidate) + "," + entropy + ",,,");
                }
            }
            if (unit < 0)
            {
                cells.Add(InputFilterChoice.Name(state.InputFilter) + ",,,");
            }
            return (string[])cells.ToArray(typeof(string));
        }
    }
}
