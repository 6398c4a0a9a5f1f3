using System.Diagnostics;

namespace Attune.Bench;

/// <summary>Contenders that take turns, so that a load of the machine falls on all of them.</summary>
public static class PairedRuns
{
    /// <summary>Runs of each contender; odd, at least 11.</summary>
    public const int Runs = 21;

    private const double SecondsOfRun = 0.05;

    /// <summary>
    /// Median milliseconds of one inference of each contender, and the median over the runs of the first one's time
    /// divided by the last one's.
    /// </summary>
    public static (double[] Times, double Ratio) Medians(IReadOnlyList<IContender> contenders)
    {
        int[] repeats = [.. contenders.Select(contender => (int)(SecondsOfRun / Once(contender, 3)) + 1)];
        var times = new double[contenders.Count, Runs];
        for (int run = 0; run < Runs; run++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                times[i, run] = Once(contenders[i], repeats[i]);
            }
        }
        double[] medians = [.. Enumerable.Range(0, contenders.Count).Select(i => 1000 * Median(run => times[i, run]))];
        return (medians, Median(run => times[0, run] / times[contenders.Count - 1, run]));
    }

    /// <summary>Seconds of one of so many inferences.</summary>
    private static double Once(IContender contender, int repeats)
    {
        contender.Run();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            contender.Run();
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }

    private static double Median(Func<int, double> value) =>
        Enumerable.Range(0, Runs).Select(value).Order().ElementAt(Runs / 2);
}
