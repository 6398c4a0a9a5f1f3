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

        /// <summary>Training of the chosen layers, or a part of it.</summary>
        public const int Train = 6;

        /// <summary>Accuracy after a part of the training.</summary>
        public const int TrainEvaluate = 7;

        /// <summary>Training again, as far as it was best.</summary>
        public const int Repeat = 8;

        /// <summary>Accuracy of the result.</summary>
        public const int EvaluateAfter = 9;

        /// <summary>Nothing is left to do.</summary>
        public const int Done = 10;

        private static readonly string[] Names = new string[]
        {
            "before",
            "filter",
            "align",
            "aligned",
            "trial",
            "trial-result",
            "train",
            "train-result",
            "repeat",
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
            return kind == TrialTrain || kind == Train || kind == Repeat;
        }
    }
}
