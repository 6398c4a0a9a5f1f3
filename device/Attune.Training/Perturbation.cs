namespace Attune.Training
{
    /// <summary>Which entries of a layer are perturbed.</summary>
    public enum Perturbation
    {
        /// <summary>Weights where they are fewer than the layer's outputs, else nodes (docs/ALGORITHM.md, Probes).</summary>
        Adaptive = 0,

        /// <summary>Weights (and biases) everywhere.</summary>
        Weights = 1,

        /// <summary>Pre-activations everywhere.</summary>
        Nodes = 2,
    }
}
