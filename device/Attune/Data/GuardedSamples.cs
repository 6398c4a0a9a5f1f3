using Attune.Memory;
using Attune.Storage;

namespace Attune.Data
{
    /// <summary>
    /// The samples of a file without those that brought the program down again and again: in the place of such a one
    /// stands the next of the file, the first after the last.
    /// </summary>
    public sealed class GuardedSamples : ISampleSource
    {
        private readonly ISampleSource samples;
        private readonly int file;
        private readonly SkipList skips;
        private readonly ISampleMark mark;

        /// <summary>Guards a file's samples.</summary>
        /// <param name="samples">The file.</param>
        /// <param name="file">Its number, one of those of <see cref="SkipList"/>.</param>
        /// <param name="skips">Samples to leave out.</param>
        /// <param name="mark">Is told each sample before it is loaded, or null.</param>
        /// <exception cref="StorageException">All samples are to be left out.</exception>
        public GuardedSamples(ISampleSource samples, int file, SkipList skips, ISampleMark mark)
        {
            this.samples = samples;
            this.file = file;
            this.skips = skips;
            this.mark = mark;
            int left = samples.Count;
            for (int i = 0; i < skips.Count; i++)
            {
                left -= skips.FileAt(i) == file && skips.SampleAt(i) < samples.Count ? 1 : 0;
            }
            if (left == 0)
            {
                throw new StorageException(
                    CardFault.BadSamples,
                    SkipList.Name
                        + ": leaves out every sample of "
                        + SkipList.FileName(file)
                        + "; delete it to try again"
                );
            }
        }

        /// <inheritdoc/>
        public int Count
        {
            get { return samples.Count; }
        }

        /// <inheritdoc/>
        public int Classes
        {
            get { return samples.Classes; }
        }

        /// <inheritdoc/>
        public int SampleBytes
        {
            get { return samples.SampleBytes; }
        }

        /// <inheritdoc/>
        public int Load(int index, Arena arena, int offset)
        {
            int taken = index;
            while (skips.Contains(file, taken))
            {
                taken = taken + 1 == samples.Count ? 0 : taken + 1;
            }
            if (mark != null)
            {
                mark.Loading(file, taken);
            }
            return samples.Load(taken, arena, offset);
        }
    }
}
