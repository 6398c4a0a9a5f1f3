using Attune.Data;
using Attune.Execution;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// Back-propagation in integers as it measures best: int8 errors with a scale for each tensor and sample, stochastic
    /// rounding, quantization-aware scaling.
    /// </summary>
    public sealed class LearnMethod : ITrainingMethod
    {
        /// <inheritdoc/>
        public string Name
        {
            get { return "learn"; }
        }

        /// <inheritdoc/>
        public string Title
        {
            get { return "back-propagation"; }
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
