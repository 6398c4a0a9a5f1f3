using Attune.Data;
using Attune.Execution;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>Back-propagation from the end as deep as the plan's limit allows; probes train the layers in front.</summary>
    public sealed class HybridMethod : IBorderMethod
    {
        private readonly ZeroOrderMethod probes = new ZeroOrderMethod();

        /// <inheritdoc/>
        public string Name
        {
            get { return "hybrid"; }
        }

        /// <inheritdoc/>
        public string Title
        {
            get { return "back-propagation behind zeroth-order training"; }
        }

        /// <inheritdoc/>
        public GradientSource SourceOf(QuantizedModel model, TrainingOptions options, int layer)
        {
            return GradientSource.BackPropagation;
        }

        /// <inheritdoc/>
        public GradientSource SourceBefore(QuantizedModel model, TrainingOptions options, int layer)
        {
            return probes.SourceOf(model, options, layer);
        }

        /// <inheritdoc/>
        public ITrainer Create(Network network, TrainingOptions options, ISampleSource samples)
        {
            return new HybridTrainer(network, options, samples);
        }

        /// <inheritdoc/>
        public long StepMacs(TrainingPlan plan)
        {
            return ProbeMacs.Of(plan) + BackwardMacs.Of(plan);
        }
    }
}
