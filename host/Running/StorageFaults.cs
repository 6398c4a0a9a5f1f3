using Attune.Host.Shell;
using Attune.Storage;
using Attune.Testing;

namespace Attune.Host.Running;

/// <summary>
/// A demonstration: storage faults at random moments of a run, which starts itself again after each. Most are lost power;
/// some are a pulled card, a failed read, a flipped bit.
/// </summary>
public static class StorageFaults
{
    /// <summary>After so many faults the run is left alone.</summary>
    private const int Most = 25;

    /// <summary>Runs until a start ends without an injected fault; says on standard error what each did.</summary>
    /// <param name="storage">The card.</param>
    /// <param name="seed">Decides when which fault comes, and what it leaves behind.</param>
    /// <param name="start">Starts or goes on with the run.</param>
    public static AdaptationResult Run(IStorage storage, int seed, Func<IStorage, AdaptationResult> start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var faults = new FaultStorage(storage, (uint)seed);
        var random = new Random(seed);
        for (int count = 0; ; count++)
        {
            if (count < Most)
            {
                Arm(faults, random, count);
            }
            string? before = faults.Report;
            try
            {
                AdaptationResult result = start(faults);
                if (faults.Report != before)
                {
                    count++;
                    Terminal.Note($"attune: fault {count}: {faults.Report}; made up for by reading again");
                }
                Terminal.Note($"attune: {count} faults; the run is {(result.Complete ? "complete" : "interrupted")}");
                return result;
            }
            catch (Exception) when (faults.Report != before)
            {
                Terminal.Note($"attune: fault {count + 1}: {faults.Report}; starting again");
                faults.Restart();
            }
        }
    }

    /// <summary>The first ones are lost power; later faults come later, so that runs of any length end.</summary>
    private static void Arm(FaultStorage faults, Random random, int count)
    {
        int writes = random.Next(1, 40 * (count + 1));
        int reads = random.Next(1, 100 * (count + 1));
        switch (count < 3 ? -1 : random.Next(10))
        {
            case 0:
                faults.Arm(FaultStorage.ReadError, reads);
                break;
            case 1:
                faults.Arm(FaultStorage.BitFlip, reads);
                break;
            case 2:
            case 3:
                faults.Arm(FaultStorage.Removal, writes);
                break;
            default:
                faults.Arm(FaultStorage.PowerLoss, writes);
                break;
        }
    }
}
