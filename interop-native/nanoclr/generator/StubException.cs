namespace Attune.Stubs;

/// <summary>A declaration that cannot become a native method; the message names it and says what to do.</summary>
public sealed class StubException(string message) : Exception(message);
