namespace Attune.Host.Data;

/// <summary>
/// A file or a choice of samples cannot be used. The message says what, where (file and byte offset), why, and what to
/// do; it is meant to be shown to the user as it is.
/// </summary>
public sealed class DataException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="inner">What the system reported, if anything.</param>
    public DataException(string message, Exception? inner = null)
        : base(message, inner) { }

    /// <summary>The exception for a fault at one place of a file.</summary>
    /// <param name="file">The file's path.</param>
    /// <param name="offset">Offset of the first byte at fault.</param>
    /// <param name="reason">What is wrong there.</param>
    /// <param name="advice">What to do, as an imperative.</param>
    public static DataException At(string file, long offset, string reason, string advice) =>
        new($"{file}, byte {offset}: {reason}; {advice}.");
}
