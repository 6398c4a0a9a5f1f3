namespace Attune.Execution
{
    /// <summary>What a layer does beside computing its output: sums of these, as in attune.h.</summary>
    public static class RunMode
    {
        /// <summary>Nothing else.</summary>
        public const int Plain = 0;

        /// <summary>The weights are perturbed.</summary>
        public const int ProbeWeights = 1;

        /// <summary>The biases are perturbed.</summary>
        public const int ProbeBiases = 2;

        /// <summary>The pre-activations are perturbed.</summary>
        public const int ProbeNodes = 4;

        /// <summary>Sums for the statistics of the pre-activations are taken.</summary>
        public const int Statistics = 8;

        /// <summary>The output is int32 accumulators.</summary>
        public const int Accumulators = 16;

        /// <summary>Which outputs no clamp has changed is written, too.</summary>
        public const int Mask = 32;
    }
}
