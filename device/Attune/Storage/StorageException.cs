using System;

namespace Attune.Storage
{
    /// <summary>A file or card cannot be used. The message says which file, where in it, why, and what to do.</summary>
    public sealed class StorageException : Exception
    {
        /// <summary>Creates the exception.</summary>
        public StorageException(string message)
            : base(message) { }
    }
}
