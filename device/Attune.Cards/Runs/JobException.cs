using Attune.Storage;

namespace Attune.Runs
{
    /// <summary>A job cannot be run as it is written. The message says which key or file, why, and what to do.</summary>
    public sealed class JobException : AttuneException
    {
        /// <summary>A job that is wrong in itself or for its model and samples.</summary>
        public JobException(string message)
            : base(CardFault.BadJob, message) { }

        /// <summary>Creates the exception.</summary>
        /// <param name="fault">What is wrong, one of <see cref="CardFault"/>.</param>
        /// <param name="message">Which key or file, why, and what to do.</param>
        public JobException(int fault, string message)
            : base(fault, message) { }
    }
}
