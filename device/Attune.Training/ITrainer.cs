using Attune.Execution;

namespace Attune.Training
{
    /// <summary>Trains a network step by step. What it learns is in the arena's state; nothing else lasts from step to step.</summary>
    public interface ITrainer
    {
        /// <summary>Mean clean loss of the last step's samples in nats, before its update.</summary>
        double Loss { get; }

        /// <summary>Learning rate of the last step.</summary>
        float Rate { get; }

        /// <summary>Runs one step.</summary>
        /// <param name="number">Its number, 0..steps-1.</param>
        /// <param name="steps">Steps of the whole run, for the decay of the learning rate.</param>
        /// <param name="watch">Called often meanwhile, or null.</param>
        /// <returns>False if the watch asked to stop before anything in the arena's state had changed: the step did not
        /// happen. Where a step changes its state on the way, it goes on to its end, and the wish takes effect behind it.</returns>
        bool Step(int number, int steps, ITick watch);
    }
}
