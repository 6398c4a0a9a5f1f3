using System;

namespace Attune.Storage
{
    /// <summary>An error that somebody can act on. The message says what is wrong, where, and what to do.</summary>
    public abstract class AttuneException : Exception
    {
        /// <summary>Creates the exception.</summary>
        /// <param name="fault">What is wrong, one of <see cref="CardFault"/>.</param>
        /// <param name="message">What is wrong, where, and what to do.</param>
        protected AttuneException(int fault, string message)
            : base(message)
        {
            Fault = fault;
        }

        /// <summary>What is wrong, one of <see cref="CardFault"/>.</summary>
        public int Fault { get; private set; }
    }
}
