using Attune.Data;
using Attune.Execution;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>Fully quantized training: back-propagation with the ranges and the standardised steps of the paper.</summary>
    public sealed class FqtMethod : IStandardizedMethod
    {
        /// <inheritdoc/>
        public string Name
        {
            get { return "fqt"; }
        }

        /// <inheritdoc/>
        public string Title
        {
            get { return "fully quantized training"; }
        }

        /// <inheritdoc/>
        public GradientSource SourceOf(QuantizedModel model, TrainingOptions options, int layer)
        {
            return GradientSource.BackPropagation;
        }

        /// <inheritdoc/>
        public ITrainer Create(Network network, TrainingOptions options, ISampleSource samples)
        {
            return new BackwardTrainer(network, options, samples);
        }

        /// <inheritdoc/>
        public long StepMacs(TrainingPlan plan)
        {
            return BackwardMacs.Of(plan);
        }
    }
}
