using Attune.Data;
using Attune.Execution;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// A way to train with labels. <see cref="TrainingMethods"/> lists them; a job names one, and everything that handles
    /// jobs - plans, sessions, checkpoints, logs, reports - takes it from there.
    /// </summary>
    public interface ITrainingMethod
    {
        /// <summary>Its name in a job, as in "method = zo": lower-case letters.</summary>
        string Name { get; }

        /// <summary>What it is, for titles: "zeroth-order training".</summary>
        string Title { get; }

        /// <summary>Where the gradient of a layer comes from whose parameters move.</summary>
        GradientSource SourceOf(QuantizedModel model, TrainingOptions options, int layer);

        /// <summary>A trainer.</summary>
        /// <param name="network">Has a <see cref="TrainingPlan"/> of this method.</param>
        /// <param name="options">The options that the plan was made with.</param>
        /// <param name="samples">Samples with labels below the number of class scores.</param>
        ITrainer Create(Network network, TrainingOptions options, ISampleSource samples);

        /// <summary>Multiply-accumulates of a step with a whole batch: exactly what the engine counts when it runs the step;
        /// with a minimum loss, the most that it may count.</summary>
        long StepMacs(TrainingPlan plan);
    }
}
