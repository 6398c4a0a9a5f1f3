namespace Attune.Runs
{
    /// <summary>Numbers of the words that a checkpoint keeps beside the arena's state (docs/FORMATS.md).</summary>
    public static class SessionWord
    {
        public const int Stage = 0;
        public const int Kind = 1;
        public const int Unit = 2;
        public const int ChosenBlock = 3;
        public const int BestCorrect = 4;
        public const int CorrectBefore = 5;
        public const int CorrectAligned = 6;
        public const int CorrectAfter = 7;
        public const int CorrectTrained = 8;
        public const int PlannedPeak = 9;
        public const int MeasuredPeak = 10;
        public const int MacsLow = 11;
        public const int MacsHigh = 12;
        public const int Undone = 13;
        public const int InputFilter = 14;

        /// <summary>First word of the stage's own.</summary>
        public const int OfStage = 16;

        /// <summary>Most words of a stage's own.</summary>
        public const int StageWords = 16;

        public const int BestGained = 32;
        public const int BestLost = 33;
        public const int BestPart = 34;
        public const int LastPart = 35;
        public const int Tries = 36;
        public const int Unsaved = 61;
        public const int LogChecksum = 62;
        public const int LogLength = 63;

        /// <summary>Number of words.</summary>
        public const int Count = 64;

        /// <summary>Bit of <see cref="Undone"/>: training was undone.</summary>
        public const int TrainingUndone = 1;

        /// <summary>Bit of <see cref="Undone"/>: alignment was undone, too.</summary>
        public const int AlignmentUndone = 2;

        /// <summary>Bit of <see cref="Undone"/>: training ended early.</summary>
        public const int TrainingStopped = 4;
    }
}
