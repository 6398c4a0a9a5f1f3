namespace Attune.Host.Shell;

/// <summary>Options that each can be read but do not go together, or a value that an option does not take.</summary>
public sealed class UsageException(string message) : Exception(message);
