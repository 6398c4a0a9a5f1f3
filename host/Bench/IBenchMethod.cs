namespace Attune.Host.Bench;

/// <summary>One way to adapt a network, to be compared with others. Stateless: several cells may run it at once.</summary>
public interface IBenchMethod
{
    /// <summary>Name in commands and results.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the limit on forward passes changes what it does; one that does not is measured once for all limits.
    /// </summary>
    bool UsesLimit { get; }

    /// <summary>Names of what can be changed about it, beside "" for nothing; may be empty.</summary>
    IReadOnlyList<string> Variants { get; }

    /// <summary>Adapts the task's model to the task's samples.</summary>
    /// <param name="task">Everything that the method may know: it never sees a test image.</param>
    /// <param name="checkpoint">Told from time to time how far it is, or null.</param>
    /// <param name="cancellation">Asks for an early end by <see cref="OperationCanceledException"/>.</param>
    /// <returns>The result; it took at most <see cref="BenchTask.Limit"/> forwards where the method uses the limit.</returns>
    BenchOutcome Run(BenchTask task, BenchCheckpoint? checkpoint, CancellationToken cancellation);
}

/// <summary>Told how far a method is.</summary>
/// <param name="forwards">Full-forward equivalents so far.</param>
/// <param name="model">Makes the .atm model of this moment; costs time, so call it only where it is needed.</param>
public delegate void BenchCheckpoint(double forwards, Func<byte[]> model);
