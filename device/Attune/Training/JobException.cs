using System;

namespace Attune.Training
{
    /// <summary>A job cannot be run as it is written. The message says which key or file, why, and what to do.</summary>
    public sealed class JobException : Exception
    {
        /// <summary>Creates the exception.</summary>
        public JobException(string message)
            : base(message) { }
    }
}
