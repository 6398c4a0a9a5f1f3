namespace Attune.Bench;

/// <summary>The machine that measures.</summary>
internal static class Machine
{
    /// <summary>Load average of the last minute, or "unknown".</summary>
    public static string Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    /// <summary>Name and number of processors.</summary>
    public static string Processor()
    {
        string? name = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return $"{name?.Split(':')[1].Trim() ?? "an unknown processor"} ({Environment.ProcessorCount} processors)";
    }
}
