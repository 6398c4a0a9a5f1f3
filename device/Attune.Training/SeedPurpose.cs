namespace Attune.Training
{
    /// <summary>What a seed of <see cref="Numbers.SeedSequence"/> is for in training; the coordinates stand with each.</summary>
    internal static class SeedPurpose
    {
        /// <summary>A probe: step, sample of the batch, layer and query.</summary>
        public const int Probe = 1;

        /// <summary>Stochastic rounding of an update: step, layer.</summary>
        public const int Rounding = 2;

        /// <summary>Order of the samples: epoch.</summary>
        public const int Order = 3;

        /// <summary>Augmentation: step, number of the sample.</summary>
        public const int Augmentation = 4;

        /// <summary>Stochastic rounding of an error: step, sample of the batch, layer.</summary>
        public const int Error = 5;
    }
}
