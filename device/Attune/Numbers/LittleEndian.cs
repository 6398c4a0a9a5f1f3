namespace Attune.Numbers
{
    /// <summary>32-bit words in byte arrays, lowest byte first, as every file of a card has them.</summary>
    public static class LittleEndian
    {
        /// <summary>The word at an index in bytes.</summary>
        public static int Get(byte[] data, int at)
        {
            return data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24);
        }

        /// <summary>Writes a word at an index in bytes.</summary>
        public static void Put(byte[] data, int at, int value)
        {
            data[at] = (byte)value;
            data[at + 1] = (byte)(value >> 8);
            data[at + 2] = (byte)(value >> 16);
            data[at + 3] = (byte)(value >> 24);
        }
    }
}
