namespace Attune.Execution
{
    /// <summary>Some bytes of the activation region.</summary>
    public sealed class RegionPart
    {
        /// <summary>A part.</summary>
        public RegionPart(int offset, int bytes)
        {
            Offset = offset;
            Bytes = bytes;
        }

        /// <summary>Where it begins in the region, a multiple of 4.</summary>
        public int Offset { get; private set; }

        /// <summary>Its length.</summary>
        public int Bytes { get; private set; }
    }
}
