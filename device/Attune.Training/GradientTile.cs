namespace Attune.Training
{
    /// <summary>
    /// Some filters of a layer whose gradient is being formed in the activation region. Filters are output channels; their
    /// gradients are float32.
    /// </summary>
    public sealed class GradientTile
    {
        /// <summary>The layer.</summary>
        public int Layer;

        /// <summary>First filter.</summary>
        public int First;

        /// <summary>Number of filters.</summary>
        public int Count;

        /// <summary>Arena offset of the gradient of their weights; -1: these do not move.</summary>
        public int WeightsAt;

        /// <summary>Arena offset of the gradient of their biases; -1: these do not move.</summary>
        public int BiasAt;

        /// <summary>Arena offset of the room for derivatives by pre-activations.</summary>
        public int NodesAt;

        /// <summary>Bytes of that room.</summary>
        public int NodesBytes;
    }
}
