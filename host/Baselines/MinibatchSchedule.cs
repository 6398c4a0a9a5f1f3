using Attune.Host.Reference;
using Attune.Host.Reference.Training;

namespace Attune.Host.Baselines;

/// <summary>
/// Batches of sample numbers, in a new random order every epoch: the batches of <see cref="SgdTrainer"/> for the same seed.
/// </summary>
internal sealed class MinibatchSchedule
{
    private readonly int[] order;
    private readonly int batch;
    private readonly SeededRandom random;
    private int at;

    /// <param name="count">Number of samples.</param>
    /// <param name="batch">Samples of a batch; the last one of an epoch may have fewer.</param>
    /// <param name="seed">Order of the samples.</param>
    public MinibatchSchedule(int count, int batch, ulong seed)
    {
        order = [.. Enumerable.Range(0, count)];
        this.batch = batch;
        random = new SeededRandom(seed);
    }

    /// <summary>Whether the last batch ended an epoch.</summary>
    public bool EpochEnded => at == order.Length;

    /// <summary>Numbers of the next batch's samples, valid until the next call.</summary>
    public ReadOnlyMemory<int> Next()
    {
        at = EpochEnded ? 0 : at;
        if (at == 0)
        {
            random.Shuffle(order);
        }
        int start = at;
        at = Math.Min(at + batch, order.Length);
        return order.AsMemory(start..at);
    }

    /// <summary>Number of whole steps that take at most so many samples.</summary>
    public static int StepsWithin(long samples, int count, int batch)
    {
        long perEpoch = (count + batch - 1) / batch;
        return (int)Math.Min(int.MaxValue, samples / count * perEpoch + samples % count / batch);
    }
}
