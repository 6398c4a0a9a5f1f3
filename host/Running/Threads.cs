using Attune.Kernels;
using Attune.Memory;

namespace Attune.Host.Running;

/// <summary>How many threads the kernels and the host use; results do not depend on it.</summary>
public static class Threads
{
    /// <summary>The most that there may be.</summary>
    public const int Most = 64;

    /// <summary>Where nothing is asked for: the processors, at most <see cref="Most"/>.</summary>
    public static int Default => Math.Clamp(Environment.ProcessorCount, 1, Most);

    /// <summary>Lets the kernels use so many threads from now on.</summary>
    public static void Apply(int threads) => KernelException.Check(Native.Threads(threads), "setting the threads");
}
