namespace Attune.Training
{
    /// <summary>Forms gradients in the arena, some filters of a layer at a time.</summary>
    public interface IGradients
    {
        /// <summary>Adds the gradient of all samples of the step, summed, to a tile of zeros.</summary>
        void Form(GradientTile tile);
    }
}
