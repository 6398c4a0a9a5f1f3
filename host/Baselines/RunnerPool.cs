using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Running;

namespace Attune.Host.Baselines;

/// <summary>
/// Runners of one model that work on a batch side by side: each on consecutive samples, so that what it adds up does not depend on
/// the number of threads.
/// </summary>
internal sealed class RunnerPool : IDisposable
{
    private const int MostSamples = 8; // as many as a SlotSchedule has slots
    private readonly SlotSchedule schedule;
    private readonly IntegerRunner[] runners;

    /// <summary>Prepares a model.</summary>
    public RunnerPool(AtmFile file, int threads)
    {
        schedule = new SlotSchedule(MostSamples, threads);
        runners = [.. Enumerable.Range(0, schedule.Slots).Select(_ => new IntegerRunner(file, ownParameters: true))];
    }

    /// <summary>Number of runners.</summary>
    public int Count => runners.Length;

    /// <summary>All runners take over the parameters of layers.</summary>
    public void Set(IEnumerable<int> layers, IntegerParameters parameters)
    {
        foreach (int layer in layers)
        {
            foreach (IntegerRunner runner in runners)
            {
                parameters.ApplyTo(runner, layer);
            }
        }
    }

    /// <summary>Calls work(number of the runner, runner, place in the batch) for every place.</summary>
    public void Run(int batch, Action<int, IntegerRunner, int> work, CancellationToken cancellation)
    {
        schedule.Run(
            batch,
            (number, from, to) =>
            {
                for (int i = from; i < to && !cancellation.IsCancellationRequested; i++)
                {
                    work(number, runners[number], i);
                }
            }
        );
        cancellation.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(runners, runner => runner.Dispose());
}
