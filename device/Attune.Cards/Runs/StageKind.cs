namespace Attune.Runs
{
    /// <summary>What a stage of a session is, in the order in which stages come.</summary>
    public static class StageKind
    {
        /// <summary>Accuracy of the model as it came.</summary>
        public const int EvaluateBefore = 0;

        /// <summary>Tuning the input filter.</summary>
        public const int InputFilter = 1;

        /// <summary>Measuring and correcting channel statistics.</summary>
        public const int Align = 2;

        /// <summary>Accuracy of the aligned network.</summary>
        public const int EvaluateAligned = 3;

        /// <summary>A short training of one block.</summary>
        public const int TrialTrain = 4;

        /// <summary>Accuracy after a block's trial.</summary>
        public const int TrialEvaluate = 5;

        /// <summary>Training of the chosen layers.</summary>
        public const int Train = 6;

        /// <summary>Accuracy of the result.</summary>
        public const int EvaluateAfter = 7;

        /// <summary>Nothing is left to do.</summary>
        public const int Done = 8;

        private static readonly string[] Names = new string[]
        {
            "before",
            "filter",
            "align",
            "aligned",
            "trial",
            "trial-result",
            "train",
            "after",
            "done",
        };

        /// <summary>Name of a kind in logs and lines.</summary>
        public static string Name(int kind)
        {
            return kind >= 0 && kind < Names.Length ? Names[kind] : "stage " + kind;
        }

        /// <summary>Whether stages of a kind run training steps.</summary>
        public static bool Trains(int kind)
        {
            return kind == TrialTrain || kind == Train;
        }
    }
}
