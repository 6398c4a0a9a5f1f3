namespace Attune.Storage
{
    /// <summary>Names of the files of a card folder (docs/FORMATS.md).</summary>
    public static class CardFiles
    {
        /// <summary>The job.</summary>
        public const string Job = "job.txt";

        /// <summary>The model as it came.</summary>
        public const string Model = "model.atm";

        /// <summary>The training samples.</summary>
        public const string Training = "train.ats";

        /// <summary>The held-out samples.</summary>
        public const string Validation = "valid.ats";

        /// <summary>The result.</summary>
        public const string Adapted = "adapted.atm";

        /// <summary>The network between alignment and training.</summary>
        public const string Aligned = "aligned.atm";

        /// <summary>The log.</summary>
        public const string Log = "log.csv";

        /// <summary>Samples to leave out.</summary>
        public const string Skips = "skip.txt";

        /// <summary>What happened to the run.</summary>
        public const string Events = "events.txt";

        /// <summary>One of the two checkpoints.</summary>
        public const string FirstCheckpoint = "state-a.atc";

        /// <summary>The other checkpoint.</summary>
        public const string SecondCheckpoint = "state-b.atc";
    }
}
