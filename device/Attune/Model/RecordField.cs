namespace Attune.Model
{
    /// <summary>Word numbers of a layer record; their meaning stands at enum attune_record in attune.h.</summary>
    public static class RecordField
    {
        public const int Operator = 0;
        public const int Flags = 1;
        public const int Input = 2;
        public const int Input2 = 3;
        public const int InputN = 4;
        public const int Input2N = 8;
        public const int OutputN = 12;
        public const int KernelH = 16;
        public const int KernelW = 17;
        public const int StrideH = 18;
        public const int StrideW = 19;
        public const int DilationH = 20;
        public const int DilationW = 21;
        public const int PadTop = 22;
        public const int PadLeft = 23;
        public const int Groups = 24;
        public const int InputZero = 25;
        public const int Input2Zero = 26;
        public const int OutputZero = 27;
        public const int WeightsZero = 28;
        public const int ActMin = 29;
        public const int ActMax = 30;
        public const int Weights = 31;
        public const int Bias = 32;
        public const int Multipliers = 33;
        public const int Shifts = 34;
        public const int Scales = 35;
        public const int Statistics = 36;
        public const int InputScale = 37;
        public const int Input2Scale = 38;
        public const int OutputScale = 39;
        public const int Block = 40;
        public const int LeftShift = 41;
        public const int Multiplier1 = 42;
        public const int Shift1 = 43;
        public const int Multiplier2 = 44;
        public const int Shift2 = 45;
        public const int Multiplier = 46;
        public const int Shift = 47;
        public const int DiffMin = 48;
        public const int Axes = 49;
        public const int PadBeforeN = 50;
        public const int PadAfterN = 54;
        public const int PadValue = 58;
        public const int Activation = 59;
        public const int Source = 60;
        public const int Threshold = 61;
        public const int ThresholdSource = 62;
        public const int Spectrum = 63;
        public const int RecordWords = 64;
    }
}
