namespace Attune.Training
{
    /// <summary>What turns gradients into the directions of steps (docs/ALGORITHM.md, Options of a step).</summary>
    public enum Optimizer
    {
        /// <summary>Stochastic gradient descent: the gradient itself.</summary>
        Sgd,

        /// <summary>The sum of all gradients so far, each decayed by beta a step.</summary>
        Momentum,

        /// <summary>Adam: the mean of the gradients so far over the root of the mean of their squares.</summary>
        Adam,
    }
}
