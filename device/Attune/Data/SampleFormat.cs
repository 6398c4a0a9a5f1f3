namespace Attune.Data
{
    /// <summary>Header and limits of a sample file (.ats, docs/FORMATS.md). Names that end in At are byte offsets.</summary>
    public static class SampleFormat
    {
        public const int Magic = 0x31535441; // "ATS1"
        public const int Version = 1;
        public const int HeaderBytes = 512;

        public const int MagicAt = 0;
        public const int VersionAt = 4;
        public const int CountAt = 8;
        public const int HeightAt = 12;
        public const int WidthAt = 16;
        public const int ChannelsAt = 20;
        public const int TypeAt = 24;
        public const int ClassesAt = 28;
        public const int RecordBytesAt = 32;
        public const int ClassNamesBytesAt = 36;
        public const int ClassNamesChecksumAt = 40;
        public const int InputScaleAt = 44;
        public const int InputZeroAt = 48;
        public const int ChecksumAt = HeaderBytes - 4;

        public const int MaximumCount = 1 << 24;
        public const int MaximumSide = 65535;
        public const int MaximumElements = 1 << 26;
        public const int MaximumClasses = 1 << 16;
        public const int MaximumNamesBytes = 1 << 24;
    }
}
