namespace Attune.Host.Running;

/// <summary>
/// A card folder must not be touched as it is: another program works in it, a run would be lost, or two of its files have one
/// name. The message says which, and what to do.
/// </summary>
public sealed class CardException(string message) : Exception(message);
