namespace Attune.Numbers
{
    /// <summary>
    /// Seeds for everything random, from the job's seed and the place where they are used: the same place always gives
    /// the same seed, whatever ran before.
    /// </summary>
    public sealed class SeedSequence
    {
        private readonly uint seed;

        /// <summary>Seeds derived from one number.</summary>
        public SeedSequence(uint seed)
        {
            this.seed = seed;
        }

        /// <summary>First half of the last seed.</summary>
        public uint Low { get; private set; }

        /// <summary>Second half of the last seed.</summary>
        public uint High { get; private set; }

        /// <summary>Sets <see cref="Low"/> and <see cref="High"/> for a purpose and three coordinates.</summary>
        public void Next(int purpose, int first, int second, int third)
        {
            Low = Chain(0x9e3779b9u, purpose, first, second, third);
            High = Chain(0x7f4a7c15u, purpose, first, second, third);
        }

        /// <summary>A mixing function of 32 bits, the one of attune.h.</summary>
        public static uint Mix(uint x)
        {
            x ^= x >> 16;
            x *= 0x21f0aaadu;
            x ^= x >> 15;
            x *= 0x735a2d97u;
            x ^= x >> 15;
            return x;
        }

        /// <summary>+1 or -1: the sign of an element under a seed, as attune.h defines it.</summary>
        public static int Sign(int element, uint low, uint high)
        {
            uint word = Mix(Mix((uint)(element >> 5) ^ low) + high);
            return ((word >> (element & 31)) & 1) == 0 ? 1 : -1;
        }

        private uint Chain(uint salt, int purpose, int first, int second, int third)
        {
            uint state = Mix(seed + salt);
            state = Mix(state ^ (uint)purpose) + salt;
            state = Mix(state ^ (uint)first) + salt;
            state = Mix(state ^ (uint)second) + salt;
            return Mix(state ^ (uint)third) + salt;
        }
    }
}
