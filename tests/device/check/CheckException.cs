namespace Attune.DeviceCheck;

/// <summary>The check cannot begin; the message says what is wrong with its input and where.</summary>
public sealed class CheckException : Exception
{
    public CheckException() { }

    public CheckException(string message)
        : base(message) { }

    public CheckException(string message, Exception innerException)
        : base(message, innerException) { }
}
