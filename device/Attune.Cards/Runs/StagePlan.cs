using Attune.Execution;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>A plan that a job needs, for one or more of its stages.</summary>
    public sealed class StagePlan
    {
        internal StagePlan(string name, MemoryPlan plan, LayerChoice layers, bool isTrial)
        {
            Name = name;
            Plan = plan;
            Layers = layers;
            IsTrial = isTrial;
        }

        /// <summary>What it is for: "inference", "input filter", "alignment", "training block 2".</summary>
        public string Name { get; private set; }

        /// <summary>The plan.</summary>
        public MemoryPlan Plan { get; private set; }

        /// <summary>The layers that are trained, or null.</summary>
        public LayerChoice Layers { get; private set; }

        /// <summary>Whether it is one of several blocks to be tried: those that do not fit are left out.</summary>
        public bool IsTrial { get; private set; }

        /// <summary>The plan as one of training, or null.</summary>
        public TrainingPlan Training
        {
            get { return Plan as TrainingPlan; }
        }
    }
}
