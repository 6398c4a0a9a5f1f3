using System.CommandLine;
using Attune.Host.Running;
using Attune.Host.Shell;

namespace Attune.Host.Commands;

/// <summary>The <c>--threads</c> option that several commands share.</summary>
public static class ThreadsOption
{
    /// <summary>The option; default: <see cref="Threads.Default"/>.</summary>
    public static Option<int> Create() =>
        new("--threads")
        {
            Description = "threads to use; results do not depend on it",
            DefaultValueFactory = _ => Threads.Default,
        };

    /// <summary>Its value.</summary>
    /// <exception cref="UsageException">It is not 1..64.</exception>
    public static int Of(ParseResult parsed, Option<int> option)
    {
        int threads = parsed.GetValue(option);
        return threads is >= 1 and <= Threads.Most
            ? threads
            : throw new UsageException($"--threads takes 1..{Threads.Most}");
    }
}
