namespace Attune.Model
{
    /// <summary>Word numbers of a model's header; their meaning stands in docs/FORMATS.md.</summary>
    public static class HeaderField
    {
        public const int Magic = 0;
        public const int Version = 1;
        public const int FileBytes = 2;
        public const int Checksum = 3;
        public const int LayerCount = 4;
        public const int InputN = 5;
        public const int InputH = 6;
        public const int InputW = 7;
        public const int InputC = 8;
        public const int InputScale = 9;
        public const int InputZero = 10;
        public const int OutputTensor = 11;
        public const int LogitsTensor = 12;
        public const int Head = 13;
        public const int BlockCount = 14;
        public const int CalibrationSamples = 15;
        public const int Adaptations = 16;
        public const int OutputKind = 17;
        public const int ClassNames = 18;
        public const int ClassNamesBytes = 19;
        public const int ClassNamesChecksum = 20;
        public const int InputRange = 21;

        /// <summary>Words of the header; those after the last named one are 0.</summary>
        public const int HeaderWords = 32;
    }
}
