using Attune.Data;
using Attune.Execution;

namespace Attune.Training
{
    /// <summary>Probes move the layers before the border, then errors those behind it; both with the step's samples.</summary>
    public sealed class HybridTrainer : ITrainer
    {
        private readonly ZeroOrderTrainer front;
        private readonly BackwardTrainer end;

        /// <summary>A trainer of a network that has a <see cref="TrainingPlan"/> of <see cref="HybridMethod"/>.</summary>
        public HybridTrainer(Network network, TrainingOptions options, ISampleSource samples)
        {
            TrainingPlan plan = (TrainingPlan)network.Plan;
            front = plan.Probes() ? new ZeroOrderTrainer(network, options, samples) : null;
            end = plan.PropagatesBack() ? new BackwardTrainer(network, options, samples) : null;
        }

        /// <inheritdoc/>
        public double Loss
        {
            get { return front != null ? front.Loss : end.Loss; }
        }

        /// <inheritdoc/>
        public float Rate
        {
            get { return front != null ? front.Rate : end.Rate; }
        }

        /// <inheritdoc/>
        public bool Step(int number, int steps, ITick watch)
        {
            if (front != null && !front.Step(number, steps, watch))
            {
                return false;
            }
            // From here on the step happens.
            return end == null || end.Step(number, steps, watch);
        }
    }
}
