using Attune.Data;
using Attune.Memory;

namespace Attune.Button
{
    /// <summary>The last samples that were seen, without labels; a new one takes the place of the oldest.</summary>
    public sealed class RecentSamples : ISampleSource
    {
        private readonly byte[][] samples;
        private int next;

        /// <summary>Room for samples.</summary>
        /// <param name="capacity">How many, from 1; each takes <paramref name="sampleBytes"/> of managed heap.</param>
        /// <param name="sampleBytes">Bytes of the network's input.</param>
        public RecentSamples(int capacity, int sampleBytes)
        {
            samples = new byte[capacity][];
            for (int i = 0; i < capacity; i++)
            {
                samples[i] = new byte[sampleBytes];
            }
            SampleBytes = sampleBytes;
        }

        /// <inheritdoc/>
        public int Count { get; private set; }

        /// <inheritdoc/>
        public int Classes
        {
            get { return 0; }
        }

        /// <inheritdoc/>
        public int SampleBytes { get; private set; }

        /// <summary>Whether there are as many samples as there is room for.</summary>
        public bool Full
        {
            get { return Count == samples.Length; }
        }

        /// <summary>The place for the next sample: fill it, then call <see cref="Keep"/>.</summary>
        public byte[] Next
        {
            get { return samples[next]; }
        }

        /// <summary>Keeps what is in <see cref="Next"/>.</summary>
        public void Keep()
        {
            next = next + 1 == samples.Length ? 0 : next + 1;
            Count += Full ? 0 : 1;
        }

        /// <inheritdoc/>
        public int Load(int index, Arena arena, int offset)
        {
            arena.Write(offset, samples[index], 0, SampleBytes);
            return -1;
        }
    }
}
