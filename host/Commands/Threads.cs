using System.CommandLine;
using Attune.Kernels;
using Attune.Memory;

namespace Attune.Host.Commands;

/// <summary>The <c>--threads</c> option that several commands share.</summary>
public static class Threads
{
    /// <summary>The option; default: the processors, at most 64.</summary>
    public static Option<int> Option() =>
        new("--threads")
        {
            Description = "threads to use; results do not depend on it",
            DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, 64),
        };

    /// <summary>Its value.</summary>
    /// <exception cref="UsageException">It is not 1..64.</exception>
    public static int Of(ParseResult parsed, Option<int> option)
    {
        int threads = parsed.GetValue(option);
        return threads is >= 1 and <= 64 ? threads : throw new UsageException("--threads takes 1..64");
    }

    /// <summary>Lets the kernels use so many threads from now on.</summary>
    public static void Apply(int threads) => KernelException.Check(Native.Threads(threads), "setting the threads");
}
