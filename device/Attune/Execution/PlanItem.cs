namespace Attune.Execution
{
    /// <summary>Kinds of the parts that a memory plan itemises.</summary>
    public static class PlanItem
    {
        /// <summary>Where the data of each layer lie.</summary>
        public const int Bindings = 0;

        /// <summary>Parameters of the input filter.</summary>
        public const int InputFilter = 1;

        /// <summary>Corrected multipliers and biases.</summary>
        public const int AlignmentTables = 2;

        /// <summary>Scatter of the samples' statistics.</summary>
        public const int Scatter = 3;

        /// <summary>Trained copies of weights.</summary>
        public const int TrainedWeights = 4;

        /// <summary>Trained copies of biases or output multipliers.</summary>
        public const int TrainedChannels = 5;

        /// <summary>Scratch of the kernels.</summary>
        public const int KernelScratch = 6;

        /// <summary>Sums of the statistics being measured.</summary>
        public const int Sums = 7;

        /// <summary>Corrections of the layers being measured.</summary>
        public const int Corrections = 8;

        /// <summary>Lines that the layers of a chain have computed.</summary>
        public const int ChainProgress = 9;

        /// <summary>Output multipliers of a probe.</summary>
        public const int ProbedMultipliers = 10;

        /// <summary>Clean losses of a batch.</summary>
        public const int CleanLosses = 11;

        /// <summary>Loss differences of probes.</summary>
        public const int LossDifferences = 12;

        /// <summary>New values that wait for the end of a step.</summary>
        public const int PendingValues = 13;

        /// <summary>Activations of inference alone.</summary>
        public const int InferenceActivations = 14;

        /// <summary>Activations and what shares their place: gradients, or patches.</summary>
        public const int Activations = 15;

        /// <summary>Moments of an optimizer.</summary>
        public const int Moments = 16;

        /// <summary>Ranges of errors, from step to step.</summary>
        public const int ErrorRanges = 17;

        /// <summary>Scales of a sample's errors.</summary>
        public const int ErrorScales = 18;

        /// <summary>Gradients summed over a batch.</summary>
        public const int GradientSums = 19;

        /// <summary>Channels of an error that partial updates keep.</summary>
        public const int ChosenChannels = 20;

        /// <summary>Averages of gradients, from step to step.</summary>
        public const int GradientAverages = 21;

        /// <summary>Mean clean loss of the first samples.</summary>
        public const int MeanLoss = 22;

        /// <summary>Number of kinds.</summary>
        public const int KindCount = 23;
    }
}
