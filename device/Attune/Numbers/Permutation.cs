namespace Attune.Numbers
{
    /// <summary>
    /// A seeded order of 0..count-1 without a table: a Feistel network over the next power of four, walked until it
    /// lands inside.
    /// </summary>
    public sealed class Permutation
    {
        private const int Rounds = 4;
        private readonly int count;
        private readonly int halfBits;
        private readonly uint seed;

        /// <summary>An order of count numbers, 1..2^30.</summary>
        public Permutation(int count, uint seed)
        {
            this.count = count;
            this.seed = seed;
            halfBits = 1;
            while (1 << (2 * halfBits) < count)
            {
                halfBits++;
            }
        }

        /// <summary>The number at a position of the order.</summary>
        public int At(int position)
        {
            uint mask = (1u << halfBits) - 1;
            uint value = (uint)position;
            do
            {
                uint left = value >> halfBits;
                uint right = value & mask;
                for (uint round = 0; round < Rounds; round++)
                {
                    uint next = left ^ (SeedSequence.Mix(right ^ SeedSequence.Mix(seed + round)) & mask);
                    left = right;
                    right = next;
                }
                value = (left << halfBits) | right;
            } while (value >= (uint)count);
            return (int)value;
        }
    }
}
