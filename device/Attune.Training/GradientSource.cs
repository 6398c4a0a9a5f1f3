namespace Attune.Training
{
    /// <summary>Where the gradient of a layer comes from. <see cref="TrainingPlan.Source"/> has one for each layer.</summary>
    public enum GradientSource
    {
        /// <summary>The layer is not trained.</summary>
        None = 0,

        /// <summary>Loss differences of probes that perturb weights and biases (Poor Man's Training, eq. 8).</summary>
        WeightProbes = 1,

        /// <summary>Loss differences of probes that perturb pre-activations (Poor Man's Training, eq. 12).</summary>
        NodeProbes = 2,

        /// <summary>The derivatives of the loss by the classifier's accumulators, in closed form.</summary>
        Exact = 3,

        /// <summary>Loss differences of probes that perturb output multipliers.</summary>
        MultiplierProbes = 4,

        /// <summary>Errors that go backward through the layers behind it (On-Device Training of Fully Quantized Deep Neural
        /// Networks, arXiv 2407.10734).</summary>
        BackPropagation = 5,
    }
}
