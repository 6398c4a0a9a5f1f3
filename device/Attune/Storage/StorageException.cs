namespace Attune.Storage
{
    /// <summary>A file or card cannot be used. The message says which file, where in it, why, and what to do.</summary>
    public sealed class StorageException : AttuneException
    {
        /// <summary>Creates the exception.</summary>
        /// <param name="fault">What is wrong, one of <see cref="CardFault"/>.</param>
        /// <param name="message">Which file, where, why, and what to do.</param>
        public StorageException(int fault, string message)
            : base(fault, message) { }
    }
}
