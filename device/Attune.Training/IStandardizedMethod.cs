namespace Attune.Training
{
    /// <summary>A method whose steps of weights are standardised gradients, and whose ranges of errors follow the largest
    /// magnitudes (docs/ALGORITHM.md, Fully quantized training).</summary>
    public interface IStandardizedMethod : ITrainingMethod { }
}
