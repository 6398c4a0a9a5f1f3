using Attune.Data;
using Attune.Execution;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>Zeroth-order training: gradients from loss differences of forward passes (Poor Man's Training, section 3).</summary>
    public sealed class ZeroOrderMethod : ITrainingMethod
    {
        /// <inheritdoc/>
        public string Name
        {
            get { return "zo"; }
        }

        /// <inheritdoc/>
        public string Title
        {
            get { return "zeroth-order training"; }
        }

        /// <inheritdoc/>
        public GradientSource SourceOf(QuantizedModel model, TrainingOptions options, int layer)
        {
            if (options.MovesMultipliers)
            {
                return GradientSource.MultiplierProbes;
            }
            if (options.ExactHead && layer == model.Head)
            {
                return GradientSource.Exact;
            }
            bool fewerNodes = options.MovingEntries(model, layer) >= model.OutputCount(layer);
            bool nodes =
                options.Perturbation == Perturbation.Nodes
                || (options.Perturbation == Perturbation.Adaptive && fewerNodes);
            return nodes ? GradientSource.NodeProbes : GradientSource.WeightProbes;
        }

        /// <inheritdoc/>
        public ITrainer Create(Network network, TrainingOptions options, ISampleSource samples)
        {
            return new ZeroOrderTrainer(network, options, samples);
        }

        /// <inheritdoc/>
        public long StepMacs(TrainingPlan plan)
        {
            return ProbeMacs.Of(plan);
        }
    }
}
