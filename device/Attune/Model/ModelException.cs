using Attune.Storage;

namespace Attune.Model
{
    /// <summary>A model file cannot be used. The message says where in it, why, and what to do.</summary>
    public sealed class ModelException : AttuneException
    {
        /// <summary>Creates the exception.</summary>
        public ModelException(string message)
            : base(CardFault.BadModel, message) { }
    }
}
