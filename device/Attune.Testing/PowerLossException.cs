using System;

namespace Attune.Testing
{
    /// <summary>The power is gone, as <see cref="FaultStorage"/> has it: nothing can be done any more but start again.</summary>
    public sealed class PowerLossException : Exception
    {
        /// <summary>Creates the exception.</summary>
        /// <param name="message">What the loss interrupted.</param>
        public PowerLossException(string message)
            : base(message) { }
    }
}
