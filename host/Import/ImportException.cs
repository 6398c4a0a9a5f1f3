namespace Attune.Host.Import;

/// <summary>A .tflite file cannot become a model. The one-line message says where, why, and what to do.</summary>
public sealed class ImportException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ImportException(string message)
        : base(message) { }
}
