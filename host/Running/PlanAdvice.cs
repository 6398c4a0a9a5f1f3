namespace Attune.Host.Running;

/// <summary>A change of a job after which it fits.</summary>
/// <param name="Changes">Keys of the job with their new values.</param>
/// <param name="Bytes">Arena that the job then needs.</param>
/// <param name="Without">What must be left out of a command line for it, in words; empty: nothing.</param>
public sealed record PlanAdvice(IReadOnlyList<(string Key, string Value)> Changes, int Bytes, string Without = "")
{
    /// <summary>As options of a command line.</summary>
    public string Options =>
        string.Join(' ', Changes.Select(one => $"--{one.Key} {Quoted(one.Value)}"))
        + (Without.Length > 0 ? $" without {Without}" : "");

    /// <summary>As lines of job.txt.</summary>
    public string Keys => string.Join(", ", Changes.Select(one => $"{one.Key} = {one.Value}"));

    private static string Quoted(string value) => value.Contains(' ') ? $"'{value}'" : value;
}
