namespace Attune.Host.Reference;

/// <summary>
/// Deals samples to a fixed number of slots that run in parallel. What a slot adds up, it adds in the order of its samples,
/// and slots are added in their order: sums do not depend on the number of threads.
/// </summary>
internal sealed class SlotSchedule
{
    private readonly ParallelOptions options;

    /// <param name="capacity">Largest number of samples; there are at most 8 slots and no more than samples.</param>
    /// <param name="threads">Threads to use.</param>
    public SlotSchedule(int capacity, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Slots = Math.Min(8, capacity);
        options = new ParallelOptions { MaxDegreeOfParallelism = threads };
    }

    /// <summary>Number of slots.</summary>
    public int Slots { get; }

    /// <summary>Calls action(slot, first sample, end) for every slot and waits.</summary>
    public void Run(int samples, Action<int, int, int> action) =>
        Parallel.For(0, Slots, options, slot => action(slot, slot * samples / Slots, (slot + 1) * samples / Slots));
}
