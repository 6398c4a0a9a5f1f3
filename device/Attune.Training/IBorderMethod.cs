using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// A method with two sources of gradients. Layers from a border on have that of <see cref="ITrainingMethod.SourceOf"/>,
    /// those before it another. The plan puts the border as far in front as its limit allows.
    /// </summary>
    public interface IBorderMethod : ITrainingMethod
    {
        /// <summary>Where the gradient of a layer before the border comes from.</summary>
        GradientSource SourceBefore(QuantizedModel model, TrainingOptions options, int layer);
    }
}
