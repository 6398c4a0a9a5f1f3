namespace Attune.Runs
{
    /// <summary>Which of the first validation samples a network classifies correctly, as far as it was noted.</summary>
    internal sealed class CorrectSamples
    {
        private readonly byte[] bits;

        /// <summary>Nothing is noted yet.</summary>
        /// <param name="count">Number of samples.</param>
        public CorrectSamples(int count)
        {
            bits = new byte[(count + 7) / 8];
        }

        /// <summary>Samples that are noted: 0..Known-1.</summary>
        public int Known { get; private set; }

        /// <summary>Whether a noted sample is correct.</summary>
        public bool IsCorrect(int index)
        {
            return (bits[index >> 3] & (1 << (index & 7))) != 0;
        }

        /// <summary>Notes a sample, if it is the next one.</summary>
        public void Note(int index, bool correct)
        {
            if (index == Known)
            {
                bits[index >> 3] |= (byte)(correct ? 1 << (index & 7) : 0);
                Known++;
            }
        }
    }
}
