namespace Attune.Training
{
    /// <summary>Which parameters of a trained layer move.</summary>
    public enum Parts
    {
        /// <summary>Weights and biases.</summary>
        Both = 0,

        /// <summary>Weights only.</summary>
        Weights = 1,

        /// <summary>Biases only.</summary>
        Biases = 2,

        /// <summary>Output multipliers only, one a channel: a job's "parts = scales".</summary>
        Multipliers = 3,
    }
}
