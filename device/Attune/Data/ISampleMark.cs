namespace Attune.Data
{
    /// <summary>Is told which sample is about to be worked on.</summary>
    public interface ISampleMark
    {
        /// <summary>Called before a sample is loaded.</summary>
        /// <param name="file">One of the files of <see cref="SkipList"/>.</param>
        /// <param name="sample">Its number in the file.</param>
        void Loading(int file, int sample);
    }
}
